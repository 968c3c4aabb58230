import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useApi } from '../../../api/connection.ts';
import { keys } from '../../../api/keys.ts';
import { Refusal } from '../../../components/Failure.tsx';
import { useSessionChange } from '../../shell/changes.ts';
import { ReviewerForm } from '../../shell/ReviewerForm.tsx';

/** Asks whose the answer will be, before the first is given: one of those known, or a new name. */
export function WhoAnswers() {
  const { t } = useTranslation();
  const api = useApi();
  const { data: known = [] } = useQuery({
    queryKey: keys.reviewers,
    queryFn: ({ signal }) => api.session.reviewers(undefined, { signal }),
  });
  const choose = useSessionChange((client, id: string) => client.session.chooseReviewer({ id }));
  return (
    <Stack gap="sm">
      <Text c="var(--epsiloscope-strong)" fw={600}>
        {t('annotation.who.question')}
      </Text>
      <Text c="dimmed">{t('annotation.who.why')}</Text>
      {known.length > 0 && (
        <Group gap={4} role="group" aria-label={t('annotation.who.known')}>
          {known.map(({ id, name }) => (
            <Button
              key={id}
              variant="default"
              size="xs"
              loading={choose.isPending && choose.variables === id}
              onClick={() => {
                choose.mutate(id);
              }}
            >
              {name}
            </Button>
          ))}
        </Group>
      )}
      {choose.isError && (
        <div role="alert">
          <Refusal error={choose.error} />
        </div>
      )}
      <ReviewerForm layout="column" />
    </Stack>
  );
}
