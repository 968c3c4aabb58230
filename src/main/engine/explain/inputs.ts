import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { CLASS_COUNT, type ClassIndex } from '../../../shared/domain/diagnosis.ts';
import { paddedRows, readInTidy, type Logits } from '../attacks/judgement.ts';
import type { Classifier } from '../models/classifier.ts';

/** One input, float32 NHWC values in [0, 1]. */
export type Input = Float32Array;

/** One input as a batch of the smallest size whose bits agree with those of larger ones; its first row counts. */
export const batchOf = ({ height, width }: Classifier, input: Input): Tensor4D =>
  tf.gather(tf.tensor4d(input, [1, height, width, 3]), tf.tensor1d(paddedRows([0]), 'int32'));

/** The model's logits on one input, as an attack sees them. */
export const logitsAt = (classifier: Classifier, input: Input): Logits =>
  readInTidy(() => classifier.logits(batchOf(classifier, input))).slice(0, CLASS_COUNT);

/** A weight for each class. */
export type Weights = Partial<Record<ClassIndex, number>>;

/** The weighted sum of the logits over all rows: its gradient with respect to a row is that row's own. */
export function weightedSum(logits: Tensor2D, weights: Weights): tf.Tensor {
  const values = new Float32Array(CLASS_COUNT);
  for (const [index, weight] of Object.entries(weights)) values[Number(index)] = weight;
  return tf.sum(tf.mul(logits, tf.tensor1d(values)));
}
