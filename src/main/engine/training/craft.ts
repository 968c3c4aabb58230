import * as tf from '@tensorflow/tfjs';
import type { Classifier } from '../models/classifier.ts';
import { randomBytes } from '../randomness.ts';
import type { CraftingAttack } from './recipes.ts';

/** Spread of TRADES' start around the clean image, of [0, 1] (Zhang 2019, algorithm 1: a normal of this deviation). */
const NEARBY = 0.001;

/**
 * Adversarial examples to learn from: the inner maximisation of Madry 2018 (eq. 2.1) in L-inf, or that of TRADES, run to the
 * last step. Unlike the attacks that are reported, nothing is skipped or kept: each image gets exactly `steps` gradients.
 *
 * @param inputs `[n, h, w, 3]` in [0, 1]
 * @param labels distributions `[n, classes]`; not read where the attack leads away from the clean verdict
 * @param start in [-1, 1], the random start as a multiple of its radius
 * @param adjustment is added to the logits, so that the attack climbs the very loss that is learnt from
 */
export function craft(
  classifier: Classifier,
  inputs: tf.Tensor4D,
  labels: tf.Tensor2D,
  start: tf.Tensor4D,
  epsilon: number,
  attack: CraftingAttack,
  adjustment?: readonly number[],
): tf.Tensor4D {
  return tf.tidy(() => {
    const low = tf.maximum(tf.sub(inputs, epsilon), 0);
    const high = tf.minimum(tf.add(inputs, epsilon), 1);
    const project = (x: tf.Tensor) => tf.minimum<tf.Tensor4D>(tf.maximum(x, low), high);
    const fromLabel = attack.away === 'fromLabel';
    // The gradient of KL(clean || attacked) is that of the cross-entropy against the clean verdict.
    const targets = fromLabel ? labels : tf.softmax(classifier.logits(inputs));
    const gradient = tf.grad((x: tf.Tensor) => {
      const logits = classifier.logits(x as tf.Tensor4D);
      const adjusted = fromLabel && adjustment ? tf.add(logits, [...adjustment]) : logits;
      return tf.neg(tf.sum(tf.mul(targets, tf.logSoftmax(adjusted))));
    });
    // A uniform draw of this radius has the deviation NEARBY.
    const radius = fromLabel ? epsilon : NEARBY * Math.sqrt(3);
    let iterate = project(tf.add(inputs, tf.mul(start, radius)));
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
 * A random start for `craft`: uniform over 256 levels evenly spaced in (-1, 1). A level is 1/128 of the radius wide, far below
 * what the steps add to it.
 *
 * @param key all that the draw depends on
 */
export function randomStart(shape: readonly number[], ...key: readonly (string | number)[]): tf.Tensor4D {
  return startOf(randomBytes(tf.util.sizeFromShape([...shape]), ...key), shape);
}

/** The random start that these bytes stand for, one for each value. */
export const startOf = (bytes: Uint8Array, shape: readonly number[]): tf.Tensor4D =>
  tf.tidy(() => tf.sub<tf.Tensor4D>(tf.mul(tf.tensor(new Float32Array(bytes), [...shape]), 1 / 128), 127.5 / 128));
