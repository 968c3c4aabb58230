import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { AttackLoss } from '../../../shared/domain/attack.ts';
import { CLASS_COUNT } from '../../../shared/domain/diagnosis.ts';
import type { Classifier } from '../models/classifier.ts';
import type { Objective } from './criteria.ts';
import { rowsOf, type Logits } from './judgement.ts';
import { lossAt } from './losses.ts';

/** What a model and a loss say of a batch; one row per objective, padding left out. */
export interface Evaluation {
  readonly logits: readonly Logits[];
  readonly losses: readonly number[];
}

/** One pass forward: the logits of `inputs` (`[n, height, width, 3]`) and their losses. Inside the caller's tidy. */
export function logitsAndLosses(
  classifier: Classifier,
  inputs: Tensor4D,
  objectives: readonly Objective[],
  loss: AttackLoss,
): Evaluation {
  const logits = rowsOf(classifier.logits(inputs).dataSync<'float32'>(), objectives.length, CLASS_COUNT);
  const losses = objectives.map((objective, row) => lossAt(logits[row] ?? new Float32Array(), objective, loss).value);
  return { logits, losses };
}

/**
 * One pass forward and one back: the logits of `inputs` (`[n, height, width, 3]`), the losses, and the gradient of each
 * image's loss with respect to it. Rows without an objective (padding) get a zero gradient.
 *
 * The logits are needed here anyway, to see who succeeded, so the loss is differentiated on the few numbers
 * read back, in float64, instead of by forty more kernels on the tape. Runs inside the caller's tidy.
 */
export function logitsAndGradient(
  classifier: Classifier,
  inputs: Tensor4D,
  objectives: readonly Objective[],
  loss: AttackLoss,
): Evaluation & { readonly gradient: Tensor4D } {
  let logits: Logits[] = [];
  let losses: number[] = [];
  const climb = tf.customGrad((tensor) => {
    const output = tensor as Tensor2D;
    logits = rowsOf(output.dataSync<'float32'>(), objectives.length, CLASS_COUNT);
    const weights = new Float32Array(output.size);
    losses = objectives.map((objective, row) => {
      const { value, gradient } = lossAt(logits[row] ?? new Float32Array(), objective, loss);
      weights.set(gradient, row * CLASS_COUNT);
      return value;
    });
    return {
      value: tf.clone(output),
      gradFunc: () => tf.tensor2d(weights, [inputs.shape[0], CLASS_COUNT]),
    };
  });
  const gradient = tf.grad((x) => climb(classifier.logits(x as Tensor4D)))(inputs) as Tensor4D;
  return { logits, losses, gradient };
}
