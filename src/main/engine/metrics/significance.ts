import { binomialDistribution } from 'simple-statistics';
import { randomStream } from '../randomness.ts';
import type { Cohort } from './cohort.ts';

export interface McNemar {
  /** Lesions that only the first, only the second model gets right. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Lesions compared, one image each. */
  readonly n: number;
  /** Two-sided exact p-value in (0, 1]. */
  readonly p: number;
}

/**
 * McNemar's exact test (1947) of two models on the same lesions: one image of each, drawn by the cohort's seed, since
 * images of one lesion are not independent. `correct` is per image.
 */
export function mcNemar(cohort: Cohort, correctFirst: readonly boolean[], correctSecond: readonly boolean[]): McNemar {
  const images = oneImagePerLesion(cohort);
  let onlyFirst = 0;
  let onlySecond = 0;
  for (const image of images) {
    const first = correctFirst[image] === true;
    const second = correctSecond[image] === true;
    if (first && !second) onlyFirst += 1;
    if (second && !first) onlySecond += 1;
  }
  return { onlyFirst, onlySecond, n: images.length, p: mcNemarP(onlyFirst, onlySecond) };
}

const drawn = new WeakMap<Cohort, readonly number[]>();

/** The same image of each lesion in every test on the cohort. */
function oneImagePerLesion(cohort: Cohort): readonly number[] {
  const images =
    drawn.get(cohort) ??
    cohort.classes.flatMap(({ lesions }) =>
      lesions.map(
        (lesion) =>
          lesion.images[randomStream('mcnemar', cohort.seed, lesion.key).integer(lesion.images.length)] ??
          lesion.images[0],
      ),
    );
  drawn.set(cohort, images);
  return images;
}

/**
 * Twice the binomial tail of the rarer kind of disagreement, at most 1.
 *
 * @throws RangeError for counts that the library cannot tabulate (a million disagreements and more).
 */
export function mcNemarP(onlyFirst: number, onlySecond: number): number {
  if (onlyFirst + onlySecond === 0) return 1;
  const probabilities = binomialDistribution(onlyFirst + onlySecond, 0.5);
  if (probabilities === undefined) throw new RangeError(`No binomial table for ${onlyFirst + onlySecond} trials.`);
  const tail = probabilities.slice(0, Math.min(onlyFirst, onlySecond) + 1);
  return Math.min(1, 2 * tail.reduce((sum, probability) => sum + probability, 0));
}

/** Holm's step-down adjustment (1979) of p-values, in the order given. */
export function holmAdjusted(pValues: readonly number[]): readonly number[] {
  const adjusted = new Array<number>(pValues.length).fill(1);
  let largest = 0;
  [...pValues.entries()]
    .sort(([, a], [, b]) => a - b)
    .forEach(([at, p], rank) => {
      largest = Math.max(largest, Math.min(1, p * (pValues.length - rank)));
      adjusted[at] = largest;
    });
  return adjusted;
}
