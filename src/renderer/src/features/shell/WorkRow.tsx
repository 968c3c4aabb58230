import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Work } from '../../../../shared/contract/app/work.ts';
import { useApi } from '../../api/connection.ts';
import { Explained } from '../../components/Explained.tsx';
import { Refusal } from '../../components/Failure.tsx';
import { percentOf, useWorkWords } from './workWords.ts';

/** One piece of work: how far it is, or how it ended. */
export function WorkRow({ work }: { work: Work }) {
  const words = useWorkWords();
  return (
    <Stack gap={6}>
      <Group justify="space-between" wrap="nowrap">
        <Text fw={600} c="var(--epsiloscope-strong)">
          {work.state === 'running' ? words.kind(work) : words.ending(work)}
        </Text>
        <Text c="dimmed">{words.counts(work)}</Text>
      </Group>
      {work.state === 'running' && <Running work={work} />}
      {work.error !== null && <Explained {...work.error.explanation} />}
    </Stack>
  );
}

function Running({ work }: { work: Work }) {
  const { t } = useTranslation();
  const words = useWorkWords();
  const api = useApi();
  const cancel = useMutation({ mutationFn: () => api.work.cancel({ id: work.id }) });
  return (
    <>
      <Progress size={4} value={percentOf(work)} aria-label={t('shell.work.progress')} />
      <Group justify="space-between" wrap="nowrap">
        <Text c="dimmed">{words.left(work)}</Text>
        <Button
          variant="default"
          size="xs"
          loading={cancel.isPending}
          onClick={() => {
            cancel.mutate();
          }}
        >
          {t('cancel')}
        </Button>
      </Group>
      {cancel.isError && <Refusal error={cancel.error} />}
    </>
  );
}
