import { Group, SegmentedControl, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { epsilonKey } from '../../../../shared/domain/epsilon.ts';
import type { ComparedModels } from '../../api/queries.ts';
import { ModelMark, type PairPlace } from '../../components/ModelMark.tsx';
import { Panel } from '../../components/Panel.tsx';
import { DRAWING, largestEpsilon, lineThrough, ticksOf, xOf, yOf } from './curve.ts';
import { curveOf, type CurvePoint, type Measure, MEASURES } from './figures.ts';
import classes from './models.module.css';

/** Whiskers of the two models at one epsilon stand beside each other. */
const ASIDE: Readonly<Record<PairPlace, number>> = { first: -3, second: 3 };
const SHARES = [0, 0.25, 0.5, 0.75, 1];

/** What the cards of the two models compared say is left of one measure as epsilon grows. */
export function CurveChart({ models }: { models: ComparedModels }) {
  const { t } = useTranslation();
  const [measure, setMeasure] = useState<Measure>('balancedAccuracy');
  const first = curveOf(models.first.card, measure);
  const second = curveOf(models.second.card, measure);
  const measureName = t(`models.measure.${measure}`);
  return (
    <Panel title={t('models.curve.title')}>
      <Group justify="space-between" mb="sm">
        <SegmentedControl
          size="xs"
          aria-label={t('models.curve.measure')}
          data={MEASURES.map((value) => ({ value, label: t(`models.measure.${value}`) }))}
          value={measure}
          onChange={setMeasure}
        />
        <Group gap="md">
          <Legend place="first" name={models.first.card.id} />
          <Legend place="second" name={models.second.card.id} />
        </Group>
      </Group>
      {first.length + second.length === 0 ? (
        <Text c="dimmed">{t('models.curve.none', { measure: measureName })}</Text>
      ) : (
        <Curves
          first={first}
          second={second}
          label={t('models.curve.label', {
            measure: measureName,
            first: models.first.card.id,
            second: models.second.card.id,
          })}
        />
      )}
      <Text c="dimmed">{t('models.curve.explained')}</Text>
    </Panel>
  );
}

function Legend({ place, name }: { place: PairPlace; name: string }) {
  return (
    <span className={classes['legend']}>
      <ModelMark place={place} /> {name}
    </span>
  );
}

interface CurvesProps {
  readonly first: readonly CurvePoint[];
  readonly second: readonly CurvePoint[];
  readonly label: string;
}

function Curves({ first, second, label }: CurvesProps) {
  const { t } = useTranslation();
  const largest = largestEpsilon([first, second]);
  return (
    <svg className={classes['curves']} viewBox={`0 0 ${DRAWING.width} ${DRAWING.height}`} role="img" aria-label={label}>
      {SHARES.map((share) => (
        <g key={share}>
          <line
            x1={DRAWING.left}
            x2={DRAWING.width - DRAWING.right}
            y1={yOf(share)}
            y2={yOf(share)}
            stroke="var(--epsiloscope-line)"
          />
          <text x={DRAWING.left - 6} y={yOf(share) + 3.5} textAnchor="end">
            {share}
          </text>
        </g>
      ))}
      {ticksOf([first, second]).map((epsilon) => (
        <text key={epsilon} x={xOf(epsilon, largest)} y={DRAWING.height - 20} textAnchor="middle">
          {epsilonKey(epsilon)}
        </text>
      ))}
      <text x={DRAWING.width - DRAWING.right} y={DRAWING.height - 4} textAnchor="end">
        {t('models.curve.epsilon')}
      </text>
      <Curve place="first" curve={first} largest={largest} />
      <Curve place="second" curve={second} largest={largest} />
    </svg>
  );
}

interface CurveProps {
  readonly place: PairPlace;
  readonly curve: readonly CurvePoint[];
  readonly largest: number;
}

function Curve({ place, curve, largest }: CurveProps) {
  const colour = `var(--epsiloscope-${place})`;
  return (
    <g stroke={colour} fill={colour} transform={`translate(${ASIDE[place]} 0)`}>
      <polyline points={lineThrough(curve, largest)} fill="none" strokeWidth={1.5} />
      {curve.map(({ epsilon, figure }) => {
        const x = xOf(epsilon, largest);
        const y = yOf(figure.value);
        return (
          <g key={epsilon}>
            <line x1={x} x2={x} y1={yOf(figure.low)} y2={yOf(figure.high)} strokeWidth={1.5} />
            {place === 'first' ? (
              <circle cx={x} cy={y} r={3.5} />
            ) : (
              <rect x={x - 3.5} y={y - 3.5} width={7} height={7} />
            )}
          </g>
        );
      })}
    </g>
  );
}
