import * as tf from '@tensorflow/tfjs';
import type { InputBatch } from '../../src/shared/contract/engine.ts';
import { CLASS_COUNT, type ClassIndex } from '../../src/shared/domain/diagnosis.ts';
import { sha256 } from '../../src/shared/kernel/ids.ts';
import type { Classifier } from '../../src/main/engine/models/classifier.ts';
import { randomStream } from '../../src/main/engine/randomness.ts';

/** Side of the tiny network's input. */
export const TINY_SIDE = 16;

export interface LabelledInputs {
  readonly inputs: InputBatch;
  readonly labels: ClassIndex[];
}

/** Where the blob of each class lies, and its colour channel. */
const BLOBS = [
  { row: 3, column: 3, channel: 0 },
  { row: 3, column: 11, channel: 1 },
  { row: 11, column: 3, channel: 2 },
  { row: 11, column: 11, channel: 0 },
  { row: 7, column: 7, channel: 1 },
  { row: 7, column: 7, channel: 2 },
  { row: 7, column: 7, channel: 0 },
] as const;

/** Noisy grey 16x16 images, each with a faint blob that tells its class; a function of `seed` alone. */
export function blobs(count: number, seed: number): LabelledInputs {
  const size = TINY_SIDE * TINY_SIDE * 3;
  const pixels = new Uint8Array(count * size);
  const labels = Array.from({ length: count }, (_, image) => (image % CLASS_COUNT) as ClassIndex);
  labels.forEach((label, image) => {
    const stream = randomStream('blobs', seed, image);
    const blob = BLOBS[label];
    for (let at = 0; at < size; at += 1) {
      const [row, column, channel] = [Math.floor(at / 3 / TINY_SIDE), Math.floor(at / 3) % TINY_SIDE, at % 3];
      const near = Math.exp(-((row - blob.row) ** 2 + (column - blob.column) ** 2) / 8);
      const value = 120 + 14 * stream.normal() + (channel === blob.channel ? 60 * near : 0);
      pixels[image * size + at] = Math.min(255, Math.max(0, Math.round(value)));
    }
  });
  const imageSha256 = labels.map((_, image) => sha256((seed * 1000 + image).toString(16).padStart(64, '0')));
  return { inputs: { height: TINY_SIDE, width: TINY_SIDE, pixels, imageSha256 }, labels };
}

/** Only these images, in this order. */
export function pick({ inputs, labels }: LabelledInputs, images: readonly number[]): LabelledInputs {
  const size = inputs.height * inputs.width * 3;
  const pixels = new Uint8Array(images.length * size);
  images.forEach((image, at) => {
    pixels.set(inputs.pixels.subarray(image * size, (image + 1) * size), at * size);
  });
  return {
    inputs: { ...inputs, pixels, imageSha256: images.flatMap((image) => inputs.imageSha256[image] ?? []) },
    labels: images.flatMap((image) => labels[image] ?? []),
  };
}

function tinyLayers(): tf.LayersModel {
  const kernel = (seed: number) => ({ kernelInitializer: tf.initializers.glorotUniform({ seed }) });
  return tf.sequential({
    layers: [
      tf.layers.rescaling({ inputShape: [TINY_SIDE, TINY_SIDE, 3], scale: 4, offset: -2 }),
      tf.layers.conv2d({ filters: 8, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu', ...kernel(1) }),
      tf.layers.conv2d({ filters: 16, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu', ...kernel(2) }),
      tf.layers.flatten(),
      tf.layers.dense({ units: CLASS_COUNT, ...kernel(3) }),
    ],
  });
}

/** A convolutional network with real weights: trained on {@link blobs} for `steps` steps. The caller disposes of it. */
export function trainTinyModel(steps = 30): tf.LayersModel {
  const { inputs, labels } = blobs(70, 1);
  const model = tinyLayers();
  const optimizer = tf.train.adam(0.01);
  tf.tidy(() => {
    const images = tf.div(tf.tensor4d(inputs.pixels, [70, TINY_SIDE, TINY_SIDE, 3], 'float32'), 255);
    const oneHot = tf.oneHot(tf.tensor1d(labels, 'int32'), CLASS_COUNT);
    for (let step = 0; step < steps; step += 1) {
      optimizer.minimize(() => tf.losses.softmaxCrossEntropy(oneHot, model.apply(images) as tf.Tensor2D).asScalar());
    }
  });
  optimizer.dispose();
  return model;
}

/** {@link trainTinyModel} as the attacks see it. */
export function trainTinyNetwork(steps?: number): Classifier {
  const model = trainTinyModel(steps);
  return {
    height: TINY_SIDE,
    width: TINY_SIDE,
    classes: CLASS_COUNT,
    logits: (images) => model.apply(images) as tf.Tensor2D,
    dispose: () => model.dispose(),
  };
}
