import type { Criterion } from '../../../shared/domain/attack.ts';
import { BENIGN, CLASS_COUNT, MALIGNANT, type ClassIndex } from '../../../shared/domain/diagnosis.ts';
import { assertNever } from '../../../shared/kernel/assertNever.ts';
import { badInput } from '../../../shared/kernel/errors.ts';

/**
 * Every criterion is one sentence: away `from` these classes, `into` those. The verdict succeeds when it lies
 * in `into`; losses.ts says what is climbed on the way.
 */
export interface Objective {
  readonly from: readonly ClassIndex[];
  readonly into: readonly ClassIndex[];
}

/**
 * What is to be done with one image.
 *
 * - `attack`: the clean verdict does not meet the criterion yet.
 * - `alreadyMet`: it does; there is nothing to perturb, and the image counts as a success at every epsilon.
 * - `notApplicable`: a directed criterion on an image outside its denominator (see {@link taskFor}); it is not
 *   attacked and counts as no success, with the clean verdict.
 */
export type Task =
  | { readonly kind: 'attack'; readonly objective: Objective }
  | { readonly kind: 'alreadyMet' }
  | { readonly kind: 'notApplicable' };

const CLASSES = Array.from({ length: CLASS_COUNT }, (_, index) => index as ClassIndex);
const allBut = (index: ClassIndex): ClassIndex[] => CLASSES.filter((other) => other !== index);

export const succeeds = (objective: Objective, verdict: ClassIndex): boolean => objective.into.includes(verdict);

function labelNeeded(): never {
  throw badInput('LABEL_NEEDED', {
    happened: 'An attack that counts misclassified images was asked for an image without a diagnosis.',
    kept: 'Nothing was changed.',
    toDo: 'Give the diagnosis of every image, or use the criterion verdictChanged, which needs none.',
  });
}

function away(from: ClassIndex, verdict: ClassIndex): Task {
  if (verdict !== from) return { kind: 'alreadyMet' };
  return { kind: 'attack', objective: { from: [from], into: allBut(from) } };
}

function towards(target: ClassIndex, verdict: ClassIndex): Task {
  if (verdict === target) return { kind: 'alreadyMet' };
  return { kind: 'attack', objective: { from: allBut(target), into: [target] } };
}

/** Group to group. In its denominator: images of the group `from` (by label, where known) that are called so when clean. */
function across(objective: Objective, label: ClassIndex | null, verdict: ClassIndex): Task {
  const inDenominator = objective.from.includes(label ?? verdict) && objective.from.includes(verdict);
  return inDenominator ? { kind: 'attack', objective } : { kind: 'notApplicable' };
}

/**
 * What `criterion` asks of an image with this label (null: unknown) and this verdict of the model on the clean
 * input. Throws `LABEL_NEEDED` where `misclassified` meets an unlabelled image; no other criterion needs one.
 */
export function taskFor(criterion: Criterion, label: ClassIndex | null, cleanVerdict: ClassIndex): Task {
  switch (criterion.kind) {
    case 'misclassified':
      return away(label ?? labelNeeded(), cleanVerdict);
    case 'verdictChanged':
      return away(cleanVerdict, cleanVerdict);
    case 'targeted':
      return towards(criterion.target, cleanVerdict);
    case 'malignantToBenign':
      return across({ from: MALIGNANT, into: BENIGN }, label, cleanVerdict);
    case 'benignToMalignant':
      return across({ from: BENIGN, into: MALIGNANT }, label, cleanVerdict);
    default:
      return assertNever(criterion);
  }
}
