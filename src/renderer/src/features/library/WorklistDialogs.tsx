import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Selection, Worklist } from '../../../../shared/contract/app/library.ts';
import { Dialog } from '../../components/Dialog.tsx';
import { Refusal } from '../../components/Failure.tsx';
import { useChangeWorklists, type WorklistChange } from './libraryData.ts';

interface DialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

interface SaveWorklistDialogProps extends DialogProps {
  readonly selection: () => Promise<Selection>;
  /** How many cases are chosen; null: it is the search that is saved. */
  readonly cases: number | null;
}

export function SaveWorklistDialog({ opened, onClose, selection, cases }: SaveWorklistDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={t('library.worklists.saveTitle')}>
      <NameForm name="" onClose={onClose} changeOf={(name) => ({ kind: 'save', name, selection })}>
        {cases === null ? t('library.worklists.saveAsSearch') : t('library.worklists.saveAsCases', { count: cases })}
      </NameForm>
    </Dialog>
  );
}

interface WorklistDialogProps extends DialogProps {
  readonly worklist: Worklist;
}

export function RenameWorklistDialog({ worklist, opened, onClose }: WorklistDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={t('library.worklists.renameTitle')}>
      <NameForm
        name={worklist.name}
        onClose={onClose}
        changeOf={(name) => ({ kind: 'rename', id: worklist.id, name })}
      />
    </Dialog>
  );
}

interface RemoveWorklistDialogProps extends WorklistDialogProps {
  readonly onRemoved: () => void;
}

export function RemoveWorklistDialog({ worklist, opened, onClose, onRemoved }: RemoveWorklistDialogProps) {
  const { t } = useTranslation();
  const change = useChangeWorklists();
  const remove = () => {
    change.mutate(
      { kind: 'remove', id: worklist.id },
      {
        onSuccess: () => {
          onClose();
          onRemoved();
        },
      },
    );
  };
  return (
    <Dialog opened={opened} onClose={onClose} title={t('library.worklists.removeTitle')}>
      <Stack gap="md">
        <Text>{t('library.worklists.removeWhole', { name: worklist.name })}</Text>
        {change.isError && <Refusal error={change.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button loading={change.isPending} onClick={remove}>
            {t('library.worklists.removeYes')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

interface NameFormProps {
  readonly name: string;
  readonly onClose: () => void;
  readonly changeOf: (name: string) => WorklistChange;
  /** What is saved, in words. */
  readonly children?: string;
}

const LONGEST_NAME = 80;

function NameForm({ name, onClose, changeOf, children }: NameFormProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(name);
  const change = useChangeWorklists();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (text.trim() !== '') change.mutate(changeOf(text.trim()), { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {children !== undefined && <Text c="dimmed">{children}</Text>}
        <TextInput
          data-autofocus
          label={t('library.worklists.name')}
          value={text}
          maxLength={LONGEST_NAME}
          onChange={(event) => {
            setText(event.currentTarget.value);
          }}
        />
        {change.isError && <Refusal error={change.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={change.isPending} disabled={text.trim() === ''}>
            {t('library.worklists.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
