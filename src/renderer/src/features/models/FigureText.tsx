import { useTranslation } from 'react-i18next';
import type { Figure } from '../../../../shared/contract/modelCard.ts';
import type { PairPlace } from '../../components/ModelMark.tsx';
import { attackInBrief, CLEAN, type MeasuredFigure } from './figures.ts';
import classes from './models.module.css';

/** Figures are shares in [0, 1], told to two digits: more than their intervals bear out. */
const share = (value: number): string => value.toFixed(2);

/** `PGD, 20 steps`, `clean images`; an attack of another form as it stands on the card. */
export function useAttackName(): (attack: string) => string {
  const { t } = useTranslation();
  return (attack) => {
    if (attack === CLEAN) return t('models.attack.clean');
    const brief = attackInBrief(attack);
    if (brief === null) return attack;
    const name = brief.id.toUpperCase();
    return brief.steps === null ? name : t('models.attack.withSteps', { name, count: brief.steps });
  };
}

/** A figure with its interval, and what it rests on below: number of images and attack. */
export function FigureCell({ measured, place }: { measured: MeasuredFigure | null; place: PairPlace | null }) {
  const { t } = useTranslation();
  const attackName = useAttackName();
  if (measured === null) return <span className={classes['quiet']}>{t('models.notMeasured')}</span>;
  const { figure, attack } = measured;
  return (
    <>
      <FigureText figure={figure} />
      <IntervalBar figure={figure} place={place} />
      <span className={classes['quiet']}>
        {attack === CLEAN
          ? t('models.sample', { n: figure.n })
          : t('models.sampleUnder', { n: figure.n, attack: attackName(attack) })}
      </span>
    </>
  );
}

/** `0.59 [0.56, 0.62]` */
export function FigureText({ figure }: { figure: Figure }) {
  const { t } = useTranslation();
  return t('models.figure', { value: share(figure.value), low: share(figure.low), high: share(figure.high) });
}

/** The figure and its interval on an axis from 0 to 1; the numbers stand beside it. */
function IntervalBar({ figure, place }: { figure: Figure; place: PairPlace | null }) {
  return (
    <svg className={classes['interval']} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden>
      <line x1={0} x2={100} y1={4} y2={4} stroke="var(--epsiloscope-line)" strokeWidth={2} />
      <line
        x1={100 * figure.low}
        x2={100 * figure.high}
        y1={4}
        y2={4}
        stroke={place === null ? 'var(--epsiloscope-quiet)' : `var(--epsiloscope-${place})`}
        strokeWidth={4}
      />
      <line
        x1={100 * figure.value}
        x2={100 * figure.value}
        y1={0}
        y2={8}
        stroke="var(--epsiloscope-strong)"
        strokeWidth={1}
      />
    </svg>
  );
}
