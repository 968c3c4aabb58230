import { useTranslation } from 'react-i18next';
import type { ArrayShape } from '../../../../../shared/contract/app/cases.ts';
import { colourOf, type ColourMap } from './colourMaps.ts';
import { usePointed } from './LinkedPictures.tsx';
import { pixelAt } from './viewport.ts';
import type { MapState } from './useShownMap.ts';
import classes from './pictures.module.css';

const BAR_STOPS = 17;

/** The colours as a CSS gradient, from the left end to the right one. */
function barOf(map: ColourMap): string {
  const stops = Array.from({ length: BAR_STOPS }, (_, index) => {
    const share = index / (BAR_STOPS - 1);
    const colour = colourOf(map, map === 'diverging' ? share * 2 - 1 : share, 1);
    return `rgb(${colour.map((value) => Math.round(value * 255)).join(' ')})`;
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}

/** As many digits as the end of the scale has, of which two count; a true minus, as wide as the digits. */
function valueText(value: number, end: number): string {
  const decimals = end > 0 ? Math.min(Math.max(1 - Math.floor(Math.log10(end)), 0), 12) : 0;
  const text = decimals > 6 ? value.toExponential(1) : value.toFixed(decimals);
  return text.replaceAll('-', '−');
}

interface HeatmapInfoProps {
  readonly state: Extract<MapState, { kind: 'map' }>;
  readonly shape: ArrayShape | undefined;
}

/** The scale bar with its numbers and unit, and the value under the pointer. */
export function HeatmapInfo({ state, shape }: HeatmapInfoProps) {
  const { t } = useTranslation();
  const place = usePointed();
  const { values, limit, colours } = state;
  const unit = t(`review.heatmap.units.${state.unit}`);
  const pixel = place === null || shape === undefined ? null : pixelAt(place, shape);
  const largest = valueText(limit.value, limit.value);
  return (
    <>
      <span className={classes['scale']}>
        <span>{colours === 'diverging' ? `−${largest}` : '0'}</span>
        <span className={classes['bar']} style={{ background: barOf(colours) }} />
        <span>
          {largest} {pixel === null && unit}
        </span>
      </span>
      {pixel !== null && shape !== undefined && (
        <span>
          {t('review.heatmap.value', {
            x: pixel.column,
            y: pixel.row,
            value: valueText(values[pixel.row * shape.width + pixel.column] ?? 0, limit.value),
          })}
        </span>
      )}
    </>
  );
}
