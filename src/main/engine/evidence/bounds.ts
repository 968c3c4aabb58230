import { bisect, errorFunction, gammaln } from 'simple-statistics';
import type { Smoothing } from '../../../shared/contract/engine.ts';

const ITERATIONS = 100;
const TOLERANCE = 1e-12;

/** P(X >= successes) of a binomial X. The terms are summed as they are: only they stay exact far out in the tail. */
function upperTail(successes: number, trials: number, probability: number): number {
  let sum = 0;
  for (let x = successes; x <= trials; x += 1) {
    const logWays = gammaln(trials + 1) - gammaln(x + 1) - gammaln(trials - x + 1);
    sum += Math.exp(logWays + x * Math.log(probability) + (trials - x) * Math.log1p(-probability));
  }
  return sum;
}

/**
 * The one-sided lower bound of a proportion (Clopper and Pearson 1934): the probability at which `successes` or more
 * of `trials` come up with probability `alpha`. The true one lies below it with probability at most `alpha`.
 *
 * @param alpha in (0, 1)
 * @returns in [0, 1), exact to 1e-11
 */
export function clopperPearsonLower(successes: number, trials: number, alpha: number): number {
  if (successes === 0) return 0;
  return bisect(
    (probability: number) => upperTail(successes, trials, probability) - alpha,
    0,
    1,
    ITERATIONS,
    TOLERANCE,
  );
}

/**
 * The quantile of the standard normal distribution for `probability` in [1e-6, 1 - 1e-6], to 1e-6. Searched, because
 * the library's own inverse is wrong in the third digit.
 */
export function normalQuantile(probability: number): number {
  const excess = (z: number) => (1 + errorFunction(z / Math.SQRT2)) / 2 - probability;
  return bisect(excess, -9, 9, ITERATIONS, TOLERANCE);
}

/** The L2 radius that `runCertify` gives where every draw is of one class: none of these draws can certify a larger one. */
export const largestCertifiedRadius = ({ sigma, draws, alpha }: Smoothing): number =>
  sigma * normalQuantile(clopperPearsonLower(draws, draws, alpha));
