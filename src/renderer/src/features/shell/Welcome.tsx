import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import iconAddress from '../../../../../resources/icons/icon.svg';
import { useHost } from '../../api/queries.ts';
import { Panel } from '../../components/Panel.tsx';
import { Wordmark } from '../../components/Wordmark.tsx';
import type { WorkspaceWish } from './changes.ts';
import { useCommands } from './commands.ts';
import { RecentWorkspaces } from './RecentWorkspaces.tsx';
import classes from './Welcome.module.css';

interface WelcomeProps {
  /** Which workspace is being opened now; null: none. */
  readonly opening: WorkspaceWish | null;
  readonly onOpen: (wish: WorkspaceWish) => void;
}

/** Where no workspace is open: what the program is for, and the ways in. */
export function Welcome({ opening, onOpen }: WelcomeProps) {
  const { t } = useTranslation();
  return (
    <div className={classes['page']}>
      <div className={classes['content']}>
        <section>
          <Group gap="md" mb="xl">
            <img src={iconAddress} alt="" width={40} height={40} />
            <Wordmark height={30} />
          </Group>
          <Title order={1} className={classes['question'] ?? ''}>
            {t('question')}
          </Title>
          <Text className={classes['purpose'] ?? ''}>{t('shell.welcome.purpose')}</Text>
          <Text className={classes['intended'] ?? ''}>{t('shell.welcome.intendedUse')}</Text>
        </section>
        <Stack gap="lg">
          <Ways opening={opening} />
          <RecentWorkspaces opening={opening} onOpen={onOpen} />
        </Stack>
      </div>
    </div>
  );
}

function Ways({ opening }: Pick<WelcomeProps, 'opening'>) {
  const { t } = useTranslation();
  const { openDemo, openOwn } = useCommands();
  const { data: host } = useHost();
  return (
    <Panel title={t('shell.welcome.begin')}>
      <div className={classes['ways']}>
        <Button loading={opening?.kind === 'demo'} disabled={opening !== null} onClick={openDemo}>
          {t('shell.welcome.openDemo')}
        </Button>
        <Text c="dimmed">{t('shell.welcome.demo')}</Text>
        <Button
          variant="default"
          loading={opening?.kind === 'folder' || opening?.kind === 'named'}
          disabled={opening !== null || host === undefined}
          onClick={openOwn}
        >
          {t('shell.welcome.openOwn')}
        </Button>
        <Text c="dimmed">{t(host?.dialogs === false ? 'shell.welcome.ownNamed' : 'shell.welcome.ownFolder')}</Text>
      </div>
    </Panel>
  );
}
