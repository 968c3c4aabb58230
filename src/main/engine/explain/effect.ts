import type { Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { ClassIndex } from '../../../shared/domain/diagnosis.ts';
import { readInTidy } from '../attacks/judgement.ts';
import type { Classifier } from '../models/classifier.ts';
import { weightedSum, type Input } from './inputs.ts';

/** Points on the line: what their sum leaves out of the margin's change was 0.06 % of it on a melanoma. */
const POINTS = 64;

/** The midpoints of POINTS equal pieces of [0, 1], as `[POINTS, 1, 1, 1]`. */
const midpoints = (): Tensor4D =>
  tf.tensor4d(
    Array.from({ length: POINTS }, (_, at) => (at + 0.5) / POINTS),
    [POINTS, 1, 1, 1],
  );

/**
 * Where a perturbation does its work: integrated gradients (Sundararajan 2017, arXiv 1703.01365, equation 1) of the margin
 * logit[from] - logit[to] on the straight line from the clean input to the attacked one, by the midpoint rule, summed over
 * the channels. Up to the rule's error the map sums to the change of the margin, so a negative value is margin lost.
 *
 * @returns `height * width` values, row-major
 */
export function effectMap(
  classifier: Classifier,
  clean: Input,
  attacked: Input,
  { from, to }: { readonly from: ClassIndex; readonly to: ClassIndex },
): Float32Array {
  const { height, width } = classifier;
  const margin = (inputs: tf.Tensor) => weightedSum(classifier.logits(inputs as Tensor4D), { [from]: 1, [to]: -1 });
  return readInTidy(() => {
    const start = tf.tensor4d(clean, [1, height, width, 3]);
    const change = tf.sub(tf.tensor4d(attacked, [1, height, width, 3]), start);
    const line = tf.add(start, tf.mul(midpoints(), change));
    const meanGradient = tf.mean(tf.grad(margin)(line), 0, true);
    return tf.sum(tf.mul(meanGradient, change), 3);
  }).slice();
}
