import type { AttackLoss, Criterion } from '../../../shared/domain/attack.ts';
import { BENIGN, CLASS_COUNT, MALIGNANT, type ClassIndex } from '../../../shared/domain/diagnosis.ts';
import { assertNever } from '../../../shared/kernel/assertNever.ts';
import { badInput } from '../../../shared/kernel/errors.ts';
import type { Logits } from './judgement.ts';

/**
 * Every criterion is one sentence: away `from` these classes, `into` those. The verdict succeeds when it lies
 * in `into`; the loss is what {@link lossGradient} climbs.
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

/** The gradient of logsumexp over `group` is the softmax within it; that of the maximum is one at the largest. */
function poolGradient(logits: Logits, group: readonly ClassIndex[], loss: AttackLoss): number[] {
  const values = group.map((index) => logits[index] ?? Number.NaN);
  const largest = Math.max(...values);
  if (loss === 'margin') return values.map((_, at) => (at === values.indexOf(largest) ? 1 : 0));
  const exponentials = values.map((value) => Math.exp(value - largest));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return exponentials.map((value) => value / sum);
}

/**
 * Gradient, with respect to one row of logits z, of the loss that the attack climbs:
 *
 *     pool of z over `into`  -  pool of z over `from`
 *
 * - `crossEntropy` pools by logsumexp. Away from one class y this is log((1 - p_y) / p_y), a strictly
 *   increasing function of the cross-entropy -log p_y (and towards one class a decreasing one of -log p_t), so
 *   after normalisation the steps are those of the cross-entropy; but it does not flatten where float32
 *   cross-entropy does, at confident verdicts, which would mask gradients (Carlini et al. 2019, section 4).
 *   Between groups it is the log-odds of the one group against the other.
 * - `margin` pools by the maximum: the logit margin (Carlini and Wagner 2017, f_6), DLR without its divisor.
 */
export function lossGradient(logits: Logits, objective: Objective, loss: AttackLoss): Float32Array {
  const gradient = new Float32Array(logits.length);
  const into = poolGradient(logits, objective.into, loss);
  const from = poolGradient(logits, objective.from, loss);
  objective.into.forEach((index, at) => (gradient[index] = into[at] ?? 0));
  objective.from.forEach((index, at) => (gradient[index] = -(from[at] ?? 0)));
  return gradient;
}
