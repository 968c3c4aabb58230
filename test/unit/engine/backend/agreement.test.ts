/** A result must not depend on the backend beyond float rounding: all that run here are compared on the same inputs. */
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startBackend } from '../../../../src/main/engine/backend/index.ts';
import { compileClassifier } from '../../../../src/main/engine/models/compile.ts';
import { residualNet } from '../../../../src/main/engine/models/residualNet.ts';
import { randomStream } from '../../../../src/main/engine/randomness.ts';
import { trainingLogits } from '../../../../src/main/engine/training/forward.ts';
import { relativeDifference } from '../../../support/differences.ts';
import { TINY_NET } from '../../../support/modelPackages.ts';

const IMAGES = 8;
const shape: [number, number, number, number] = [IMAGES, TINY_NET.input, TINY_NET.input, 3];
const stream = randomStream('agreement');
const pixels = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => stream.next());
const labels = Int32Array.from({ length: IMAGES }, (_, image) => image % 7);

interface Figures {
  readonly logits: Float32Array;
  readonly inputGradient: Float32Array;
  readonly weightGradients: readonly Float32Array[];
}

const crossEntropy = (logits: tf.Tensor): tf.Scalar =>
  tf.losses.softmaxCrossEntropy(tf.oneHot(tf.tensor1d(labels, 'int32'), 7), logits);

/** On the current backend: a network of the given weights, as attacks run it and as training runs it. */
function compute(weights: readonly Float32Array[]): Figures {
  const model = residualNet(TINY_NET, 1);
  model.setWeights(model.getWeights().map((weight, at) => tf.tensor(weights[at] ?? [], weight.shape)));
  const classifier = compileClassifier(model);
  const figures = tf.tidy(() => {
    const inputs = tf.tensor4d(pixels, shape);
    const loss = (x: tf.Tensor) => crossEntropy(classifier.logits(x as tf.Tensor4D));
    const { grads } = tf.variableGrads(() => crossEntropy(trainingLogits(model, inputs)));
    const names = Object.keys(grads).sort();
    return [classifier.logits(inputs), tf.grad(loss)(inputs), ...names.flatMap((name) => grads[name] ?? [])];
  });
  const [logits, inputGradient, ...weightGradients] = figures.map((tensor) => Float32Array.from(tensor.dataSync()));
  tf.dispose(figures);
  classifier.dispose();
  model.dispose();
  if (!logits || !inputGradient) throw new Error('Nothing was computed.');
  return { logits, inputGradient, weightGradients };
}

function initialWeights(): Float32Array[] {
  const model = residualNet(TINY_NET, 1);
  const weights = model.getWeights().map((weight) => Float32Array.from(weight.dataSync()));
  model.dispose();
  return weights;
}

async function start(backend: 'cpu' | 'native' | 'wasm'): Promise<boolean> {
  // The reference loops of tfjs: never used by the product, but slow and simple enough to be trusted here.
  if (backend === 'cpu') return tf.setBackend('cpu');
  vi.stubEnv('EPSILOSCOPE_BACKEND', backend);
  return startBackend().then(
    () => true,
    () => false,
  );
}

describe('all backends agree on a small residual network', () => {
  let reference: Figures;
  let weights: Float32Array[];

  beforeAll(async () => {
    await start('cpu');
    weights = initialWeights();
    reference = compute(weights);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
  });

  it.for(['native', 'wasm'] as const)(
    '%s gives the logits and gradients of the reference loops',
    async (backend, { skip }) => {
      const started = await start(backend);
      skip(backend === 'native' && !started, 'libtensorflow is not laid out here');
      const figures = compute(weights);
      expect(relativeDifference(figures.logits, reference.logits)).toBeLessThan(1e-5);
      expect(relativeDifference(figures.inputGradient, reference.inputGradient)).toBeLessThan(1e-4);
      expect(figures.weightGradients.length).toBe(reference.weightGradients.length);
      for (const [at, gradient] of figures.weightGradients.entries()) {
        expect(relativeDifference(gradient, reference.weightGradients[at] ?? new Float32Array())).toBeLessThan(1e-4);
      }
    },
  );

  it('wasm repeats itself to the last bit', async () => {
    await start('wasm');
    expect(compute(weights)).toEqual(compute(weights));
  });
});
