import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  effectiveLesions,
  moverSum,
  percentileInterval,
  scaled,
  wilsonInterval,
} from '../../../../src/main/engine/metrics/intervals.ts';

const proportion = fc.double({ min: 0, max: 1, noNaN: true });

describe("Wilson's interval", () => {
  // Newcombe, "Two-sided confidence intervals for the single proportion", Stat Med 17 (1998), table I, method 3.
  it.each([
    { hits: 81, n: 263, low: 0.2553, high: 0.3662 },
    { hits: 15, n: 148, low: 0.0624, high: 0.1605 },
    { hits: 0, n: 20, low: 0, high: 0.1611 },
    { hits: 1, n: 29, low: 0.0061, high: 0.1718 },
  ])('of $hits in $n is what Newcombe (1998) prints', ({ hits, n, low, high }) => {
    const interval = wilsonInterval(hits / n, n);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it('holds its proportion, stays in [0, 1], is never a point, and narrows as trials grow', () => {
    fc.assert(
      fc.property(proportion, fc.double({ min: 1, max: 5000, noNaN: true }), (p, n) => {
        const { low, high } = wilsonInterval(p, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(p + 1e-12);
        expect(high).toBeGreaterThanOrEqual(p - 1e-12);
        expect(high).toBeLessThanOrEqual(1);
        const more = wilsonInterval(p, 2 * n);
        expect(high - low).toBeGreaterThan(more.high - more.low);
      }),
    );
  });
});

describe('the effective number of lesions', () => {
  it('is their number where they weigh the same', () => {
    expect(effectiveLesions([3, 3, 3, 3])).toBe(4);
  });

  it('is less where some weigh more: lesions of 1, 1 and 4 images are worth two', () => {
    expect(effectiveLesions([1, 1, 4])).toBe(2);
  });

  it('leaves lesions without weight out', () => {
    expect(effectiveLesions([1, 0, 1, 0])).toBe(2);
    expect(effectiveLesions([])).toBe(0);
  });
});

describe('the percentile interval', () => {
  it('lies at the 2.5 % and 97.5 % quantiles, whatever the order of the draws', () => {
    const draws = Float64Array.from({ length: 1001 }, (_, i) => ((i * 10) % 1001) / 1000);
    expect(percentileInterval(draws)).toEqual({ low: 0.025, high: 0.975 });
  });
});

describe('MOVER', () => {
  // Newcombe, "Interval estimation for the difference between independent proportions", Stat Med 17 (1998), table II, method 10.
  it.each([
    { a: [56, 70], b: [48, 80], low: 0.0524, high: 0.3339 },
    { a: [9, 10], b: [3, 10], low: 0.1705, high: 0.809 },
    { a: [10, 10], b: [0, 20], low: 0.6791, high: 1 },
  ] as const)('of the difference $a less $b is what Newcombe (1998) prints', ({ a, b, low, high }) => {
    const share = ([hits, n]: readonly [number, number]) => ({ value: hits / n, ...wilsonInterval(hits / n, n) });
    const difference = moverSum([share(a), scaled(-1, share(b))]);
    expect(difference.value).toBeCloseTo(a[0] / a[1] - b[0] / b[1], 12);
    expect(difference.low).toBeCloseTo(low, 4);
    expect(difference.high).toBeCloseTo(high, 4);
  });

  it('of one part is that part', () => {
    const part = { value: 0.4, low: 0.3, high: 0.6 };
    const { value, low, high } = moverSum([part]);
    expect([value, low, high].map((end) => end.toFixed(12))).toEqual([
      '0.400000000000',
      '0.300000000000',
      '0.600000000000',
    ]);
  });
});
