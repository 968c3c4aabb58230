import type { Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Attack, GradientAttack } from '../../../shared/domain/attack.ts';
import type { Classifier } from '../models/classifier.ts';
import { randomStream, type RandomStream } from '../randomness.ts';
import type { CleanImages } from './cleanImages.ts';
import { nextTurn, type Control } from './control.ts';
import { logitsAndGradient } from './gradient.ts';
import { batches, paddedRows, readInTidy } from './judgement.ts';
import { NORM_FAMILIES } from './norms.ts';
import { ballsOf, perturbed, type Balls, type Trial } from './trials.ts';

/** First iterates of trials, `[trials.length, height, width, 3]`, inside their balls and [0, 1]; called inside a tidy. */
export type Starts = (trials: readonly Trial[], balls: Balls) => Tensor4D;

/** The stream of a trial's draws at one step: a function of (seed, image hash, attack, attempt, step) alone. */
export type Streams = (trial: Trial, step: number) => RandomStream;

export function streamsOf({ images }: CleanImages, attack: Attack, seed: number): Streams {
  const name = attack.kind === 'noise' ? `noise-${attack.distribution}` : attack.id;
  return ({ image, attempt }, step) =>
    randomStream(seed, images[image]?.sha256 ?? '', `${name}-${attack.norm}`, attempt, step);
}

/**
 * Starts at `clean + epsilon * draw`, where `draw` gives `size` values in NHWC order. It knows nothing of epsilon: a
 * larger epsilon goes farther the same way.
 */
export function drawnStarts(
  attack: Attack,
  streams: Streams,
  draw: (stream: RandomStream, size: number) => Float32Array,
): Starts {
  return (trials, balls) => {
    const size = balls.clean.size / trials.length;
    const draws = new Float32Array(balls.clean.size);
    trials.forEach((trial, row) => {
      draws.set(draw(streams(trial, 0), size), row * size);
    });
    const perturbation: Tensor4D = tf.mul(tf.tensor4d(draws, balls.clean.shape), balls.epsilon);
    return perturbed(NORM_FAMILIES[attack.norm], balls, perturbation);
  };
}

/** Where the gradient loop begins: at a random draw or at the image itself. */
export const startsOf = (attack: GradientAttack, streams: Streams): Starts =>
  attack.randomStart
    ? drawnStarts(attack, streams, NORM_FAMILIES[attack.norm].randomStart)
    : (_trials, balls) => balls.clean;

/**
 * A single step from the image itself, whose gradient therefore is the same for every epsilon. It is taken by
 * {@link stepped}, which rounds once less than the loop's step does.
 */
export const isSingleStep = (attack: GradientAttack): boolean => attack.steps === 1 && !attack.randomStart;

/** The end of the single step along `directions`, normalised gradients at the clean inputs, one row each; inside a tidy. */
export function stepped(balls: Balls, directions: Tensor4D, attack: GradientAttack): Tensor4D {
  const perturbation: Tensor4D = tf.mul(directions, tf.mul(balls.epsilon, attack.relativeStepSize));
  return perturbed(NORM_FAMILIES[attack.norm], balls, perturbation);
}

/** The normalised gradient at each clean image that is attacked, `[n, height, width, 3]`, zero for the others. */
export async function cleanDirections(
  { images, tensor }: CleanImages,
  attack: GradientAttack,
  classifier: Classifier,
  control: Control,
): Promise<Tensor4D> {
  const attacked = images.flatMap(({ index, task }) =>
    task.kind === 'attack' ? [{ index, objective: task.objective }] : [],
  );
  const values = new Float32Array(tensor.size);
  const size = tensor.size / images.length;
  for (const rows of batches(attacked.length)) {
    await nextTurn(control);
    const batch = rows.flatMap((row) => attacked[row] ?? []);
    const directions = readInTidy(() => {
      const inputs = tf.gather(tensor, tf.tensor1d(paddedRows(batch.map(({ index }) => index)), 'int32'));
      const objectives = batch.map(({ objective }) => objective);
      const { gradient } = logitsAndGradient(classifier, inputs, objectives, attack.loss);
      return NORM_FAMILIES[attack.norm].normalize(gradient);
    });
    batch.forEach(({ index }, row) => {
      values.set(directions.subarray(row * size, (row + 1) * size), index * size);
    });
  }
  return tf.tensor4d(values, tensor.shape);
}

/** The end of the single step as a start that only has to be judged: one forward per epsilon, no further gradient. */
export const steppedStarts =
  (directions: Tensor4D, attack: GradientAttack): Starts =>
  (trials, balls) =>
    stepped(balls, ballsOf(directions, trials).clean, attack);
