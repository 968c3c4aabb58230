import { Button, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../../components/Failure.tsx';
import { InsteadOfPicture } from './PictureCard.tsx';
import type { Inputs } from './useInputs.ts';

/** The picture, or why there is none and what to do. */
export function LostInputs({ inputs, children }: { inputs: Inputs; children: ReactNode }) {
  const { t } = useTranslation();
  if (inputs.failure !== null) {
    return (
      <InsteadOfPicture>
        <Failure error={inputs.failure} onRetry={inputs.retry} />
      </InsteadOfPicture>
    );
  }
  if (!inputs.lost) return children;
  return (
    <InsteadOfPicture>
      <Stack gap="sm" align="flex-start" role="alert">
        <Text c="var(--epsiloscope-caution)">{t('review.input.gone')}</Text>
        <Button variant="default" size="xs" onClick={inputs.retry}>
          {t('review.input.again')}
        </Button>
      </Stack>
    </InsteadOfPicture>
  );
}
