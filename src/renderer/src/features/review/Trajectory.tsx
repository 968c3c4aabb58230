import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Diagnosis } from '../../../../shared/domain/diagnosis.ts';
import { Card } from './Card.tsx';
import { courseOf } from './examined.ts';
import { pointOf, shownAt } from './shown.ts';
import type { Side } from './useSide.ts';
import { probabilityText } from './words.ts';
import classes from './review.module.css';

interface Course {
  readonly side: Side;
  readonly verdict: Diagnosis;
  /** After 0, 1, 2, ... steps. */
  readonly values: readonly number[];
  readonly successStep: number | null;
}

/** How the probability of each model's clean verdict fell, step by step, in the run that is shown. */
export function Trajectory({ sides, epsilon }: { sides: readonly Side[]; epsilon: number }) {
  const { t } = useTranslation();
  const courses = sides.flatMap((side) => courseAt(side, epsilon));
  const verdicts = new Set(courses.map(({ verdict }) => verdict));
  const [verdict] = verdicts;
  const of =
    verdict !== undefined && verdicts.size === 1
      ? t('review.trajectory.of', { name: t(`review.named.${verdict}`) })
      : t('review.trajectory.ofEach');
  return (
    <Card title={t('review.trajectory.title')} aside={courses.length > 0 ? of : ''}>
      {courses.length > 0 ? (
        <Chart courses={courses} />
      ) : (
        <p className={classes['aside']}>{t(reasonFor(sides, epsilon))}</p>
      )}
    </Card>
  );
}

function courseAt(side: Side, epsilon: number): readonly Course[] {
  const { evidence } = side;
  const point = evidence === null ? null : pointOf(shownAt(evidence, epsilon));
  if (evidence === null || point === null) return [];
  const values = courseOf(point, evidence.verdict);
  return values === null || values.length < 2
    ? []
    : [{ side, verdict: evidence.verdict, values, successStep: point.successStep }];
}

function reasonFor(sides: readonly Side[], epsilon: number) {
  if (epsilon === 0) return 'review.trajectory.clean' as const;
  return sides.some(({ examining }) => examining.busy)
    ? ('review.trajectory.waiting' as const)
    : ('review.trajectory.none' as const);
}

/** The chart's own units; it is stretched to its box, its lines are not. */
const WIDTH = 100;
const HEIGHT = 100;

function Chart({ courses }: { courses: readonly Course[] }) {
  const { t } = useTranslation();
  const last = Math.max(...courses.map(({ values }) => values.length - 1));
  const [chosen, setChosen] = useState<number | null>(null);
  const step = Math.min(chosen ?? last, last);
  const said = courses
    .map(({ side, values }) =>
      t('review.trajectory.said', {
        model: side.compared.name,
        probability: probabilityText(values[Math.min(step, values.length - 1)] ?? 0),
      }),
    )
    .join(', ');
  const inWords = t('review.trajectory.at', { step, said });
  const follow = (event: PointerEvent) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    setChosen(bounded(Math.round(((event.clientX - left) / width) * last), last));
  };
  const key = (event: KeyboardEvent) => {
    const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (direction === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    setChosen(bounded(step + direction, last));
  };
  return (
    <>
      <div className={classes['chart']}>
        <div className={classes['scale']} aria-hidden>
          <span>1</span>
          <span>0</span>
        </div>
        <div
          className={classes['plot']}
          role="slider"
          tabIndex={0}
          aria-label={t('review.trajectory.label')}
          aria-valuemin={0}
          aria-valuemax={last}
          aria-valuenow={step}
          aria-valuetext={inWords}
          onPointerMove={follow}
          onPointerLeave={() => {
            setChosen(null);
          }}
          onKeyDown={key}
        >
          <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden>
            <path d={`M0 ${HEIGHT}H${WIDTH}M0 0H${WIDTH}`} className={classes['grid']} />
            {courses.map(({ side: { compared }, values, successStep }) => (
              <g key={compared.place} stroke={`var(--epsiloscope-${compared.place})`}>
                <polyline
                  points={values.map((value, index) => `${xOf(index, last)},${yOf(value)}`).join(' ')}
                  className={classes['course']}
                  data-place={compared.place}
                />
                {successStep !== null && (
                  <path d={`M${xOf(successStep, last)} ${HEIGHT}v-14`} className={classes['success']} />
                )}
              </g>
            ))}
            <path d={`M${xOf(step, last)} 0V${HEIGHT}`} className={classes['cursor']} />
          </svg>
        </div>
      </div>
      <p className={classes['aside']}>{inWords}</p>
    </>
  );
}

const bounded = (step: number, last: number): number => Math.min(Math.max(step, 0), last);
const xOf = (step: number, last: number): number => (step / last) * WIDTH;
const yOf = (probability: number): number => (1 - probability) * HEIGHT;
