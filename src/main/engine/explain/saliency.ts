import type { Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { ClassIndex } from '../../../shared/domain/diagnosis.ts';
import { readInTidy } from '../attacks/judgement.ts';
import type { Classifier } from '../models/classifier.ts';
import { batchOf, weightedSum, type Input } from './inputs.ts';

/**
 * How much each pixel moves the logit of `verdict`: the largest absolute component, over the channels, of its gradient
 * (Simonyan 2013, arXiv 1312.6034, section 3.1).
 *
 * @returns `height * width` values of 0 or more, row-major
 */
export function saliencyMap(classifier: Classifier, input: Input, verdict: ClassIndex): Float32Array {
  const logit = (inputs: tf.Tensor) => weightedSum(classifier.logits(inputs as Tensor4D), { [verdict]: 1 });
  const rows = readInTidy(() => tf.max(tf.abs(tf.grad(logit)(batchOf(classifier, input))), 3));
  return rows.slice(0, classifier.height * classifier.width);
}
