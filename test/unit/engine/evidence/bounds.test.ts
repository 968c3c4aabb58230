import { describe, expect, it } from 'vitest';
import { clopperPearsonLower, normalQuantile } from '../../../../src/main/engine/evidence/bounds.ts';

/** P(X >= successes) by Pascal's rule, trial by trial. */
function plainUpperTail(successes: number, trials: number, probability: number): number {
  let chances = [1];
  for (let trial = 0; trial < trials; trial += 1) {
    chances = Array.from(
      { length: trial + 2 },
      (_, x) => (chances[x] ?? 0) * (1 - probability) + (chances[x - 1] ?? 0) * probability,
    );
  }
  return chances.slice(successes).reduce((sum, chance) => sum + chance, 0);
}

describe('the lower bound of a proportion', () => {
  // Two-sided 95 % limits, as printed in tables of the exact binomial interval (Clopper and Pearson 1934).
  it.each([
    [1, 10, 0.0025],
    [2, 10, 0.0252],
    [5, 10, 0.1871],
    [8, 10, 0.4439],
    [9, 10, 0.555],
    [15, 20, 0.509],
    [50, 100, 0.3983],
    [95, 100, 0.8872],
  ])('of %i in %i is that of the tables, %f', (successes, trials, expected) => {
    expect(clopperPearsonLower(successes, trials, 0.025)).toBeCloseTo(expected, 4);
  });

  it.each([
    [600, 1000],
    [990, 1000],
    [3, 7],
  ])('of %i in %i is where so many come up with probability alpha', (successes, trials) => {
    const bound = clopperPearsonLower(successes, trials, 0.001);
    expect(plainUpperTail(successes, trials, bound)).toBeCloseTo(0.001, 9);
  });

  it('of all is the root of alpha, of none it is 0', () => {
    expect(clopperPearsonLower(1000, 1000, 0.001)).toBeCloseTo(0.001 ** (1 / 1000), 11);
    expect(clopperPearsonLower(0, 1000, 0.001)).toBe(0);
  });
});

describe('the quantile of the normal distribution', () => {
  it.each([
    [0.5, 0],
    [0.8, 0.841621234],
    [0.975, 1.959963985],
    [0.999, 3.090232306],
    [0.000001, -4.753424309],
  ])('of %f is %f', (probability, expected) => {
    expect(Math.abs(normalQuantile(probability) - expected)).toBeLessThan(1e-6);
  });
});
