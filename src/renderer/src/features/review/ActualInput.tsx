import { Skeleton } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Card } from './Card.tsx';
import { attackedPixels, cleanPixels } from './pictures/perturbation.ts';
import { PixelCanvas } from './pictures/PixelCanvas.tsx';
import type { Inputs } from './pictures/useInputs.ts';
import classes from './review.module.css';

interface ActualInputProps {
  readonly inputs: Inputs;
  /** There is an attacked input, here or on its way. */
  readonly attacks: boolean;
}

/** The model input at its own size, original and attacked: how little of the photograph is attacked at all. */
export function ActualInput({ inputs, attacks }: ActualInputProps) {
  const { t } = useTranslation();
  const { clean, attacked, shape } = inputs;
  const cleanOnes = useMemo(() => (clean === undefined ? undefined : cleanPixels(clean)), [clean]);
  const attackedOnes = useMemo(() => (attacked === undefined ? undefined : attackedPixels(attacked)), [attacked]);
  const pictures = [
    { label: t('review.input.seesOriginal'), pixels: cleanOnes },
    ...(attacks ? [{ label: t('review.input.seesAttacked'), pixels: attackedOnes }] : []),
  ];
  return (
    <Card title={t('review.input.actual')}>
      <div className={classes['actual']}>
        {pictures.map(({ label, pixels }) => (
          <figure key={label}>
            {pixels === undefined || shape === undefined ? (
              <Skeleton w={shape?.width ?? 64} h={shape?.height ?? 64} radius={0} animate={clean === undefined} />
            ) : (
              <PixelCanvas shape={shape} pixels={pixels} label={label} />
            )}
            <figcaption>{label}</figcaption>
          </figure>
        ))}
      </div>
    </Card>
  );
}
