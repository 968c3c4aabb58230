import { Box, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../components/Panel.tsx';
import { EnginePanel } from './EnginePanel.tsx';
import { ModelsPanel } from './ModelsPanel.tsx';
import classes from './start.module.css';

/** The first page: what the program is for, what it computes with, and how to audit today. */
export function StartPage() {
  const { t } = useTranslation();
  return (
    <div className={classes['page']}>
      <header className={classes['bar']}>
        <Title order={1} c="var(--epsiloscope-strong)">
          {t('product')}
        </Title>
        <Text c="dimmed">{t('intendedUse')}</Text>
      </header>
      <main className={classes['content']}>
        <Box>
          <Text className={classes['question'] ?? ''}>{t('question')}</Text>
          <Text mt="md" mb="xl" c="dimmed" className={classes['purpose'] ?? ''}>
            {t('purpose')}
          </Text>
          <AuditingToday />
        </Box>
        <Stack gap="lg">
          <EnginePanel />
          <ModelsPanel />
        </Stack>
      </main>
    </div>
  );
}

function AuditingToday() {
  const { t } = useTranslation();
  return (
    <Panel title={t('today.title')}>
      <Text>{t('today.notBuilt')}</Text>
      <dl className={classes['commands']}>
        <dt>
          <code>npm start</code>
        </dt>
        <dd>{t('today.demo')}</dd>
        <dt>
          <code>npx epsiloscope audit</code>
        </dt>
        <dd>{t('today.own')}</dd>
      </dl>
    </Panel>
  );
}
