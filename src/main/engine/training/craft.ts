import * as tf from '@tensorflow/tfjs';
import type { Classifier } from '../models/classifier.ts';
import { randomBytes } from '../randomness.ts';
import type { CraftingAttack } from './recipes.ts';

/**
 * Adversarial examples to learn from: the inner maximisation of Madry 2018 (eq. 2.1) in L-inf, run to the last step.
 * Unlike the attacks that are reported, nothing is skipped or kept: each image gets exactly `steps` gradients.
 *
 * @param inputs `[n, h, w, 3]` in [0, 1]
 * @param labels one-hot `[n, classes]`
 * @param start in [-1, 1], the random start as a multiple of epsilon
 */
export function craft(
  classifier: Classifier,
  inputs: tf.Tensor4D,
  labels: tf.Tensor2D,
  start: tf.Tensor4D,
  epsilon: number,
  attack: CraftingAttack,
): tf.Tensor4D {
  return tf.tidy(() => {
    const low = tf.maximum(tf.sub(inputs, epsilon), 0);
    const high = tf.minimum(tf.add(inputs, epsilon), 1);
    const project = (x: tf.Tensor) => tf.minimum<tf.Tensor4D>(tf.maximum(x, low), high);
    const gradient = tf.grad((x: tf.Tensor) => {
      const logits = classifier.logits(x as tf.Tensor4D);
      return tf.neg(tf.sum(tf.mul(labels, tf.logSoftmax(logits))));
    });
    let iterate = project(tf.add(inputs, tf.mul(start, epsilon)));
    for (let step = 0; step < attack.steps; step += 1) {
      const before = iterate;
      iterate = tf.tidy(() =>
        project(tf.add(before, tf.mul(tf.sign(gradient(before)), attack.relativeStepSize * epsilon))),
      );
      before.dispose();
    }
    return iterate;
  });
}

/**
 * A random start for `craft`: uniform over 256 levels evenly spaced in (-1, 1). A level is 1/128 of epsilon wide, far below
 * what the steps add to it.
 *
 * @param key all that the draw depends on
 */
export function randomStart(shape: readonly number[], ...key: readonly (string | number)[]): tf.Tensor4D {
  const bytes = randomBytes(tf.util.sizeFromShape([...shape]), ...key);
  return tf.tidy(() => {
    const levels = tf.tensor(new Float32Array(bytes), [...shape]);
    return tf.sub<tf.Tensor4D>(tf.mul(levels, 1 / 128), 127.5 / 128);
  });
}
