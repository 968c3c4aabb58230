import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startBackend } from '../../../../src/main/engine/backend/index.ts';
import { residualNet } from '../../../../src/main/engine/models/residualNet.ts';
import { trainingLogits } from '../../../../src/main/engine/training/forward.ts';
import { relativeDifference } from '../../../support/differences.ts';
import { TINY_NET } from '../../../support/modelPackages.ts';
import { disturb, images } from '../models/networks.ts';

type Logits = (model: tf.LayersModel, inputs: tf.Tensor4D) => tf.Tensor2D;

const byLayers: Logits = (model, inputs) => model.apply(inputs, { training: true }) as tf.Tensor2D;

interface Step {
  readonly logits: Float32Array;
  readonly gradients: readonly Float32Array[];
  /** All weights afterwards, the running statistics among them. */
  readonly weights: readonly Float32Array[];
}

const read = (tensor: tf.Tensor) => Float32Array.from(tensor.dataSync());

function step(logitsOf: Logits): Step {
  const model = disturb(residualNet(TINY_NET, 1), 2);
  const result = tf.tidy(() => {
    const inputs = images(8, TINY_NET.input);
    const labels = tf.oneHot(
      tf
        .range(0, 7)
        .concat(tf.zeros([1]))
        .toInt(),
      7,
    );
    let logits = new Float32Array();
    const { grads } = tf.variableGrads(() => {
      const output = logitsOf(model, inputs);
      logits = read(output);
      return tf.losses.softmaxCrossEntropy(labels, output).asScalar();
    });
    const weights = model.weights.map((weight) => read(weight.read()));
    return { logits, gradients: Object.values(grads).map(read), weights };
  });
  model.dispose();
  return result;
}

function expectAlike(actual: readonly Float32Array[], expected: readonly Float32Array[]): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((values, at) => {
    expect(relativeDifference(values, expected[at] ?? new Float32Array())).toBeLessThan(1e-4);
  });
}

describe.each(['native', 'wasm'])('a forward pass in training on %s', (backend) => {
  beforeAll(() => {
    vi.stubEnv('EPSILOSCOPE_BACKEND', backend);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
  });
  beforeEach(async ({ skip }) => {
    const started = await startBackend().then(
      () => true,
      () => false,
    );
    skip(backend === 'native' && !started, 'libtensorflow is not laid out here');
  });

  it('gives the logits, weight gradients and running statistics of tfjs-layers', () => {
    const expected = step(byLayers);
    const actual = step(trainingLogits);
    expect(relativeDifference(actual.logits, expected.logits)).toBeLessThan(1e-5);
    expectAlike(actual.gradients, expected.gradients);
    expectAlike(actual.weights, expected.weights);
  });

  it('keeps the running statistics, or replaces them, where asked to', () => {
    const model = disturb(residualNet(TINY_NET, 1), 2);
    const inputs = images(8, TINY_NET.input);
    const running = () => {
      const weights = model.weights.filter(({ trainable }) => !trainable);
      return weights.map((weight) => read(weight.read()));
    };
    const pass = (momentum: number) => {
      tf.tidy(() => {
        trainingLogits(model, inputs, () => momentum);
      });
      return running();
    };
    const before = running();
    expectAlike(pass(1), before);
    const replaced = pass(0);
    expectAlike(pass(0.5), replaced);
    expect(relativeDifference(replaced[0] ?? new Float32Array(), before[0] ?? new Float32Array())).toBeGreaterThan(0.1);
    tf.dispose(inputs);
    model.dispose();
  });
});
