/** The axis on which every epsilon is shown: square-root, so that the small ones, which matter most, have room. */
import type { Norm } from '../../../../shared/domain/attack.ts';
import { epsilonFrom255, formatEpsilon, LARGEST_SEARCHED_EPSILON } from '../../../../shared/domain/epsilon.ts';

export interface EpsilonScale {
  readonly norm: Norm;
  /** Right end of the axis, in the input's own space ([0, 1] per channel). */
  readonly largest: number;
  /** Labelled places, ascending, from 0 to `largest`. */
  readonly ticks: readonly number[];
  /** Free values between computed ones are multiples of this, near 0 of a fifth of it. */
  readonly grain: number;
}

/**
 * In L2 an epsilon is the length of the whole perturbation. On a 64x64 input a length of 1 is a root mean square of 2.3/255:
 * the small perturbations that are of interest lie below it.
 */
const L2_SCALE: EpsilonScale = { norm: 'l2', largest: 1, ticks: [0, 0.02, 0.1, 0.2, 0.5, 1], grain: 0.01 };

const LINF_SCALE: EpsilonScale = {
  norm: 'linf',
  largest: LARGEST_SEARCHED_EPSILON,
  ticks: [0, 0.25, 1, 2, 4, 8, 16].map(epsilonFrom255),
  grain: epsilonFrom255(0.25),
};

export const scaleOf = (norm: Norm): EpsilonScale => (norm === 'l2' ? L2_SCALE : LINF_SCALE);

/** Place on the axis, 0 to 1; epsilons beyond its end are at its end. */
export const shareOf = (scale: EpsilonScale, epsilon: number): number =>
  Math.sqrt(Math.min(Math.max(epsilon / scale.largest, 0), 1));

/** Inverse of {@link shareOf}. */
export const epsilonAt = (scale: EpsilonScale, share: number): number =>
  Math.min(Math.max(share, 0), 1) ** 2 * scale.largest;

/** In L-inf `0.75/255`; in L2 the length, `L2 0.35`. */
export const epsilonText = (norm: Norm, epsilon: number): string =>
  norm === 'linf' ? formatEpsilon(epsilon) : `L2 ${tickText(norm, epsilon)}`;

/** The number alone, for ticks under an axis whose unit is named: `0.75` (in 1/255) or `0.35`. */
export const tickText = (norm: Norm, epsilon: number): string =>
  String(Number((norm === 'linf' ? epsilon * 255 : epsilon).toFixed(4)));

/** Two epsilons are the same: between one that went to the program and came back, only rounding can differ. */
export const isSameEpsilon = (one: number, other: number): boolean => Math.abs(one - other) < 1e-9;
