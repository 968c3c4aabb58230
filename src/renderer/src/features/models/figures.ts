/** The figures of a model's card, put in rows: one row for each attack and epsilon. */
import type { Figure, ModelCard } from '../../../../shared/contract/modelCard.ts';

/** As they stand on the cards of the program's own training; another card may hold others. */
export const MEASURES = ['balancedAccuracy', 'accuracy', 'melanomaSensitivity'] as const;
export type Measure = (typeof MEASURES)[number];

export interface FigureRow {
  readonly data: string;
  /** `clean`, or an attack with every parameter. */
  readonly attack: string;
  /** In [0, 1]; null without an attack. */
  readonly epsilon: number | null;
  /** By the name of what was measured. */
  readonly figures: ReadonlyMap<string, Figure>;
}

/** By data and attack in the order of the card, then by epsilon, clean images first. */
export function figureRows({ metrics }: Pick<ModelCard, 'metrics'>): readonly FigureRow[] {
  const rows = new Map<string, FigureRow & { readonly figures: Map<string, Figure> }>();
  for (const { name, data, attack, epsilon, figure } of metrics) {
    const key = JSON.stringify([data, attack, epsilon]);
    const row = rows.get(key) ?? { data, attack, epsilon, figures: new Map<string, Figure>() };
    row.figures.set(name, figure);
    rows.set(key, row);
  }
  return [...rows.values()];
}

/** The names of what the card measures: those of MEASURES first, in their order. */
export function measuresOf({ metrics }: Pick<ModelCard, 'metrics'>): readonly string[] {
  const names = new Set(metrics.map(({ name }) => name));
  const known = MEASURES.filter((name) => names.delete(name));
  return [...known, ...names];
}

export interface MeasuredFigure {
  readonly figure: Figure;
  readonly attack: string;
  readonly data: string;
}

/** One measure at one epsilon (null: clean images); null where the card does not tell it. */
export function figureAt(
  { metrics }: Pick<ModelCard, 'metrics'>,
  measure: string,
  epsilon: number | null,
): MeasuredFigure | null {
  return metrics.find((metric) => metric.name === measure && sameEpsilon(metric.epsilon, epsilon)) ?? null;
}

/** Cards hold epsilons as decimal fractions: what 1/255 makes of them may differ in the last digit. */
const sameEpsilon = (one: number | null, other: number | null): boolean =>
  one === null || other === null ? one === other : Math.abs(one - other) < 1e-9;

export interface CurvePoint {
  /** In [0, 1]; 0: clean images. */
  readonly epsilon: number;
  readonly figure: Figure;
}

/** One measure over epsilon, ascending, from the clean images on. Only L-inf attacks share one axis. */
export function curveOf({ metrics }: Pick<ModelCard, 'metrics'>, measure: string): readonly CurvePoint[] {
  return metrics
    .filter(({ name, attack }) => name === measure && (attack === CLEAN || attack.includes('norm=linf')))
    .map(({ epsilon, figure }) => ({ epsilon: epsilon ?? 0, figure }))
    .toSorted((one, other) => one.epsilon - other.epsilon);
}

/** How a card names the absence of an attack. */
export const CLEAN = 'clean';

/** `pgd`, 20: what tells attacks apart at a look; null where the text has another form. */
export function attackInBrief(attack: string): { readonly id: string; readonly steps: number | null } | null {
  const [, id, parameters] = /^([a-z][a-z0-9-]*)\((.*)\)$/.exec(attack) ?? [];
  if (id === undefined || parameters === undefined) return null;
  const [, steps] = /(?:^|, )steps=(\d+)/.exec(parameters) ?? [];
  return { id, steps: steps === undefined ? null : Number(steps) };
}
