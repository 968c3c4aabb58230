import type { AttackLoss } from '../../../shared/domain/attack.ts';
import { CLASS_COUNT, type ClassIndex } from '../../../shared/domain/diagnosis.ts';
import type { Objective } from './criteria.ts';
import type { Logits } from './judgement.ts';

/** A loss at one row of logits, in float64, and its gradient with respect to them. */
export interface LossAt {
  readonly value: number;
  /** One number per class. */
  readonly gradient: Float32Array;
}

/** A group of classes as one number, and its gradient with respect to each of the group's logits. */
interface Pool {
  readonly value: number;
  readonly gradient: readonly number[];
}

/** The gradient of logsumexp is the softmax within the group; that of the maximum is one at the largest. */
function pool(logits: Logits, group: readonly ClassIndex[], loss: AttackLoss): Pool {
  const values = group.map((index) => logits[index] ?? Number.NaN);
  const largest = Math.max(...values);
  if (loss !== 'crossEntropy') {
    return { value: largest, gradient: values.map((_, at) => (at === values.indexOf(largest) ? 1 : 0)) };
  }
  const exponentials = values.map((value) => Math.exp(value - largest));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return { value: largest + Math.log(sum), gradient: exponentials.map((value) => value / sum) };
}

/** Keeps DLR finite where all logits are equal, as the authors do. */
const TINY_SPREAD = 1e-12;

const isUntargeted = ({ from, into }: Objective): boolean => from.length === 1 && into.length === CLASS_COUNT - 1;

/**
 * What DLR divides by: how far apart the largest logits lie, z_(1) - z_(3), and its gradient. Where the objective is not
 * merely to leave one class, the class to reach may itself be the third; the loss would then be constant, so the third
 * and fourth are averaged (Croce and Hein 2020, equations 6 and 7).
 */
function spread(logits: Logits, objective: Objective): { value: number; gradient: number[] } {
  const order = [...logits.keys()].sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0));
  const weights = isUntargeted(objective) ? [1, 0, -1] : [1, 0, -0.5, -0.5];
  const gradient = Array<number>(logits.length).fill(0);
  weights.forEach((weight, rank) => (gradient[order[rank] ?? 0] = weight));
  return {
    value: gradient.reduce((sum, weight, index) => sum + weight * (logits[index] ?? Number.NaN), TINY_SPREAD),
    gradient,
  };
}

/**
 * The loss that an attack climbs, and its gradient, at one row of logits z:
 *
 *     pool of z over `into`  -  pool of z over `from`
 *
 * - `crossEntropy` pools by logsumexp. Away from one class y this is log((1 - p_y) / p_y), a strictly
 *   increasing function of the cross-entropy -log p_y (and towards one class a decreasing one of -log p_t), so
 *   after normalisation the steps are those of the cross-entropy, and of two points the same one has the larger loss; but
 *   it does not flatten where float32 cross-entropy does, at confident verdicts, which would mask gradients (Carlini et
 *   al. 2019, section 4). Between groups it is the log-odds of the one group against the other.
 * - `margin` pools by the maximum: the logit margin (Carlini and Wagner 2017, f_6).
 * - `dlr` is the margin over the spread of the largest logits (Croce and Hein 2020), which no rescaling of the logits
 *   changes; with one class in `into` it is their targeted DLR.
 */
export function lossAt(logits: Logits, objective: Objective, loss: AttackLoss): LossAt {
  const gradient = new Float32Array(logits.length);
  const into = pool(logits, objective.into, loss);
  const from = pool(logits, objective.from, loss);
  objective.into.forEach((index, at) => (gradient[index] = into.gradient[at] ?? 0));
  objective.from.forEach((index, at) => (gradient[index] = -(from.gradient[at] ?? 0)));
  const value = into.value - from.value;
  return loss === 'dlr' ? ratio({ value, gradient }, spread(logits, objective)) : { value, gradient };
}

/** The quotient rule. */
const ratio = (margin: LossAt, divisor: { value: number; gradient: readonly number[] }): LossAt => ({
  value: margin.value / divisor.value,
  gradient: margin.gradient.map(
    (own, index) => (own - (margin.value / divisor.value) * (divisor.gradient[index] ?? 0)) / divisor.value,
  ),
});
