/** What is asked of an attack on a case, and how answers to several questions become one. */
import type { Examination, ExaminedPoint } from '../../../../shared/contract/app/cases.ts';
import { type Diagnosis, classIndexOf } from '../../../../shared/domain/diagnosis.ts';
import { isSameEpsilon } from './scale.ts';

/** The most epsilons that one question may ask for. */
const EPSILONS_PER_QUESTION = 16;

/** In questions that the program accepts, ascending, each epsilon once. */
export function questionsOf(epsilons: readonly number[]): readonly (readonly number[])[] {
  const rising = epsilons
    .toSorted((one, other) => one - other)
    .filter((epsilon, index, all) => index === 0 || !isSameEpsilon(epsilon, all[index - 1] ?? 0));
  return Array.from({ length: Math.ceil(rising.length / EPSILONS_PER_QUESTION) }, (_, index) =>
    rising.slice(index * EPSILONS_PER_QUESTION, (index + 1) * EPSILONS_PER_QUESTION),
  );
}

/** Both answers as one, points by epsilon; of two points at one epsilon the later answer's. */
export function merged(before: Examination | undefined, later: Examination): Examination {
  if (before === undefined) return later;
  const old = before.points.filter(
    ({ epsilon }) => !later.points.some((point) => isSameEpsilon(point.epsilon, epsilon)),
  );
  return { ...later, points: [...old, ...later.points].toSorted((one, other) => one.epsilon - other.epsilon) };
}

/** Those that were not computed yet. */
export const missingOf = (examination: Examination, epsilons: readonly number[]): readonly number[] =>
  epsilons.filter((epsilon) => !examination.points.some((point) => isSameEpsilon(point.epsilon, epsilon)));

/** Probability of a verdict after 0, 1, 2, ... steps; null where the attack tells no steps. */
export function courseOf(point: ExaminedPoint, verdict: Diagnosis): readonly number[] | null {
  const index = classIndexOf(verdict);
  return point.trajectory?.map((probabilities) => probabilities[index] ?? 0) ?? null;
}
