import { Button, Stack, Text } from '@mantine/core';
import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EngineFacts } from '../../../../shared/contract/engine.ts';
import { keys } from '../../api/keys.ts';
import { useNews } from '../../api/news.ts';
import { useEngineFacts } from '../../api/queries.ts';
import { EngineDetails } from '../../components/EngineDetails.tsx';
import { Failure } from '../../components/Failure.tsx';
import { StatusItem } from './StatusItem.tsx';
import classes from './StatusBar.module.css';

/** What computes here: starting, running, or ended. */
export function EngineStatus() {
  const { t } = useTranslation();
  const facts = useEngineFacts();
  const { ended, start } = useEnding(facts);
  if (facts.isFetching) {
    return (
      <span className={classes['item']} role="status">
        <span className={classes['dot']} />
        {t('shell.engine.starting')}
      </span>
    );
  }
  if (ended !== null) {
    return (
      <StatusItem caution label={t('shell.engine.ended')}>
        <Stack gap="sm" align="flex-start" role="alert">
          <Text c="var(--epsiloscope-caution)">{t('shell.engine.endedHappened', { code: ended })}</Text>
          <Text c="dimmed">{t('error.kept', { kept: t('shell.engine.endedKept') })}</Text>
          <Text>{t('shell.engine.endedToDo')}</Text>
          <Button size="xs" onClick={start}>
            {t('shell.engine.startAgain')}
          </Button>
        </Stack>
      </StatusItem>
    );
  }
  if (facts.isError) {
    return (
      <StatusItem caution label={t('shell.engine.failed')}>
        <Failure error={facts.error} onRetry={start} />
      </StatusItem>
    );
  }
  return facts.data && <Running facts={facts.data} />;
}

/** The exit code of the engine since it ended unasked; null once it is known to run again. */
function useEnding(facts: ReturnType<typeof useEngineFacts>) {
  const queries = useQueryClient();
  const [ending, setEnding] = useState<{ code: number; at: number } | null>(null);
  const start = () => {
    setEnding(null);
    void facts.refetch();
  };
  useNews((news) => {
    if (news.kind === 'engineEnded') setEnding({ code: news.code, at: Date.now() });
    // Work that goes on computes, so the engine was started again.
    else if (news.kind === 'work' && news.work.state === 'running' && ending !== null) start();
  });
  const startAgain = useEffectEvent(start);
  useEffect(() => {
    if (ending === null) return undefined;
    return queries.getQueryCache().subscribe(({ query }) => {
      const [part] = query.queryKey as QueryKey;
      const computedSince = part === keys.examinations[0] && query.state.dataUpdatedAt > ending.at;
      if (computedSince) startAgain();
    });
  }, [ending, queries]);
  return { ended: ending?.code ?? null, start };
}

function Running({ facts }: { facts: EngineFacts }) {
  const { t } = useTranslation();
  return (
    <StatusItem
      caution={facts.notes.length > 0}
      label={
        <>
          {facts.notes.length === 0 && <span className={classes['dot']} data-ready />}
          {t('shell.engine.running', {
            backend: t(`shell.engine.${facts.backend}`),
            device: facts.device,
            threads: t('shell.engine.threads', { count: facts.threads }),
          })}
        </>
      }
    >
      <EngineDetails facts={facts} />
    </StatusItem>
  );
}
