import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../../src/main/engine/backend/index.ts';
import type { DatasetItem } from '../../../../src/main/engine/training/dataset.ts';
import { crossEntropy, logitAdjustment, trades } from '../../../../src/main/engine/training/objective.ts';
import { CLASS_COUNT } from '../../../../src/shared/domain/diagnosis.ts';

beforeAll(() => startBackend());

const NONE = new Array<number>(CLASS_COUNT).fill(0);
const CLEAN = [
  [2, 0, -1, 0.5, 0, 0, 1],
  [0, 0, 3, 0, -2, 1, 0],
];
const ATTACKED = [
  [0, 2, -1, 0.5, 0, 0, 1],
  [0, 0, 1, 2, -2, 1, 0],
];
const TARGETS = [
  [0.94, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01],
  [0, 0, 0.7, 0.3, 0, 0, 0],
];

function softmax(logits: readonly number[]): number[] {
  const total = logits.reduce((sum, value) => sum + Math.exp(value), 0);
  return logits.map((value) => Math.exp(value) / total);
}
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Of plain numbers, as the papers write it. */
const plainCrossEntropy = (logits: readonly number[][], adjustment: readonly number[]) =>
  mean(
    logits.map((row, image) => {
      const probabilities = softmax(row.map((value, k) => value + (adjustment[k] ?? NaN)));
      return -sum(probabilities.map((p, k) => (TARGETS[image]?.[k] ?? NaN) * Math.log(p)));
    }),
  );

const valueOf = (loss: () => tf.Scalar) => tf.tidy(() => loss().dataSync()[0] ?? NaN);

describe('cross-entropy', () => {
  it.each([
    ['plain', NONE],
    ['adjusted', [-3, -2, -1, -4, -1, -0.1, -5]],
  ])('%s is that of the definition', (_, adjustment) => {
    const value = valueOf(() => crossEntropy(tf.tensor2d(CLEAN), tf.tensor2d(TARGETS), adjustment));
    expect(value).toBeCloseTo(plainCrossEntropy(CLEAN, adjustment), 5);
  });
});

describe('the TRADES objective', () => {
  const value = (beta: number, attacked: number[][]) =>
    valueOf(() => trades(beta, NONE)(tf.tensor2d([...CLEAN, ...attacked]), tf.tensor2d(TARGETS)));

  it('is the cross-entropy of the clean half plus beta times KL(clean || attacked)', () => {
    const divergence = mean(
      CLEAN.map((row, image) => {
        const [p, q] = [softmax(row), softmax(ATTACKED[image] ?? [])];
        return sum(p.map((share, k) => share * Math.log(share / (q[k] ?? NaN))));
      }),
    );
    expect(value(6, ATTACKED)).toBeCloseTo(plainCrossEntropy(CLEAN, NONE) + 6 * divergence, 4);
  });

  it('is the cross-entropy alone where the attack changed no verdict, or beta is 0', () => {
    expect(value(6, CLEAN)).toBeCloseTo(plainCrossEntropy(CLEAN, NONE), 5);
    expect(value(0, ATTACKED)).toBeCloseTo(plainCrossEntropy(CLEAN, NONE), 5);
  });

  it('passes its gradient through both halves', () => {
    const gradient = tf.tidy(() =>
      tf
        .grad((logits) => trades(6, NONE)(logits as tf.Tensor2D, tf.tensor2d(TARGETS)))(
          tf.tensor2d([...CLEAN, ...ATTACKED]),
        )
        .dataSync<'float32'>(),
    );
    const half = gradient.length / 2;
    for (const part of [gradient.subarray(0, half), gradient.subarray(half)]) {
      expect(part.some((each) => Math.abs(each) > 0.01)).toBe(true);
    }
  });
});

describe('the logit adjustment', () => {
  const items = (counts: readonly number[]): DatasetItem[] =>
    counts.flatMap((count, label) =>
      Array.from({ length: count }, () => ({ sha256: '0'.repeat(64), lesion: 'any', label })),
    );
  const COUNTS = [10, 20, 30, 5, 30, 100, 5];

  it('is tau times the log of each class’s share of the draws', () => {
    const shares = COUNTS.map((count) => count / 200);
    logitAdjustment(items(COUNTS), 1, 1).forEach((value, k) => {
      expect(value).toBeCloseTo(Math.log(shares[k] ?? NaN), 10);
    });
    const [first = NaN] = logitAdjustment(items(COUNTS), 1, 0.5);
    expect(first).toBeCloseTo(0.5 * Math.log(0.05), 10);
  });

  it('is the same for all classes where they are drawn equally often, and nothing at tau 0', () => {
    for (const value of logitAdjustment(items(COUNTS), 0, 1)) expect(value).toBeCloseTo(Math.log(1 / 7), 10);
    for (const value of logitAdjustment(items(COUNTS), 1, 0)) expect(value + 0).toBe(0);
  });

  it('is finite where a class is missing', () => {
    const [missing = NaN] = logitAdjustment(items([0, 20, 30, 5, 30, 100, 5]), 1, 1);
    expect(missing).toBeCloseTo(Math.log(1 / 191), 10);
  });

  it('makes a network that only knows the shares of the draws give equal logits', () => {
    const adjustment = logitAdjustment(items(COUNTS), 1, 1);
    const gradient = tf.tidy(() => {
      const shares = tf.tensor2d([COUNTS.map((count) => count / 200)]);
      return tf
        .grad((logits) => crossEntropy(logits as tf.Tensor2D, shares, adjustment))(tf.zeros([1, CLASS_COUNT]))
        .dataSync<'float32'>();
    });
    for (const value of gradient) expect(Math.abs(value)).toBeLessThan(1e-6);
  });
});
