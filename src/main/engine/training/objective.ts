import * as tf from '@tensorflow/tfjs';
import { CLASS_COUNT } from '../../../shared/domain/diagnosis.ts';
import { classShares, type DatasetItem } from './dataset.ts';

/** What a training step learns from. */
export interface TrainingBatch {
  /** `[n, h, w, 3]` in [0, 1]; for TRADES `[2n, h, w, 3]`, the clean images and then the attacked ones. */
  readonly inputs: tf.Tensor4D;
  /** `[n, classes]`, each row a distribution. */
  readonly targets: tf.Tensor2D;
}

/** From logits `[n, classes]` (or `[2n, classes]`, see {@link TrainingBatch}) and targets to the loss of a training step. */
export type Objective = (logits: tf.Tensor2D, targets: tf.Tensor2D) => tf.Scalar;

/** Mean cross-entropy of distributions `targets`; `adjustment` is added to the logits of every image. */
export const crossEntropy = (logits: tf.Tensor2D, targets: tf.Tensor2D, adjustment: readonly number[]): tf.Scalar =>
  tf.neg(tf.mean(tf.sum(tf.mul(targets, tf.logSoftmax(tf.add<tf.Tensor2D>(logits, [...adjustment]))), 1)));

/**
 * TRADES (Zhang 2019, arXiv 1901.08573, eq. 5): cross-entropy of the clean half, plus beta times the divergence
 * KL(clean || attacked) of the verdicts. Both halves pass through the network at once, so that they are normalised alike.
 */
export const trades =
  (beta: number, adjustment: readonly number[]): Objective =>
  (logits, targets) => {
    const [clean, attacked] = tf.split(logits, 2) as [tf.Tensor2D, tf.Tensor2D];
    const logClean = tf.logSoftmax(clean);
    const surplus = tf.mul(tf.exp(logClean), tf.sub(logClean, tf.logSoftmax(attacked)));
    return tf.add(crossEntropy(clean, targets, adjustment), tf.mul(tf.mean(tf.sum(surplus, 1)), beta));
  };

/**
 * What logit adjustment adds to each logit: tau times the log of the class's share of the draws (Menon 2021, eq. 10).
 * A class that the data lack counts as one image of it, for a logarithm of zero would make the loss infinite.
 *
 * @returns one number for each class
 */
export function logitAdjustment(items: readonly DatasetItem[], classBalancePower: number, tau: number): number[] {
  const counts = Array.from({ length: CLASS_COUNT }, (_, label) => items.filter((item) => item.label === label).length);
  const shares = classShares(
    counts.map((count) => Math.max(1, count)),
    classBalancePower,
  );
  return shares.map((share) => tau * Math.log(share));
}
