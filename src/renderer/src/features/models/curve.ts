/** Where figures lie in the drawing of the curves; pure geometry. */
import type { CurvePoint } from './figures.ts';

/** Of the drawing and of the field of the curves in it, in its own units. */
export const DRAWING = { width: 640, height: 172, left: 34, right: 12, top: 10, bottom: 36 } as const;
const FIELD_WIDTH = DRAWING.width - DRAWING.left - DRAWING.right;
const FIELD_HEIGHT = DRAWING.height - DRAWING.top - DRAWING.bottom;

/** Square-root, as everywhere in the program: small epsilons, where verdicts change, get the room. */
export const xOf = (epsilon: number, largest: number): number =>
  DRAWING.left + FIELD_WIDTH * (largest === 0 ? 0 : Math.sqrt(epsilon / largest));

/** @param share in [0, 1] */
export const yOf = (share: number): number => DRAWING.top + FIELD_HEIGHT * (1 - share);

/** The largest epsilon of some curves; 0 where there is none. */
export const largestEpsilon = (curves: readonly (readonly CurvePoint[])[]): number =>
  Math.max(0, ...curves.flat().map(({ epsilon }) => epsilon));

/** Every epsilon that some curve tells a figure at, ascending. */
export const ticksOf = (curves: readonly (readonly CurvePoint[])[]): readonly number[] =>
  [...new Set(curves.flat().map(({ epsilon }) => epsilon))].toSorted((one, other) => one - other);

/** `points` of an SVG polyline through the figures. */
export const lineThrough = (curve: readonly CurvePoint[], largest: number): string =>
  curve.map(({ epsilon, figure }) => `${xOf(epsilon, largest).toFixed(1)},${yOf(figure.value).toFixed(1)}`).join(' ');
