import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { WorkspaceFacts } from '../../../../shared/contract/app/session.ts';
import { useApi } from '../../api/connection.ts';
import { useHost, useSession } from '../../api/queries.ts';
import { Facts } from '../../components/Facts.tsx';
import { Refusal } from '../../components/Failure.tsx';
import { Icon } from '../../components/Icon.tsx';
import { useSessionChange } from './changes.ts';
import { StatusItem } from './StatusItem.tsx';

/** Which workspace is open; where it lies, and the way out of it behind a click. */
export function WorkspaceStatus() {
  const { data: session } = useSession();
  const workspace = session?.workspace ?? null;
  if (workspace === null) return null;
  return (
    <StatusItem
      label={
        <>
          <Icon name="folder" size={14} />
          {workspace.name}
        </>
      }
    >
      <Details workspace={workspace} />
    </StatusItem>
  );
}

function Details({ workspace }: { workspace: WorkspaceFacts }) {
  const { t } = useTranslation();
  const api = useApi();
  const { data: host } = useHost();
  const close = useSessionChange((asked) => asked.session.close());
  const reveal = useMutation({ mutationFn: () => api.program.revealWorkspace() });
  const error = close.error ?? reveal.error;
  return (
    <Stack gap="sm">
      <Facts
        rows={[
          [t('shell.workspace.name'), workspace.name],
          [t('shell.workspace.folder'), workspace.folder],
          [t('shell.workspace.cases'), workspace.cases],
        ]}
      />
      {workspace.demo && <Text c="dimmed">{t('shell.workspace.demo')}</Text>}
      <Group gap="sm">
        {host?.kind === 'electron' && (
          <Button
            variant="default"
            size="xs"
            onClick={() => {
              reveal.mutate();
            }}
          >
            {t('shell.workspace.reveal')}
          </Button>
        )}
        <Button
          variant="default"
          size="xs"
          loading={close.isPending}
          onClick={() => {
            close.mutate(undefined);
          }}
        >
          {t('shell.workspace.close')}
        </Button>
      </Group>
      {error !== null && <Refusal error={error} />}
    </Stack>
  );
}
