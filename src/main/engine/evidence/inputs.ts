import type { Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { InputBatch } from '../../../shared/contract/engine.ts';
import { unitValues } from '../attacks/judgement.ts';
import type { Classifier } from '../models/classifier.ts';

/**
 * Uploads `inputs` as `[n, height, width, 3]` in [0, 1], hands them to `use`, and frees them when it ends, however it
 * ends. Throws where they are not of the model's input size.
 */
export async function withInputs<Result>(
  { height, width }: Classifier,
  inputs: InputBatch,
  use: (images: Tensor4D) => Promise<Result>,
): Promise<Result> {
  const count = inputs.imageSha256.length;
  if (inputs.height !== height || inputs.width !== width || inputs.pixels.length !== count * height * width * 3) {
    throw new Error(`Expected ${count} inputs of ${height}x${width} RGB, the model's input size.`);
  }
  const images = tf.tensor4d(unitValues(inputs.pixels), [count, height, width, 3]);
  try {
    return await use(images);
  } finally {
    images.dispose();
  }
}
