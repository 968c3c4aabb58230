import { Button, FileButton, Group, Stack, Text } from '@mantine/core';
import { type DragEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useHost } from '../../api/queries.ts';
import { Refusal } from '../../components/Failure.tsx';
import { filesOfEntries } from '../importing/namedFiles.ts';
import { type ModelFile, modelFiles } from './modelFiles.ts';
import classes from './models.module.css';

interface ModelSourceProps {
  /** Why the last choice was refused. */
  readonly error: Error | null;
  readonly onFolder: () => void;
  readonly onFiles: (files: () => Promise<readonly ModelFile[]>) => void;
}

/** Where the model comes from: a folder or files that are chosen, or dropped here. */
export function ModelSource({ error, onFolder, onFiles }: ModelSourceProps) {
  const { t } = useTranslation();
  const { data: host } = useHost();
  const { over, handlers } = useDrop(onFiles);
  return (
    <Stack gap="md">
      <Text>{t('models.importing.explained')}</Text>
      <Text c="dimmed">{t('models.importing.caution')}</Text>
      <Stack className={classes['drop'] ?? ''} align="center" data-over={over || undefined} {...handlers}>
        <Group gap="sm" justify="center">
          {host?.dialogs === true && <Button onClick={onFolder}>{t('models.importing.folder')}</Button>}
          <FileButton
            multiple
            onChange={(files) => {
              onFiles(() => Promise.resolve(modelFiles(files.map((file) => ({ name: file.name, file })))));
            }}
          >
            {(props) => (
              <Button variant={host?.dialogs === true ? 'default' : 'filled'} {...props}>
                {t('models.importing.files')}
              </Button>
            )}
          </FileButton>
        </Group>
        <Text>{t('models.importing.drop')}</Text>
      </Stack>
      {error !== null && (
        <div role="alert">
          <Refusal error={error} />
        </div>
      )}
    </Stack>
  );
}

function useDrop(onFiles: ModelSourceProps['onFiles']) {
  const [over, setOver] = useState(false);
  const mine = (event: DragEvent) => {
    // The window takes drops as well: images for the library.
    event.preventDefault();
    event.stopPropagation();
  };
  return {
    over,
    handlers: {
      onDragOver: (event: DragEvent) => {
        mine(event);
        setOver(true);
      },
      onDragLeave: () => {
        setOver(false);
      },
      onDrop: (event: DragEvent) => {
        mine(event);
        setOver(false);
        // To be taken within the event: the browser shows them no longer.
        const entries = [...event.dataTransfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
        onFiles(async () => modelFiles(await filesOfEntries(entries, () => undefined, new AbortController().signal)));
      },
    },
  };
}
