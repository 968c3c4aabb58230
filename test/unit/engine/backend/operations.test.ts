import * as tf from '@tensorflow/tfjs';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startBackend } from '../../../../src/main/engine/backend/index.ts';
import {
  composedNormaliseBatch,
  normaliseBatch,
  relu,
  type OnStatistics,
} from '../../../../src/main/engine/backend/operations.ts';
import { randomStream } from '../../../../src/main/engine/randomness.ts';
import { relativeDifference } from '../../../support/differences.ts';

const CHANNELS = 3;
const EPSILON = 0.001;

beforeAll(() => startBackend());

function normal(key: string, shape: number[], scale: number, mean: number): tf.Tensor {
  const stream = randomStream(key);
  return tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => mean + scale * stream.normal()),
    shape,
  );
}

/** Everything that a normalisation gives: values, statistics, and the gradients of a weighted sum of its values. */
function normalised(normalise: typeof normaliseBatch, shape: [number, number, number, number]) {
  const results = tf.tidy(() => {
    const x = normal('x', shape, 2, 5);
    const gamma = normal('gamma', [CHANNELS], 1, 1);
    const beta = normal('beta', [CHANNELS], 1, 0);
    const weights = normal('weights', shape, 1, 0);
    const statistics: tf.Tensor[] = [];
    const onStatistics: OnStatistics = (mean, variance) => {
      statistics.push(tf.keep(tf.clone(mean)), tf.keep(tf.clone(variance)));
    };
    const value = normalise(x as tf.Tensor4D, gamma as tf.Tensor1D, beta as tf.Tensor1D, EPSILON, onStatistics);
    const gradients = tf.grads((a, b, c) => {
      const y = normalise(a as tf.Tensor4D, b as tf.Tensor1D, c as tf.Tensor1D, EPSILON, () => undefined);
      return tf.sum(tf.mul(y, weights));
    })([x, gamma, beta]);
    return [value, ...statistics, ...gradients];
  });
  const values = results.map((tensor) => Float32Array.from(tensor.dataSync()));
  tf.dispose(results);
  return values;
}

describe('batch normalisation', () => {
  it.each([
    [[8, 5, 4, CHANNELS]],
    // Two values a channel: the divisors n and n - 1 differ most.
    [[2, 1, 1, CHANNELS]],
  ] as [[number, number, number, number]][])(
    'by one kernel gives the values, statistics and gradients of the composition, for %o',
    (shape) => {
      const kernel = normalised(normaliseBatch, shape);
      const composed = normalised(composedNormaliseBatch, shape);
      expect(kernel.length).toBe(6);
      kernel.forEach((values, at) => {
        // The gradient of x is a small difference of large terms.
        expect(relativeDifference(values, composed[at] ?? new Float32Array())).toBeLessThan(at === 3 ? 1e-3 : 1e-5);
      });
    },
  );

  it('makes mean 0 and variance 1 of every channel, then scales and shifts it', () => {
    const [values = []] = normalised(normaliseBatch, [8, 5, 4, CHANNELS]);
    const [first, second] = [normal('gamma', [CHANNELS], 1, 1), normal('beta', [CHANNELS], 1, 0)];
    const [gamma, beta] = [first.dataSync(), second.dataSync()];
    tf.dispose([first, second]);
    for (let channel = 0; channel < CHANNELS; channel += 1) {
      const of = [...values].filter((_, at) => at % CHANNELS === channel);
      const mean = of.reduce((sum, value) => sum + value, 0) / of.length;
      const variance = of.reduce((sum, value) => sum + (value - mean) ** 2, 0) / of.length;
      expect(mean).toBeCloseTo(beta[channel] ?? NaN, 5);
      expect(Math.sqrt(variance)).toBeCloseTo(Math.abs(gamma[channel] ?? NaN), 2);
    }
  });

  it('leaves no tensor', () => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const ones = tf.ones<tf.Rank.R4>([2, 2, 2, CHANNELS]);
      normaliseBatch(ones, tf.ones([CHANNELS]), tf.zeros([CHANNELS]), EPSILON, () => undefined);
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe.each(['the backend in use', 'cpu'])('ReLU on %s', (backend) => {
  beforeEach(async () => {
    if (backend === 'cpu') await tf.setBackend('cpu');
  });

  it('passes on what is positive, and its gradient only there', () => {
    const [value, gradient] = tf.tidy(() => {
      const x = tf.tensor1d([-2, -0.5, 0, 1e-30, 0.5, 3]);
      const dy = tf.tensor1d([1, -2, 3, -4, 5, -6]);
      return [
        relu(x).dataSync(),
        tf
          .grad((input) => relu(input))(x, dy)
          .dataSync(),
      ];
    });
    expect([...value]).toEqual([0, 0, 0, Math.fround(1e-30), 0.5, 3]);
    expect([...gradient].map((each) => each + 0)).toEqual([0, 0, 0, -4, 5, -6]);
  });
});
