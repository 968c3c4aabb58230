import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { AttackLoss } from '../../../shared/domain/attack.ts';
import { CLASS_COUNT } from '../../../shared/domain/diagnosis.ts';
import type { Classifier } from '../models/classifier.ts';
import { lossGradient, type Objective } from './criteria.ts';
import { rowsOf, type Logits } from './judgement.ts';

/**
 * One pass forward and one back: the logits of `inputs` (`[n, height, width, 3]`) and the gradient of each
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
): { logits: Logits[]; gradient: Tensor4D } {
  let logits: Logits[] = [];
  const climb = tf.customGrad((tensor) => {
    const output = tensor as Tensor2D;
    logits = rowsOf(output.dataSync<'float32'>(), objectives.length, CLASS_COUNT);
    const weights = new Float32Array(output.size);
    objectives.forEach((objective, row) => {
      weights.set(lossGradient(logits[row] ?? new Float32Array(), objective, loss), row * CLASS_COUNT);
    });
    return {
      value: tf.clone(output),
      gradFunc: () => tf.tensor2d(weights, [inputs.shape[0], CLASS_COUNT]),
    };
  });
  const gradient = tf.grad((x) => climb(classifier.logits(x as Tensor4D)))(inputs) as Tensor4D;
  return { logits, gradient };
}
