import * as tf from '@tensorflow/tfjs';
import { CLASS_COUNT } from '../../../shared/domain/diagnosis.ts';
import { randomStream } from '../randomness.ts';
import { augment } from './augment.ts';
import { cutMix } from './cutMix.ts';
import { drawItems, type TrainingSet } from './dataset.ts';
import type { Hyperparameters } from './recipes.ts';

export interface CleanBatch {
  /** Augmented views `[n, h, w, 3]` in [0, 1]. */
  readonly images: tf.Tensor4D;
  /** `[n, classes]`: one-hot, or two classes where pictures were mixed. */
  readonly labels: tf.Tensor2D;
}

/**
 * The images of one step, not attacked yet: a pure function of seed, purpose and step.
 *
 * @param purpose batches to learn from are `view`; `statistics` are for batch normalisation, and never mixed
 */
export function drawBatch(
  set: TrainingSet,
  hyper: Hyperparameters,
  seed: number,
  purpose: 'view' | 'statistics',
  step: number,
): CleanBatch {
  const { batchSize, classBalancePower } = hyper;
  const { input, train: items } = set.index;
  const drawn = drawItems(items, classBalancePower, batchSize, seed, step);
  const values = input * input * 3;
  const pixels = new Float32Array(batchSize * values);
  const labels = new Float32Array(batchSize * CLASS_COUNT);
  drawn.forEach((item, slot) => {
    augment(set.trainPicture(item), input, hyper, randomStream(seed, purpose, step, slot), pixels, slot * values);
    labels[slot * CLASS_COUNT + (items[item]?.label ?? 0)] = 1;
  });
  const random = randomStream(seed, 'cutmix', step);
  if (purpose === 'view' && random.next() < hyper.cutMix) cutMix(pixels, labels, input, random);
  return {
    images: tf.tensor4d(pixels, [batchSize, input, input, 3]),
    labels: tf.tensor2d(labels, [batchSize, CLASS_COUNT]),
  };
}
