import { errorFunction, sampleStandardDeviation } from 'simple-statistics';
import { lesionDraws, sumByLesion, sumOfDraw, total, type Cohort, type CohortClass } from './cohort.ts';
import {
  effectiveLesions,
  moverSum,
  percentileInterval,
  scaled,
  wilsonInterval,
  Z,
  type Estimate,
  type Interval,
} from './intervals.ts';

/** The share of one class that is right, and what its uncertainty is computed from. */
export interface ClassRecall {
  readonly value: number;
  /**
   * The share in each bootstrap draw; null where all lesions agree (above all at 0 and 100 %), so that no draw could
   * differ and a bootstrap would claim a certainty that is not there.
   */
  readonly draws: Float64Array | null;
  /** Takes the place of the draws then. */
  readonly wilson: Interval;
}

/** Several figures rest on the same verdicts: their recalls are drawn once. */
const known = new WeakMap<Cohort, WeakMap<readonly boolean[], readonly ClassRecall[]>>();

/** Recall of every class of the cohort, in its order. `correct` is per image, and is not changed later on. */
export function classRecalls(cohort: Cohort, correct: readonly boolean[]): readonly ClassRecall[] {
  const ofCohort = known.get(cohort) ?? new WeakMap<readonly boolean[], readonly ClassRecall[]>();
  known.set(cohort, ofCohort);
  const recalls = ofCohort.get(correct) ?? cohort.classes.map((one) => classRecall(cohort, one, correct));
  ofCohort.set(correct, recalls);
  return recalls;
}

function classRecall(cohort: Cohort, one: CohortClass, correct: readonly boolean[]): ClassRecall {
  const hits = sumByLesion(one.lesions, (image) => (correct[image] === true ? (cohort.images[image]?.weight ?? 0) : 0));
  const shares = hits.map((hit, lesion) => hit / (one.lesionWeights[lesion] ?? 0));
  const lesionsAgree = shares.every((share) => share === shares[0]);
  const value = total(hits) / one.weight;
  return {
    value,
    draws: lesionsAgree ? null : recallDraws(cohort, one, hits),
    wilson: wilsonInterval(value, effectiveLesions(one.lesionWeights)),
  };
}

function recallDraws(cohort: Cohort, one: CohortClass, hits: Float64Array): Float64Array {
  const { lesions, weights } = lesionDraws(cohort, one);
  return weights.map((weight, draw) => sumOfDraw(lesions, draw, hits) / weight);
}

export interface Term {
  readonly factor: number;
  readonly recall: ClassRecall;
}

/** Class recalls summed as far as they can be: draw by draw, and those without draws one by one. */
interface Summed {
  readonly agreeing: readonly Estimate[];
  readonly drawn: { readonly value: number; readonly draws: Float64Array } | null;
}

/**
 * A weighted sum of class recalls: those with draws are summed draw by draw and give one percentile interval; each
 * other enters by its Wilson interval; MOVER joins them.
 */
export function sumOfRecalls(terms: readonly Term[]): Estimate {
  const { agreeing, drawn } = summed(terms);
  return moverSum(
    drawn === null ? agreeing : [...agreeing, { value: drawn.value, ...percentileInterval(drawn.draws) }],
  );
}

/**
 * The two-sided p-value in [0, 1] of a weighted sum of class recalls being 0 in the population: the sum over its standard
 * error, which is normal in large samples. The error is the standard deviation of the draws (Efron & Tibshirani 1993, An
 * Introduction to the Bootstrap, chapter 6); a recall without draws adds the variance recovered from the side of its Wilson
 * interval that faces 0, as in the interval of the same sum (MOVER, Zou & Donner 2008). The share of draws beyond 0 would
 * not do in its place: of 2,000 draws none is below 1/2,000, which no adjustment for many comparisons leaves room for.
 */
export function pOfZero(terms: readonly Term[]): number {
  const { agreeing, drawn } = summed(terms);
  const value = agreeing.reduce((sum, part) => sum + part.value, drawn?.value ?? 0);
  if (value === 0) return 1;
  const errors = agreeing.map((part) => (value > 0 ? part.value - part.low : part.high - part.value) / Z);
  if (drawn !== null) errors.push(sampleStandardDeviation(Array.from(drawn.draws)));
  return Math.min(1, 1 - errorFunction(Math.abs(value) / Math.hypot(...errors) / Math.SQRT2));
}

function summed(terms: readonly Term[]): Summed {
  const agreeing: Estimate[] = [];
  let value = 0;
  let draws: Float64Array | null = null;
  for (const { factor, recall } of terms) {
    if (recall.draws === null) {
      agreeing.push(scaled(factor, { value: recall.value, ...recall.wilson }));
      continue;
    }
    value += factor * recall.value;
    draws ??= new Float64Array(recall.draws.length);
    for (let draw = 0; draw < draws.length; draw += 1) {
      draws[draw] = (draws[draw] ?? 0) + factor * (recall.draws[draw] ?? 0);
    }
  }
  return { agreeing, drawn: draws === null ? null : { value, draws } };
}
