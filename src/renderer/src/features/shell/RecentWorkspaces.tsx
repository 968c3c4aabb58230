import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { RecentWorkspace } from '../../../../shared/contract/app/session.ts';
import { useApi } from '../../api/connection.ts';
import { keys } from '../../api/keys.ts';
import { Failure } from '../../components/Failure.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Waiting } from '../../components/Waiting.tsx';
import type { WorkspaceWish } from './changes.ts';
import classes from './Welcome.module.css';

interface RecentWorkspacesProps {
  readonly opening: WorkspaceWish | null;
  readonly onOpen: (wish: WorkspaceWish) => void;
}

/** The workspaces opened before, the latest first; those whose folder is gone are named as such. */
export function RecentWorkspaces({ opening, onOpen }: RecentWorkspacesProps) {
  const { t } = useTranslation();
  const api = useApi();
  const recent = useQuery({
    queryKey: keys.recent,
    queryFn: ({ signal }) => api.session.recent(undefined, { signal }),
  });
  return (
    <Panel title={t('shell.recent.title')} busy={recent.isFetching}>
      {recent.isPending ? (
        <Waiting label={t('shell.recent.loading')} lines={4} />
      ) : recent.isError ? (
        <Failure error={recent.error} onRetry={() => void recent.refetch()} />
      ) : recent.data.length === 0 ? (
        <Text c="dimmed">{t('shell.recent.none')}</Text>
      ) : (
        <ul className={classes['recent']}>
          {recent.data.map((workspace) => (
            <li key={workspace.id}>
              <Recent
                workspace={workspace}
                opening={opening}
                onOpen={() => {
                  onOpen({ kind: 'recent', id: workspace.id });
                }}
              />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

interface RecentProps {
  readonly workspace: RecentWorkspace;
  readonly opening: WorkspaceWish | null;
  readonly onOpen: () => void;
}

function Recent({ workspace, opening, onOpen }: RecentProps) {
  const { t, i18n } = useTranslation();
  const opened = new Date(workspace.openedAt).toLocaleDateString(i18n.language, { dateStyle: 'medium' });
  return (
    <>
      <div>
        <Text c="var(--epsiloscope-strong)">{workspace.name}</Text>
        <Text c="dimmed" size="sm" className={classes['folder'] ?? ''}>
          {t('shell.recent.opened', { folder: workspace.folder, date: opened })}
        </Text>
        {!workspace.present && (
          <Text c="var(--epsiloscope-caution)" size="sm">
            {t('shell.recent.missing')}
          </Text>
        )}
      </div>
      <Button
        variant="default"
        size="xs"
        aria-label={t('shell.recent.openNamed', { name: workspace.name })}
        loading={opening?.kind === 'recent' && opening.id === workspace.id}
        disabled={opening !== null}
        onClick={onOpen}
      >
        {t('shell.recent.open')}
      </Button>
    </>
  );
}
