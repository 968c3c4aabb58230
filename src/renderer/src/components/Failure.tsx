import { Button, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { explanationOf } from '../api/explanation.ts';

/** An error in three parts (what happened, what was kept, what to do), with the question to be asked again. */
export function Failure({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { t } = useTranslation();
  const explanation = explanationOf(error);
  return (
    <Stack gap="sm" align="flex-start" role="alert">
      {explanation === null ? (
        <Text c="var(--epsiloscope-caution)">{t('error.unexpected', { reason: error.message })}</Text>
      ) : (
        <>
          <Text c="var(--epsiloscope-caution)">{explanation.happened}</Text>
          <Text c="dimmed">{t('error.kept', { kept: explanation.kept })}</Text>
          <Text>{explanation.toDo}</Text>
        </>
      )}
      <Button variant="default" size="xs" onClick={onRetry}>
        {t('askAgain')}
      </Button>
    </Stack>
  );
}
