import { Skeleton } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { type Diagnosis, isMalignantDiagnosis } from '../../../../../shared/domain/diagnosis.ts';
import { laneOf, type Segment } from '../lanes.ts';
import { type EpsilonScale, epsilonText, shareOf } from '../scale.ts';
import type { Side } from '../useSide.ts';
import classes from './axis.module.css';

interface LaneProps {
  readonly side: Side;
  readonly scale: EpsilonScale;
  /** Of the axis, in CSS pixels. */
  readonly width: number;
}

const HEIGHT = 28;
const GAP = 2;
/** Room that a letter takes on the average, and what a segment keeps free at its sides. */
const LETTER = 7.2;
const MARGIN = 9;

/** The verdict of one model over epsilon: cut where it changes, hatched where it is malignant. */
export function Lane({ side, scale, width }: LaneProps) {
  const { t } = useTranslation();
  const hatch = useId();
  const { evidence, compared, examining } = side;
  if (evidence === null || width === 0) {
    return examining.failure === null ? (
      <Skeleton h={HEIGHT} radius={4} role="status" aria-label={t('review.axis.waiting', { model: compared.name })} />
    ) : (
      <div className={classes['empty']}>{t('review.axis.failed', { model: compared.name })}</div>
    );
  }
  const segments = laneOf(evidence, scale.largest);
  const inWords = segments.map(({ from, to, verdict }) =>
    t('review.axis.segment', {
      name: t(`review.named.${verdict}`),
      from: epsilonText(scale.norm, from),
      to: epsilonText(scale.norm, to),
    }),
  );
  return (
    <svg
      role="img"
      aria-label={t('review.axis.lane', { model: compared.name, segments: inWords.join(', ') })}
      width={width}
      height={HEIGHT}
      className={classes['lane']}
    >
      <defs>
        <pattern id={hatch} width={8} height={8} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width={8} height={8} fill="var(--epsiloscope-malignant)" />
          <rect width={4} height={8} fill="var(--epsiloscope-malignant-stripe)" />
        </pattern>
      </defs>
      {segments.map((segment) => (
        <SegmentMark key={segment.from} segment={segment} scale={scale} width={width} hatch={hatch} />
      ))}
    </svg>
  );
}

interface SegmentMarkProps {
  readonly segment: Segment;
  readonly scale: EpsilonScale;
  readonly width: number;
  readonly hatch: string;
}

function SegmentMark({ segment: { from, to, verdict }, scale, width, hatch }: SegmentMarkProps) {
  const { t } = useTranslation();
  const left = shareOf(scale, from) * width;
  const room = Math.max(shareOf(scale, to) * width - left - GAP, 1);
  const name = t(`diagnosis.${verdict}`);
  const malignant = isMalignantDiagnosis(verdict);
  return (
    <g>
      <title>{name}</title>
      <rect
        x={left}
        width={room}
        height={HEIGHT}
        rx={Math.min(4, room / 2)}
        fill={malignant ? `url(#${hatch})` : 'var(--epsiloscope-benign)'}
      />
      <text x={left + MARGIN} y={HEIGHT / 2} className={classes['verdict']}>
        {fitting(verdict, name, malignant ? t('malignantMark') : null, room)}
      </text>
    </g>
  );
}

/** The name where it has room, else its code, else only the letter for malignant, else nothing: the title says it. */
function fitting(verdict: Diagnosis, name: string, mark: string | null, room: number): string {
  const marked = (text: string): string => (mark === null ? text : `${text} · ${mark}`);
  const fits = [marked(name), marked(verdict), mark ?? ''].find((text) => text.length * LETTER + 2 * MARGIN <= room);
  return fits ?? '';
}
