import { quantileSorted } from 'simple-statistics';

/** A 95 % interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** An estimate with its 95 % interval. */
export interface Estimate extends Interval {
  readonly value: number;
}

/** The 97.5 % quantile of the standard normal distribution. */
export const Z = 1.959963984540054;

/**
 * Wilson's score interval (Wilson 1927) of a proportion in [0, 1] seen in `effectiveN` independent trials. Both may
 * be fractional, since images of one lesion count together and cases are weighted.
 */
export function wilsonInterval(proportion: number, effectiveN: number): Interval {
  const shrink = 1 + Z ** 2 / effectiveN;
  const centre = (proportion + Z ** 2 / (2 * effectiveN)) / shrink;
  const half = (Z / shrink) * Math.sqrt((proportion * (1 - proportion)) / effectiveN + Z ** 2 / (4 * effectiveN ** 2));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/**
 * The number of independent trials that lesions of these weights are worth (Kish 1965): their number where they
 * weigh the same, less where some count for more. All images of a lesion count as one trial, which is the cautious
 * choice: their verdicts may differ.
 */
export function effectiveLesions(weights: Iterable<number>): number {
  let total = 0;
  let squares = 0;
  for (const weight of weights) {
    total += weight;
    squares += weight ** 2;
  }
  return squares === 0 ? 0 : total ** 2 / squares;
}

/** The interval between the 2.5 % and 97.5 % quantiles of bootstrap draws (Efron 1979). */
export function percentileInterval(draws: Float64Array): Interval {
  const sorted = Array.from(draws.toSorted());
  return { low: quantileSorted(sorted, 0.025), high: quantileSorted(sorted, 0.975) };
}

/** `factor` times an estimate; a negative factor swaps the ends of the interval. */
export function scaled(factor: number, { value, low, high }: Estimate): Estimate {
  const ends = [factor * low, factor * high];
  return { value: factor * value, low: Math.min(...ends), high: Math.max(...ends) };
}

/**
 * The sum of independent estimates by MOVER, the method of variance estimates recovery (Zou & Donner 2008): each
 * side's distance is the root of the summed squared distances of that side.
 */
export function moverSum(parts: readonly Estimate[]): Estimate {
  const value = parts.reduce((sum, part) => sum + part.value, 0);
  return {
    value,
    low: value - Math.hypot(...parts.map((part) => Math.max(0, part.value - part.low))),
    high: value + Math.hypot(...parts.map((part) => Math.max(0, part.high - part.value))),
  };
}
