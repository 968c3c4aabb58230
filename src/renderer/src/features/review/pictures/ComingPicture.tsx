import { Skeleton, VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Side } from '../useSide.ts';
import { InsteadOfPicture } from './PictureCard.tsx';

/** The place of a picture that comes with the attack; `label` says to a screen reader what it waits for. */
export function ComingPicture({ side, label }: { side: Side; label: string }) {
  const { t } = useTranslation();
  if (side.examining.failure !== null) {
    return <InsteadOfPicture>{t('review.axis.failed', { model: side.compared.name })}</InsteadOfPicture>;
  }
  return (
    <InsteadOfPicture>
      <Skeleton w="80%" h="80%" radius={0} />
      <VisuallyHidden role="status">{label}</VisuallyHidden>
    </InsteadOfPicture>
  );
}
