import type { Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Norm } from '../../../shared/domain/attack.ts';
import type { RandomStream } from '../randomness.ts';

/**
 * All that the gradient loop knows of a norm (the three hooks of Foolbox's `BaseGradientDescent`), its noise,
 * and its distance. Tensors are `[n, height, width, 3]`; `epsilon` is `[n, 1, 1, 1]`, one radius per image.
 */
export interface NormFamily {
  /** A uniform draw from the ball of radius 1, `size` values. Scaled by epsilon it is the random start. */
  readonly randomStart: (stream: RandomStream, size: number) => Float32Array;
  /** A random direction of length exactly 1, `size` values: APGD starts epsilon away from the image (AutoAttack). */
  readonly randomDirection: (stream: RandomStream, size: number) => Float32Array;
  /** A Gaussian draw within the ball of radius 1, `size` values. */
  readonly gaussian: (stream: RandomStream, size: number) => Float32Array;
  /** The steepest step of length 1 along each image's gradient; a zero gradient stays zero. */
  readonly normalize: (gradient: Tensor4D) => Tensor4D;
  /** The nearest perturbation whose length is at most epsilon. */
  readonly project: (perturbation: Tensor4D, epsilon: Tensor4D) => Tensor4D;
}

/** Keeps a division by a zero length finite; far below the length of any gradient that means something. */
const TINY_LENGTH = 1e-12;

const draw = (size: number, next: () => number): Float32Array => {
  const values = new Float32Array(size);
  for (let at = 0; at < size; at += 1) values[at] = next();
  return values;
};

const lengthOf = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

const scaled = (values: Float32Array, factor: number): Float32Array => values.map((value) => value * factor);

/** A direction uniform on the sphere of radius 1 (Muller 1959): normal draws over their length. */
function sphere(stream: RandomStream, size: number): Float32Array {
  const values = draw(size, () => stream.normal());
  return scaled(values, 1 / lengthOf(values));
}

/** A uniform draw from the cube, stretched until it touches a side. */
function cubeSurface(stream: RandomStream, size: number): Float32Array {
  const values = draw(size, () => 2 * stream.next() - 1);
  return scaled(values, 1 / values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0));
}

const lengths = (tensor: Tensor4D): Tensor4D =>
  tf.maximum(tf.sqrt(tf.sum(tf.square(tensor), [1, 2, 3], true)), TINY_LENGTH);

const linf: NormFamily = {
  randomStart: (stream, size) => draw(size, () => 2 * stream.next() - 1),
  randomDirection: cubeSurface,
  // Standard deviation 1, cut off at 1: about a third of the values lie on the border.
  gaussian: (stream, size) => draw(size, () => Math.min(1, Math.max(-1, stream.normal()))),
  normalize: (gradient) => tf.sign(gradient),
  project: (perturbation, epsilon) => tf.minimum(tf.maximum(perturbation, tf.neg(epsilon)), epsilon),
};

const l2: NormFamily = {
  // The radius of a uniform draw from a ball of dimension d is distributed as the d-th root of a uniform number.
  randomStart: (stream, size) => scaled(sphere(stream, size), stream.next() ** (1 / size)),
  randomDirection: sphere,
  gaussian: sphere,
  normalize: (gradient) => tf.div(gradient, lengths(gradient)),
  project: (perturbation, epsilon) => tf.mul(perturbation, tf.minimum(tf.div(epsilon, lengths(perturbation)), 1)),
};

export const NORM_FAMILIES: Readonly<Record<Norm, NormFamily>> = { linf, l2 };

/** Distances of an attacked input from the clean one, both float32 in [0, 1], summed in float64. */
export function distances(adversarial: Float32Array, clean: Float32Array): { linf: number; l2: number } {
  let largest = 0;
  let squares = 0;
  for (let at = 0; at < adversarial.length; at += 1) {
    const difference = Math.abs((adversarial[at] ?? Number.NaN) - (clean[at] ?? Number.NaN));
    largest = Math.max(largest, difference);
    squares += difference * difference;
  }
  return { linf: largest, l2: Math.sqrt(squares) };
}
