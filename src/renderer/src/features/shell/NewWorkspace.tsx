import { Button, Group, Stack, TextInput } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../components/Dialog.tsx';

/** As the program takes names of workspaces: letters, digits, spaces, `_` and `-`, a letter or digit first. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} _-]{0,59}$/u;

interface NewWorkspaceProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onName: (name: string) => void;
}

/** Asks for the name of a new workspace, where the host has no dialog to choose a folder in. */
export function NewWorkspace({ opened, onClose, onName }: NewWorkspaceProps) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={t('shell.newWorkspace.title')}>
      <NameForm onClose={onClose} onName={onName} />
    </Dialog>
  );
}

function NameForm({ onClose, onName }: Omit<NewWorkspaceProps, 'opened'>) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const wanted = name.trim();
  const refused = wanted !== '' && !NAME.test(wanted);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (NAME.test(wanted)) onName(wanted);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label={t('shell.newWorkspace.name')}
          description={t('shell.newWorkspace.explained')}
          error={refused ? t('shell.newWorkspace.refused') : null}
          value={name}
          autoComplete="off"
          data-autofocus
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" disabled={wanted === '' || refused}>
            {t('shell.newWorkspace.make')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
