import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCohort, holmAdjusted, mcNemar, mcNemarP } from '../../../../src/main/engine/metrics/index.ts';
import { lesionsOf, unweighted } from './cases.ts';

describe("McNemar's exact test", () => {
  it.each([
    { b: 2, c: 10, p: (2 * (1 + 12 + 66)) / 2 ** 12 },
    { b: 0, c: 6, p: 2 / 2 ** 6 },
    { b: 4, c: 4, p: 1 },
    { b: 0, c: 0, p: 1 },
  ])('of $b against $c disagreements is the two-sided binomial tail', ({ b, c, p }) => {
    expect(mcNemarP(b, c)).toBeCloseTo(p, 9);
    expect(mcNemarP(c, b)).toBeCloseTo(p, 9);
  });

  it('is computed for as many disagreements as a whole data set can have', () => {
    // Exact rational arithmetic: 2 * sum of C(2000, k) for k up to 940, over 2^2000.
    let term = 1n;
    let tail = 0n;
    for (let k = 0n; k <= 940n; k += 1n) {
      tail += term;
      term = (term * (2000n - k)) / (k + 1n);
    }
    const exact = Number((2n * tail * 10n ** 15n) / 2n ** 2000n) / 1e15;
    expect(mcNemarP(940, 1060)).toBeCloseTo(exact, 9);
  });

  it('compares one image of each lesion', () => {
    const images = unweighted(lesionsOf(5, 30, 4));
    const cohort = createCohort(images, { seed: 1 });
    const right = images.map(() => true);
    const wrong = images.map(() => false);
    expect(mcNemar(cohort, right, wrong)).toEqual({ onlyFirst: 30, onlySecond: 0, n: 30, p: mcNemarP(30, 0) });
  });

  it('draws that image by the seed', () => {
    const images = unweighted(lesionsOf(5, 60, 4));
    const firstOfEach = images.map((_, i) => i % 4 === 0);
    const wrong = images.map(() => false);
    const drawnFirst = (seed: number) => mcNemar(createCohort(images, { seed }), firstOfEach, wrong).onlyFirst;
    expect(drawnFirst(1)).toBe(drawnFirst(1));
    expect(new Set([1, 2, 3, 4, 5].map(drawnFirst)).size).toBeGreaterThan(1);
  });
});

describe("Holm's adjustment", () => {
  it("is that of R's p.adjust", () => {
    const rounded = (values: readonly number[]) => values.map((value) => Number(value.toFixed(12)));
    expect(rounded(holmAdjusted([0.01, 0.02, 0.03, 0.04]))).toEqual([0.04, 0.06, 0.06, 0.06]);
    expect(rounded(holmAdjusted([0.6, 0.001, 0.2]))).toEqual([0.6, 0.003, 0.4]);
  });

  it('never lowers a p-value, keeps their order and stays at most 1', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (pValues) => {
        const adjusted = holmAdjusted(pValues);
        pValues.forEach((p, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(p);
          expect(adjusted[i]).toBeLessThanOrEqual(1);
          pValues.forEach((q, j) => {
            if (p < q) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j] ?? NaN);
          });
        });
      }),
    );
  });
});
