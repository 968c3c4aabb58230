import { useTranslation } from 'react-i18next';
import type { ExaminedPoint } from '../../../../../shared/contract/app/cases.ts';
import type { Comparison } from '../look.ts';
import { usePointed } from './LinkedPictures.tsx';
import type { Inputs } from './useInputs.ts';
import { type Place, pixelAt } from './viewport.ts';

interface InputInfoProps {
  readonly inputs: Inputs;
  readonly point: ExaminedPoint | null;
  readonly seesOriginal: boolean;
  readonly comparison: Comparison;
}

/** The values under the pointer (0 to 255), else how far the attacked input is from the clean one; and which one is seen. */
export function InputInfo({ inputs, point, seesOriginal, comparison }: InputInfoProps) {
  const { t } = useTranslation();
  const place = usePointed();
  const pixel = place === null ? null : valuesAt(inputs, place, seesOriginal);
  const compares = comparison !== 'none' || (seesOriginal && point !== null);
  return (
    <>
      <span>
        {pixel !== null && t('review.input.pixel', pixel)}
        {pixel === null &&
          point !== null &&
          t('review.input.distances', {
            linf: Number((point.linf * 255).toFixed(2)),
            l2: Number(point.l2.toPrecision(2)),
          })}
      </span>
      {compares && comparison !== 'swipe' && (
        <span>{t(seesOriginal ? 'review.input.seesOriginal' : 'review.input.seesAttacked')}</span>
      )}
      {comparison === 'swipe' && (
        <span>
          {t('review.input.seesOriginal')} | {t('review.input.seesAttacked')}
        </span>
      )}
    </>
  );
}

function valuesAt({ shape, clean, attacked }: Inputs, place: Place, seesOriginal: boolean) {
  const pixel = shape === undefined ? null : pixelAt(place, shape);
  if (pixel === null || shape === undefined) return null;
  const at = (pixel.row * shape.width + pixel.column) * 3;
  const value = (channel: number): string | number =>
    seesOriginal || attacked === undefined
      ? (clean?.[at + channel] ?? 0)
      : Number(((attacked[at + channel] ?? 0) * 255).toFixed(1));
  return { x: pixel.column, y: pixel.row, red: value(0), green: value(1), blue: value(2) };
}
