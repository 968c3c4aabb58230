/**
 * Models that look robust and are not, each by another trick, for tests of whatever must catch them (Athalye et al.
 * 2018, arXiv 1802.00420; Carlini et al. 2019, arXiv 1902.06705). All are the tiny network of tinyNetwork.ts underneath,
 * so they are right about the images of `blobs`. A backend must run.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type { Classifier } from '../../src/main/engine/models/classifier.ts';
import type { LoadedModel } from '../../src/shared/contract/engine.ts';
import type { ModelCard } from '../../src/shared/contract/modelCard.ts';
import { DIAGNOSES } from '../../src/shared/domain/diagnosis.ts';
import { pictureOf, pngBytes } from './imageBytes.ts';
import { writeTestPackage } from './modelPackages.ts';
import { blobs, TINY_SIDE, trainTinyModel } from './tinyNetwork.ts';

/**
 * Steps of training: enough to be right about every blob, few enough that the logit margins (up to 7) stay within what
 * float32 cross-entropy resolves, so that scaling alone is what breaks it.
 */
const LITTLE_TRAINING = 12;

/**
 * The tiny network with its logits times `factor`, as a model package in `directory`, which must not exist yet. Every
 * verdict is the tiny network's (a factor of 1 is that network itself, to compare with), but at 1,000 the float32
 * cross-entropy has no gradient left: what climbs it cannot move.
 */
export async function writeScaledLogits(
  directory: string,
  factor = 1000,
  card: Partial<ModelCard> = {},
): Promise<LoadedModel> {
  const model = trainTinyModel(LITTLE_TRAINING);
  try {
    const last = model.layers.at(-1);
    if (last?.getClassName() !== 'Dense') throw new Error('expected the logits to come from a dense layer');
    last.setWeights(tf.tidy(() => last.getWeights().map((weight) => tf.keep(tf.mul(weight, factor)))));
    return await writeTestPackage(directory, model, card);
  } finally {
    model.dispose();
  }
}

/** `base` behind an input cut to 16 levels: under any loss, the gradient with respect to the input is 0. */
export const withQuantisedInput = (base: Classifier): Classifier => ({
  ...base,
  logits: (inputs) => base.logits(tf.div(tf.floor(tf.mul(inputs, 16)), 16)),
});

/** Radians from black to white: six turns from one 8-bit level to the next. */
const FREQUENCY = 1e4;
const AMPLITUDE = 2e-3;

/**
 * `base` with a ripple on its logits that is too low to change a clear verdict and so steep that the gradient is that of
 * the ripple: it is large, finite and leads nowhere.
 */
export const withShatteredGradient = (base: Classifier): Classifier => ({
  ...base,
  logits: (inputs) => {
    const phase = tf.mul(inputs, FREQUENCY);
    // The sum of sin(phase + class) over an image, of every class at once.
    const sums = tf.stack([tf.sum(tf.sin(phase), [1, 2, 3]), tf.sum(tf.cos(phase), [1, 2, 3])], 1);
    const shifts = tf.range(0, base.classes);
    const ripples = tf.matMul(sums, tf.stack([tf.cos(shifts), tf.sin(shifts)]));
    return tf.add(base.logits(inputs), tf.mul(ripples, AMPLITUDE));
  },
});

/** How often each pixel is repeated, so that the images are large enough to be let in. */
const ENLARGED = 4;

/**
 * The images of `blobs(count, seed)` as files, with their diagnoses, for whole commands on the models above:
 * `epsiloscope audit IMAGES --labels LABELS`.
 */
export function writeBlobs(folder: string, count: number, seed: number): { images: string; labels: string } {
  const images = join(folder, 'images');
  mkdirSync(images, { recursive: true });
  const { inputs, labels } = blobs(count, seed);
  const rows = labels.map((label, image) => {
    const picture = pictureOf(TINY_SIDE * ENLARGED, TINY_SIDE * ENLARGED, (row, column) => {
      const pixel = Math.floor(row / ENLARGED) * TINY_SIDE + Math.floor(column / ENLARGED);
      return Array.from(inputs.pixels.subarray((image * TINY_SIDE ** 2 + pixel) * 3).subarray(0, 3));
    });
    const id = `blob-${seed}-${image}`;
    writeFileSync(join(images, `${id}.png`), pngBytes(picture));
    return `${id},${DIAGNOSES[label]}`;
  });
  const path = join(folder, 'labels.csv');
  writeFileSync(path, `${['image_id,dx', ...rows].join('\n')}\n`);
  return { images, labels: path };
}
