/** Where the slider stands: at computed epsilons, and between them where the person asks for a new one. */
import { epsilonAt, type EpsilonScale, isSameEpsilon, shareOf } from './scale.ts';

/** Share of the axis within which the slider snaps to a computed epsilon. */
const SNAP = 0.014;

/** Computed epsilons of all models, ascending, each once, from 0. */
export function stopsOf(epsilons: readonly number[]): readonly number[] {
  const rising = [0, ...epsilons].toSorted((one, other) => one - other);
  return rising.filter((epsilon, index) => index === 0 || !isSameEpsilon(epsilon, rising[index - 1] ?? 0));
}

/** Where a slider that is let go at `share` of the axis comes to stand: at a near stop, else at a round epsilon. */
export function snapped(scale: EpsilonScale, stops: readonly number[], share: number): number {
  const near = stops.toSorted((one, other) => distance(scale, one, share) - distance(scale, other, share))[0];
  if (near !== undefined && distance(scale, near, share) <= SNAP) return near;
  return rounded(scale, epsilonAt(scale, share));
}

const distance = (scale: EpsilonScale, epsilon: number, share: number): number =>
  Math.abs(shareOf(scale, epsilon) - share);

/** The next multiple of the scale's grain; of a fifth of it where that would be coarse. */
export function rounded(scale: EpsilonScale, epsilon: number): number {
  const grain = epsilon < 4 * scale.grain ? scale.grain / 5 : scale.grain;
  return Math.min(Math.max(Math.round(epsilon / grain) * grain, grain), scale.largest);
}

/** The next stop in a direction; at the end the end itself. */
export function neighbourStop(stops: readonly number[], epsilon: number, direction: 1 | -1): number {
  const apart = stops.filter((stop) => !isSameEpsilon(stop, epsilon));
  const next = direction === 1 ? apart.find((stop) => stop > epsilon) : apart.findLast((stop) => stop < epsilon);
  return next ?? epsilon;
}

/** One grain up or down, for a new epsilon by key. */
export function nudged(scale: EpsilonScale, epsilon: number, direction: 1 | -1): number {
  const fine = epsilon + (direction * scale.grain) / 10 < 4 * scale.grain ? scale.grain / 5 : scale.grain;
  const next = epsilon + direction * fine;
  return next <= fine / 2 ? 0 : rounded(scale, next);
}

export const isStop = (stops: readonly number[], epsilon: number): boolean =>
  stops.some((stop) => isSameEpsilon(stop, epsilon));
