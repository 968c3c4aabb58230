import * as tf from '@tensorflow/tfjs';
import type { GradientAttack } from '../../src/shared/domain/attack.ts';
import type { Objective } from '../../src/main/engine/attacks/criteria.ts';
import { lossAt } from '../../src/main/engine/attacks/losses.ts';
import { NORM_FAMILIES } from '../../src/main/engine/attacks/norms.ts';
import type { Classifier } from '../../src/main/engine/models/classifier.ts';
import { randomStream } from '../../src/main/engine/randomness.ts';

export interface PlainImage {
  readonly values: Float32Array;
  readonly sha256: string;
  readonly objective: Objective;
}

export interface PlainResult {
  readonly success: boolean;
  readonly verdict: number;
  readonly adversarial: Float32Array;
}

/** The smallest batch whose bits agree with those of larger ones. */
const COPIES = 8;

/**
 * The gradient attack as a textbook prints it: one image, one epsilon, restart after restart, step after step, the
 * logits and the gradient computed one after the other. It stops where an iterate succeeds and saves nothing else.
 */
export function plainAttack(
  classifier: Classifier,
  image: PlainImage,
  attack: GradientAttack,
  epsilon: number,
  seed: number,
): PlainResult {
  let result = plainRestart(classifier, image, attack, epsilon, seed, 0);
  for (let restart = 1; restart < attack.restarts && !result.success; restart += 1) {
    result = plainRestart(classifier, image, attack, epsilon, seed, restart);
  }
  return result;
}

function plainRestart(
  classifier: Classifier,
  { values, sha256, objective }: PlainImage,
  attack: GradientAttack,
  epsilon: number,
  seed: number,
  restart: number,
): PlainResult {
  const norm = NORM_FAMILIES[attack.norm];
  const copies = (one: Float32Array) =>
    tf.tile(tf.tensor4d(one, [1, classifier.height, classifier.width, 3]), [COPIES, 1, 1, 1]);
  const clip = (clean: tf.Tensor4D, perturbation: tf.Tensor4D): tf.Tensor4D =>
    tf.clipByValue(tf.add(clean, norm.project(perturbation, radius)), 0, 1);
  const radius = tf.fill<tf.Rank.R4>([COPIES, 1, 1, 1], epsilon);
  const clean = copies(values);
  let iterate = clean;
  if (attack.randomStart) {
    const stream = randomStream(seed, sha256, `${attack.id}-${attack.norm}`, restart, 0);
    iterate = clip(clean, tf.mul(copies(norm.randomStart(stream, values.length)), radius));
  }
  for (let step = 0; ; step += 1) {
    const logits = classifier.logits(iterate).dataSync<'float32'>().slice(0, classifier.classes);
    const verdict = logits.indexOf(Math.max(...logits));
    const success = objective.into.some((index) => index === verdict);
    if (success || step === attack.steps) {
      return { success, verdict, adversarial: iterate.dataSync<'float32'>().slice(0, values.length) };
    }
    const weights = tf.tensor1d(lossAt(logits, objective, attack.loss).gradient);
    const gradient = tf.grad((x) => tf.sum(tf.mul(classifier.logits(x as tf.Tensor4D), weights)))(iterate);
    const move = tf.mul(norm.normalize(gradient as tf.Tensor4D), tf.mul(radius, attack.relativeStepSize));
    iterate = clip(clean, tf.sub(tf.add(iterate, move), clean));
  }
}
