import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../../src/main/engine/backend/index.ts';
import { atPerturbedWeights } from '../../../../src/main/engine/training/weightPerturbation.ts';

const GAMMA = 0.01;
let first: tf.Variable;
let second: tf.Variable;
let kernels: tf.Variable[];
let target: tf.Tensor;

beforeAll(async () => {
  await startBackend();
  first = tf.variable(tf.tensor2d([[3, -1, 2]]));
  second = tf.variable(tf.tensor2d([[0.5], [0.25]]));
  kernels = [first, second];
  target = tf.tensor2d([[1, 1, 1]]);
});
afterAll(() => {
  tf.dispose([...kernels, target]);
});

/** Its gradient is 2 (w - 1) for the first kernel, 0 for the second. */
const loss = () => tf.add<tf.Scalar>(tf.sum(tf.square(tf.sub(first, target))), tf.mul(tf.sum(tf.mul(second, 0)), 0));
const norm = (values: readonly number[]) => Math.hypot(...values);
const values = () => kernels.map((kernel) => [...kernel.dataSync()]);

describe('weights under adversarial perturbation', () => {
  it('are moved along the gradient by gamma times their own norm', () => {
    const [before = [], still = []] = values();
    const [during = [], unmoved = []] = (() => {
      let seen: number[][] = [];
      atPerturbedWeights(kernels, GAMMA, loss, () => {
        seen = values();
        return loss();
      }).dispose();
      return seen;
    })();
    const moved = during.map((value, at) => value - (before[at] ?? NaN));
    expect(norm(moved)).toBeCloseTo(GAMMA * norm(before), 5);
    const gradient = before.map((value) => 2 * (value - 1));
    moved.forEach((value, at) => {
      expect(value / norm(moved)).toBeCloseTo((gradient[at] ?? NaN) / norm(gradient), 4);
    });
    // Where the gradient is zero, nothing moves.
    expect(unmoved).toEqual(still);
  });

  it('have a higher loss, and are put back to the bit', () => {
    const before = values();
    const tensors = tf.memory().numTensors;
    const value = (of: () => tf.Scalar) => tf.tidy(() => of().dataSync()[0] ?? NaN);
    expect(value(() => atPerturbedWeights(kernels, GAMMA, loss, loss))).toBeGreaterThan(value(loss));
    expect(values()).toEqual(before);
    expect(tf.memory().numTensors).toBe(tensors);
  });
});
