import type { Figure } from '../../../shared/contract/modelCard.ts';
import type { Cohort, CohortClass } from './cohort.ts';
import { figure } from './figures.ts';
import { effectiveLesions, wilsonInterval } from './intervals.ts';
import { classRecalls, pOfZero, sumOfRecalls, type ClassRecall, type Term } from './recall.ts';

export interface Comparison {
  /** In [-1, 1]: the first model's balanced accuracy minus the second's, over the classes present. */
  readonly difference: Figure;
  /** Two-sided, in [0, 1], of no difference; see `pOfZero`. */
  readonly p: number;
  readonly method: string;
}

const methodOf = (draws: number): string =>
  `Paired bootstrap over lesions within class (${draws} draws, the same lesions for both models), 95 % percentile ` +
  'interval; where all lesions of a class agree for a model, or both models agree on all of them, that part enters ' +
  'by its Wilson interval (MOVER).';

/**
 * The difference in balanced accuracy between two models on the same cohort, with its paired interval and p-value. `correct` is
 * per image, in the order of the cohort. The comparison fixed beforehand is `pgd` minus `standard` at 4/255.
 * Null where no image is labelled.
 */
export function compareBalancedAccuracy(
  cohort: Cohort,
  correctFirst: readonly boolean[],
  correctSecond: readonly boolean[],
): Comparison | null {
  if (cohort.classes.length === 0) return null;
  const first = classRecalls(cohort, correctFirst);
  const second = classRecalls(cohort, correctSecond);
  const terms = cohort.classes.flatMap((one, at) => {
    const a = first[at];
    const b = second[at];
    return a === undefined || b === undefined ? [] : classDifference(one, a, b);
  });
  const factor = 1 / cohort.classes.length;
  const scaledTerms = terms.map((term) => ({ ...term, factor: term.factor * factor }));
  const difference = sumOfRecalls(scaledTerms);
  return { difference: figure(difference, cohort.n, -1), p: pOfZero(scaledTerms), method: methodOf(cohort.draws) };
}

function classDifference(one: CohortClass, first: ClassRecall, second: ClassRecall): readonly Term[] {
  if (!sameDraws(first, second)) {
    return [
      { factor: 1, recall: first },
      { factor: -1, recall: second },
    ];
  }
  // No lesion tells the models apart, so no draw does; in the population up to Wilson's bound of them may.
  const { high } = wilsonInterval(0, effectiveLesions(one.lesionWeights));
  return [{ factor: 1, recall: { value: 0, draws: null, wilson: { low: -high, high } } }];
}

const sameDraws = (first: ClassRecall, second: ClassRecall): boolean =>
  first.draws !== null && second.draws !== null && first.draws.every((value, draw) => value === second.draws?.[draw]);
