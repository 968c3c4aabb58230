import { Button, Group, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WorkspaceFacts } from '../../../../shared/contract/app/session.ts';
import { useNews } from '../../api/news.ts';
import { useSession } from '../../api/queries.ts';
import { Explained } from '../../components/Explained.tsx';
import { Refusal } from '../../components/Failure.tsx';
import { askToOpen, useSessionChange } from './changes.ts';
import classes from './Shell.module.css';

interface Loss {
  readonly workspace: WorkspaceFacts;
  readonly reason: string;
}

/** Over every view once the workspace's disk is gone, until it could be opened again. */
export function LostWorkspace() {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const [loss, setLoss] = useState<Loss | null>(null);
  const open = useSessionChange(askToOpen);
  const workspace = session?.workspace ?? null;
  useNews((news) => {
    if (news.kind !== 'workspaceLost') return;
    const lost = workspace ?? loss?.workspace;
    if (lost !== undefined) setLoss({ workspace: lost, reason: news.reason });
  });
  const found = () => {
    setLoss(null);
  };
  const anotherIsOpen = loss !== null && workspace !== null && workspace.id !== loss.workspace.id;
  if (loss === null || anotherIsOpen) return null;
  return (
    <div className={classes['strip']} role="alert">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Stack gap={2}>
          <Explained
            happened={t('shell.workspaceLost.happened', { name: loss.workspace.name, reason: loss.reason })}
            kept={t('shell.workspaceLost.kept')}
            toDo={t('shell.workspaceLost.toDo')}
          />
          {open.isError && <Refusal error={open.error} />}
        </Stack>
        <Group gap="sm" wrap="nowrap">
          <Button
            size="xs"
            loading={open.isPending}
            onClick={() => {
              open.mutate({ kind: 'recent', id: loss.workspace.id }, { onSuccess: found });
            }}
          >
            {t('shell.workspaceLost.tryAgain')}
          </Button>
          <Button variant="default" size="xs" onClick={found}>
            {t('close')}
          </Button>
        </Group>
      </Group>
    </div>
  );
}
