import { describe, expect, it } from 'vitest';
import { compareBalancedAccuracy, createCohort, verdictFigures } from '../../../../src/main/engine/metrics/index.ts';
import { wilsonInterval } from '../../../../src/main/engine/metrics/intervals.ts';
import { randomStream } from '../../../../src/main/engine/randomness.ts';
import { image, lesionsOf, unweighted } from './cases.ts';

const images = unweighted([...lesionsOf(4, 20, 2), ...lesionsOf(5, 60)]);
const cohort = createCohort(images, { seed: 1, draws: 500 });
const good = images.map((_, i) => i % 4 > 0);
const poor = images.map((_, i) => i % 4 > 1);

describe('the paired difference in balanced accuracy', () => {
  it("is the first model's figure less the second's", () => {
    const difference = compareBalancedAccuracy(cohort, good, poor)?.difference;
    const of = (correct: readonly boolean[]) => verdictFigures(cohort, correct).balancedAccuracy?.value ?? NaN;
    expect(difference?.value).toBeCloseTo(of(good) - of(poor), 12);
    expect(difference?.n).toBe(100);
  });

  it('has an interval that holds it, and changes sign when the models change places', () => {
    const forth = compareBalancedAccuracy(cohort, good, poor)?.difference;
    const back = compareBalancedAccuracy(cohort, poor, good)?.difference;
    expect(forth?.low).toBeLessThan(forth?.value ?? NaN);
    expect(forth?.high).toBeGreaterThan(forth?.value ?? NaN);
    expect(back?.low).toBeCloseTo(-(forth?.high ?? NaN), 12);
    expect(back?.high).toBeCloseTo(-(forth?.low ?? NaN), 12);
  });

  it('is narrower than if the models had seen different lesions', () => {
    // The models disagree on a quarter of the images only; unpaired, each would bring its whole uncertainty.
    const { low = NaN, high = NaN } = compareBalancedAccuracy(cohort, good, poor)?.difference ?? {};
    const widthOf = (correct: readonly boolean[]) => {
      const figure = verdictFigures(cohort, correct).balancedAccuracy;
      return (figure?.high ?? NaN) - (figure?.low ?? NaN);
    };
    expect(high - low).toBeLessThan(Math.hypot(widthOf(good), widthOf(poor)));
  });

  it('of a model with itself is 0, yet no certainty', () => {
    const difference = compareBalancedAccuracy(cohort, good, good)?.difference;
    // In each of two classes no lesion of 20 and of 60 tells them apart.
    const bound = Math.hypot(wilsonInterval(0, 20).high, wilsonInterval(0, 60).high) / 2;
    expect(difference?.value).toBe(0);
    expect(difference?.low).toBeCloseTo(-bound, 12);
    expect(difference?.high).toBeCloseTo(bound, 12);
  });

  it("is Newcombe's where a model is all wrong and the other all right", () => {
    const nevi = unweighted(lesionsOf(5, 10));
    const all = nevi.map(() => true);
    const none = nevi.map(() => false);
    const difference = compareBalancedAccuracy(createCohort(nevi, { seed: 1 }), all, none)?.difference;
    const miss = wilsonInterval(0, 10).high;
    expect(difference?.value).toBe(1);
    expect(difference?.low).toBeCloseTo(1 - Math.hypot(miss, miss), 12);
    expect(difference?.high).toBe(1);
  });

  it('is the same again with the same seed, and another interval with another', () => {
    const again = createCohort(images, { seed: 1, draws: 500 });
    const other = createCohort(images, { seed: 2, draws: 500 });
    expect(compareBalancedAccuracy(again, good, poor)).toEqual(compareBalancedAccuracy(cohort, good, poor));
    expect(compareBalancedAccuracy(other, good, poor)).not.toEqual(compareBalancedAccuracy(cohort, good, poor));
  });

  it('of a model with itself has a p-value of 1', () => {
    expect(compareBalancedAccuracy(cohort, good, good)?.p).toBe(1);
  });

  it('has the same p-value when the models change places', () => {
    const p = compareBalancedAccuracy(cohort, good, poor)?.p;
    expect(p).toBeGreaterThan(0);
    expect(p).toBeLessThan(1);
    expect(compareBalancedAccuracy(cohort, poor, good)?.p).toBeCloseTo(p ?? NaN, 12);
  });

  it('has a p-value near that of the paired z-test where each lesion has one image', () => {
    // One class of 100 lesions, of which 30 tell the models apart: 20 for the first, 10 for the second.
    const nevi = unweighted(lesionsOf(5, 100));
    const [first, second] = [nevi.map((_, i) => i < 70), nevi.map((_, i) => i < 50 || (i >= 70 && i < 80))];
    const comparison = compareBalancedAccuracy(createCohort(nevi, { seed: 1 }), first, second);
    // z = 0.1 / sqrt((0.3 - 0.01) / 100) = 1.857; its two-sided p from a table is 0.0633.
    expect(comparison?.difference.value).toBeCloseTo(0.1, 12);
    expect(Math.abs((comparison?.p ?? NaN) - 0.0633)).toBeLessThan(0.01);
  });

  it('has a p-value that agrees with the interval where every lesion of a class agrees', () => {
    const against = (right: number) => {
      const nevi = unweighted(lesionsOf(5, 12));
      const first = nevi.map((_, i) => i < right);
      return compareBalancedAccuracy(
        createCohort(nevi, { seed: 1 }),
        first,
        nevi.map(() => false),
      );
    };
    // All of 12 against none: Wilson's interval alone tells, and it tells them apart.
    expect(against(12)?.difference.low).toBeGreaterThan(0);
    expect(against(12)?.p).toBeLessThan(0.05);
    // One of 12 against none.
    expect(against(1)?.difference.low).toBeLessThan(0);
    expect(against(1)?.p).toBeGreaterThan(0.05);
  });

  it('errs in one of twenty comparisons of models that are alike', () => {
    const stream = randomStream('alike', 1);
    const lesions = unweighted([...lesionsOf(4, 40), ...lesionsOf(5, 80)]);
    const verdicts = () => lesions.map(() => stream.next() < 0.7);
    const pValues = Array.from({ length: 400 }, (_, seed) => {
      const drawn = createCohort(lesions, { seed, draws: 100 });
      return compareBalancedAccuracy(drawn, verdicts(), verdicts())?.p ?? NaN;
    });
    const below = pValues.filter((p) => p < 0.05).length;
    expect(below).toBeGreaterThan(8);
    expect(below).toBeLessThan(36);
  });

  it('says how it was made, with its draws', () => {
    expect(compareBalancedAccuracy(cohort, good, poor)?.method).toContain('500 draws');
  });

  it('is null where nothing is labelled', () => {
    const unlabelled = createCohort(unweighted([image('?', null, null)]), { seed: 1 });
    expect(compareBalancedAccuracy(unlabelled, [true], [false])).toBeNull();
  });
});
