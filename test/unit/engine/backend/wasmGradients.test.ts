/**
 * The composed kernels against the reference loops of tfjs's CPU backend. With small whole numbers every sum is
 * exact in float32 whatever its order, so that equality can be demanded to the last bit.
 */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { registerWasmGradients } from '../../../../src/main/engine/backend/wasmGradients/index.ts';
import { randomStream } from '../../../../src/main/engine/randomness.ts';

type Shape4D = [number, number, number, number];
interface Convolution {
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernel: number;
  readonly stride: number;
  readonly pad: 'same' | 'valid';
  readonly seed: number;
}

const convolutions = fc.record<Convolution>({
  images: fc.integer({ min: 1, max: 3 }),
  height: fc.integer({ min: 5, max: 11 }),
  width: fc.integer({ min: 5, max: 11 }),
  inChannels: fc.integer({ min: 1, max: 5 }),
  outChannels: fc.integer({ min: 1, max: 5 }),
  kernel: fc.constantFrom(1, 2, 3, 5),
  stride: fc.constantFrom(1, 2, 3),
  pad: fc.constantFrom('same', 'valid'),
  seed: fc.integer(),
});

/** Whole numbers from -4 to 4. */
function wholeNumbers(shape: number[], ...key: (string | number)[]): tf.Tensor {
  const stream = randomStream('whole numbers', ...key);
  return tf.tensor(
    Array.from({ length: tf.util.sizeFromShape(shape) }, () => stream.integer(9) - 4),
    shape,
  );
}

/** Gradients of `sum(weights * f(a, b))` by a and b. The weights make every output count differently. */
function gradientsOf(f: (a: tf.Tensor4D, b: tf.Tensor4D) => tf.Tensor, a: Shape4D, b: Shape4D, seed: number) {
  const outputs = tf.tidy(() => {
    const [first, second] = [wholeNumbers(a, seed, 'a') as tf.Tensor4D, wholeNumbers(b, seed, 'b') as tf.Tensor4D];
    const weights = wholeNumbers(f(first, second).shape, seed, 'weights');
    return tf.grads((x: tf.Tensor, y: tf.Tensor) => tf.sum(tf.mul(f(x as tf.Tensor4D, y as tf.Tensor4D), weights)))([
      first,
      second,
    ]);
  });
  const values = outputs.map((output) => [...output.dataSync()]);
  tf.dispose(outputs);
  return values;
}

/** -0 and 0 are the same gradient. */
const withoutSignedZero = (values: number[][]) => values.map((list) => list.map((value) => value + 0));

async function on<Value>(backend: 'cpu' | 'wasm', compute: () => Value): Promise<Value> {
  await tf.setBackend(backend);
  return compute();
}

async function expectSameGradients(compute: () => number[][]): Promise<void> {
  const composed = withoutSignedZero(await on('wasm', compute));
  expect(composed).toEqual(withoutSignedZero(await on('cpu', compute)));
}

describe('gradient kernels of the wasm backend', () => {
  beforeAll(async () => {
    await tf.setBackend('wasm');
    registerWasmGradients();
  });

  it('give a convolution exactly the reference gradients by input and filter', async () => {
    await fc.assert(
      fc.asyncProperty(convolutions, async (c) => {
        await expectSameGradients(() =>
          gradientsOf(
            (x, filter) => tf.conv2d(x, filter, c.stride, c.pad),
            [c.images, c.height, c.width, c.inChannels],
            [c.kernel, c.kernel, c.inChannels, c.outChannels],
            c.seed,
          ),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('give a depthwise convolution exactly the reference gradients by input and filter', async () => {
    await fc.assert(
      fc.asyncProperty(convolutions, fc.integer({ min: 1, max: 2 }), async (c, multiplier) => {
        await expectSameGradients(() =>
          gradientsOf(
            (x, filter) => tf.depthwiseConv2d(x, filter, c.stride, c.pad),
            [c.images, c.height, c.width, c.inChannels],
            [c.kernel, c.kernel, c.inChannels, multiplier],
            c.seed,
          ),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('give max pooling exactly the reference gradient, also of ties and of windows without a positive value', async () => {
    await fc.assert(
      fc.asyncProperty(convolutions, async (c) => {
        // Adding the second argument makes windows of negative values only as likely as the others.
        await expectSameGradients(() =>
          gradientsOf(
            (x, shift) => tf.maxPool(tf.add<tf.Tensor4D>(x, shift), c.kernel, c.stride, c.pad),
            [c.images, c.height, c.width, c.inChannels],
            [1, 1, 1, c.inChannels],
            c.seed,
          ),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('give average pooling the gradient of a linear function: its value at each unit image', async () => {
    await tf.setBackend('wasm');
    fc.assert(
      fc.property(convolutions, ({ height, width, kernel, stride, pad, seed }) => {
        const pool = (x: tf.Tensor4D) => tf.avgPool(x, kernel, stride, pad);
        const [gradient, values] = tf.tidy(() => {
          const weights = wholeNumbers(pool(tf.zeros([1, height, width, 1])).shape, seed);
          const unitImages = tf.reshape<tf.Rank.R4>(tf.eye(height * width), [height * width, height, width, 1]);
          const unitValues = tf.sum(tf.mul(pool(unitImages), weights), [1, 2, 3]);
          const loss = (x: tf.Tensor) => tf.sum(tf.mul(pool(x as tf.Tensor4D), weights));
          return [
            tf
              .grad(loss)(tf.zeros([1, height, width, 1]))
              .dataSync(),
            unitValues.dataSync(),
          ];
        });
        // Ninths and twenty-fifths are rounded in float32.
        for (const [at, value] of values.entries()) expect(gradient[at]).toBeCloseTo(value, 4);
      }),
      { numRuns: 60 },
    );
  });

  it('leave no tensor behind', async () => {
    await tf.setBackend('wasm');
    const before = tf.memory().numTensors;
    gradientsOf((x, filter) => tf.conv2d(x, filter, 2, 'same'), [2, 7, 7, 3], [3, 3, 3, 4], 1);
    gradientsOf((x, scale) => tf.maxPool(tf.mul<tf.Tensor4D>(x, scale), 3, 2, 'same'), [2, 7, 7, 3], [1, 1, 1, 1], 1);
    gradientsOf((x, scale) => tf.avgPool(tf.mul<tf.Tensor4D>(x, scale), 3, 2, 'same'), [2, 7, 7, 3], [1, 1, 1, 1], 1);
    gradientsOf((x, filter) => tf.depthwiseConv2d(x, filter, 2, 'same'), [2, 7, 7, 3], [3, 3, 3, 2], 1);
    expect(tf.memory().numTensors).toBe(before);
  });
});
