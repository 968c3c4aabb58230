import { Button, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { explanationOf } from '../api/explanation.ts';
import { Explained } from './Explained.tsx';

/** An error in three parts (what happened, what was kept, what to do), with the question to be asked again. */
export function Failure({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" align="flex-start" role="alert">
      <Refusal error={error} />
      <Button variant="default" size="xs" onClick={onRetry}>
        {t('askAgain')}
      </Button>
    </Stack>
  );
}

/** The words of an error alone, beside the control that asks again. */
export function Refusal({ error }: { error: Error }) {
  const { t } = useTranslation();
  const explanation = explanationOf(error);
  return explanation === null ? (
    <Text c="var(--epsiloscope-caution)">{t('error.unexpected', { reason: error.message })}</Text>
  ) : (
    <Explained {...explanation} />
  );
}
