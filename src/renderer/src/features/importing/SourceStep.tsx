import { Button, FileButton, Group, Stack, Text } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { UPLOAD_LIMITS } from '../../../../shared/contract/app/importing.ts';
import { useHost } from '../../api/queries.ts';
import { Explained } from '../../components/Explained.tsx';
import { Refusal } from '../../components/Failure.tsx';
import { filesOfInput, type NamedFile } from './namedFiles.ts';
import type { Unusable } from './steps.ts';

interface SourceStepProps {
  /** Why the last choice came to nothing; null: it did not. */
  readonly problem: Unusable | Error | null;
  readonly onFolder: () => void;
  readonly onFiles: (files: readonly NamedFile[]) => void;
}

/** Where the images come from. */
export function SourceStep({ problem, onFolder, onFiles }: SourceStepProps) {
  const { t } = useTranslation();
  const { data: host } = useHost();
  return (
    <Stack gap="md">
      <Text>{t('importing.source.what')}</Text>
      <Text c="dimmed">{t('importing.source.formats')}</Text>
      {problem !== null && <Problem problem={problem} />}
      <Group gap="sm">
        {host?.dialogs === true ? (
          <Button data-autofocus onClick={onFolder}>
            {t('importing.source.chooseFolder')}
          </Button>
        ) : (
          <FolderInput onFiles={onFiles} />
        )}
        <FilesInput onFiles={onFiles} />
      </Group>
      <Text c="dimmed">{t('importing.source.drop')}</Text>
    </Stack>
  );
}

function Problem({ problem }: { problem: Unusable | Error }) {
  const { t } = useTranslation();
  return (
    <Stack gap={4} role="alert">
      {problem instanceof Error ? (
        <Refusal error={problem} />
      ) : (
        <Explained
          happened={
            problem.kind === 'noneUsable'
              ? t('importing.source.noneUsable')
              : t('importing.source.tooMany', { count: problem.files, limit: UPLOAD_LIMITS.files })
          }
          kept={t('importing.source.noneUsableKept')}
          toDo={t(problem.kind === 'noneUsable' ? 'importing.source.noneUsableToDo' : 'importing.source.tooManyToDo')}
        />
      )}
    </Stack>
  );
}

/** For hosts without a dialog of their own: the browser's, which gives the files of a folder instead of its place. */
function FolderInput({ onFiles }: Pick<SourceStepProps, 'onFiles'>) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button
        data-autofocus
        onClick={() => {
          input.current?.click();
        }}
      >
        {t('importing.source.chooseFolder')}
      </Button>
      <input
        ref={(element) => {
          input.current = element;
          if (element !== null) element.webkitdirectory = true;
        }}
        type="file"
        hidden
        aria-label={t('importing.source.chooseFolder')}
        onChange={({ currentTarget }) => {
          if (currentTarget.files !== null) onFiles(filesOfInput(currentTarget.files));
          // The same folder may be chosen again.
          currentTarget.value = '';
        }}
      />
    </>
  );
}

function FilesInput({ onFiles }: Pick<SourceStepProps, 'onFiles'>) {
  const { t } = useTranslation();
  return (
    <FileButton
      multiple
      accept=".jpg,.jpeg,.png,.tif,.tiff,.bmp,.webp,.csv,.tsv"
      onChange={(files) => {
        onFiles(files.map((file) => ({ name: file.name, file })));
      }}
    >
      {(props) => (
        <Button variant="default" {...props}>
          {t('importing.source.chooseFiles')}
        </Button>
      )}
    </FileButton>
  );
}
