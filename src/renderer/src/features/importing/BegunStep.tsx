import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Work } from '../../../../shared/contract/app/work.ts';
import { useApi } from '../../api/connection.ts';
import { useWork } from '../../api/queries.ts';
import { useNavigation } from '../../app/navigation.tsx';
import { Explained } from '../../components/Explained.tsx';
import { Failure, Refusal } from '../../components/Failure.tsx';
import { Waiting } from '../../components/Waiting.tsx';
import { percentOf, useWorkWords } from '../shell/workWords.ts';
import { Counts } from './Counts.tsx';
import { RefusedRows } from './RefusedRows.tsx';
import classes from './importing.module.css';

interface BegunStepProps {
  readonly workId: string;
  readonly onClose: () => void;
  /** Back to the choice of a source. */
  readonly onMore: () => void;
}

/** An import under way, and what became of it. */
export function BegunStep({ workId, onClose, onMore }: BegunStepProps) {
  const { t } = useTranslation();
  const works = useWork();
  if (works.isError) return <Failure error={works.error} onRetry={() => void works.refetch()} />;
  const work = works.data?.find(({ id }) => id === workId);
  // Its news may be on their way still.
  if (work === undefined) return <Waiting label={t('importing.asking')} lines={3} />;
  switch (work.state) {
    case 'running':
      return <Running work={work} onClose={onClose} />;
    case 'done':
      return <Done workId={workId} onClose={onClose} onMore={onMore} />;
    case 'cancelled':
      return (
        <Stack gap="md">
          <Explained
            happened={t('importing.ended.cancelled')}
            kept={t('importing.ended.cancelledKept')}
            toDo={t('importing.ended.cancelledToDo')}
          />
          <Ways onClose={onClose} onMore={onMore} />
        </Stack>
      );
    case 'failed':
      return (
        <Stack gap="md">
          <Stack gap={4} role="alert">
            {work.error !== null && <Explained {...work.error.explanation} />}
          </Stack>
          <Ways onClose={onClose} onMore={onMore} />
        </Stack>
      );
  }
}

function Running({ work, onClose }: { work: Work; onClose: () => void }) {
  const { t } = useTranslation();
  const api = useApi();
  const words = useWorkWords();
  const cancel = useMutation({ mutationFn: () => api.work.cancel({ id: work.id }) });
  return (
    <Stack gap="md">
      <Progress value={percentOf(work)} size="sm" aria-label={t('importing.running.bar')} />
      <Group justify="space-between">
        <Text>{t('importing.running.counts', { done: work.done, total: work.total })}</Text>
        <Text c="dimmed">{words.left(work)}</Text>
      </Group>
      <Text c="dimmed">{t('importing.running.mayClose')}</Text>
      {cancel.isError && <Refusal error={cancel.error} />}
      <div className={classes['ways']}>
        <Button
          variant="default"
          loading={cancel.isPending}
          onClick={() => {
            cancel.mutate();
          }}
        >
          {t('importing.running.cancel')}
        </Button>
        <Button data-autofocus onClick={onClose}>
          {t('importing.running.close')}
        </Button>
      </div>
    </Stack>
  );
}

function Done({ workId, onClose, onMore }: BegunStepProps) {
  const { t } = useTranslation();
  const api = useApi();
  const report = useQuery({
    queryKey: ['importing', 'report', workId],
    queryFn: ({ signal }) => api.importing.report({ work: workId }, { signal }),
  });
  if (report.isPending) return <Waiting label={t('importing.ended.done')} lines={4} />;
  if (report.isError) return <Failure error={report.error} onRetry={() => void report.refetch()} />;
  const { cases, images, alreadyKnown, refused } = report.data;
  return (
    <Stack gap="md">
      <Text role="status" fw={600} c="var(--epsiloscope-strong)">
        {t('importing.ended.done')}
      </Text>
      <Counts
        counts={[
          [t('importing.ended.cases'), cases],
          [t('importing.ended.images'), images],
          [t('importing.ended.alreadyKnown'), alreadyKnown],
          [t('importing.ended.refused'), refused.length],
        ]}
      />
      <RefusedRows refused={refused} />
      <Ways onClose={onClose} onMore={onMore} />
    </Stack>
  );
}

function Ways({ onClose, onMore }: Omit<BegunStepProps, 'workId'>) {
  const { t } = useTranslation();
  const { place, go } = useNavigation();
  return (
    <div className={classes['ways']}>
      <Button variant="default" onClick={onMore}>
        {t('importing.ended.more')}
      </Button>
      <Button
        data-autofocus
        onClick={() => {
          onClose();
          if (place.view !== 'library') go({ view: 'library' });
        }}
      >
        {place.view === 'library' ? t('close') : t('importing.ended.toLibrary')}
      </Button>
    </div>
  );
}
