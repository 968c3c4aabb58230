import type { Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { ClassIndex } from '../../../shared/domain/diagnosis.ts';
import { badInput } from '../../../shared/kernel/errors.ts';
import { readInTidy } from '../attacks/judgement.ts';
import type { Classifier } from '../models/classifier.ts';
import { batchOf, weightedSum, type Input } from './inputs.ts';

const noConvolution = () =>
  badInput('GRAD_CAM_NEEDS_CONVOLUTION', {
    happened: 'Grad-CAM shows the maps of a last convolution, and this model has no convolution.',
    kept: 'Everything.',
    toDo: 'Look at the effect map or the saliency of this model.',
  });

/**
 * Grad-CAM (Selvaraju 2017, arXiv 1610.02391, equations 1 and 2): the maps of the last convolution, each weighted by the
 * mean gradient of the logit of `verdict` with respect to it, summed, without the negative part, and brought to the input's
 * size bilinearly (places are the middles of pixels).
 *
 * @returns `height * width` values of 0 or more, row-major
 * @throws EpsiloscopeError `GRAD_CAM_NEEDS_CONVOLUTION`
 */
export function gradCamMap(classifier: Classifier, input: Input, verdict: ClassIndex): Float32Array {
  const { features, height, width } = classifier;
  if (!features) throw noConvolution();
  const rows = readInTidy(() => {
    const { maps, logits } = features(batchOf(classifier, input));
    const logit = (own: tf.Tensor) => weightedSum(logits(own as Tensor4D), { [verdict]: 1 });
    const weights = tf.mean(tf.grad(logit)(maps), [1, 2], true);
    const map: Tensor4D = tf.relu(tf.sum(tf.mul(maps, weights), 3, true));
    return tf.image.resizeBilinear(map, [height, width], false, true);
  });
  return rows.slice(0, height * width);
}
