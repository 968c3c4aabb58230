/** A compiled model parted at its last convolution, as Grad-CAM looks at it. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../../src/main/engine/backend/index.ts';
import { compileClassifier } from '../../../../src/main/engine/models/compile.ts';
import { residualNet } from '../../../../src/main/engine/models/residualNet.ts';
import { relativeDifference } from '../../../support/differences.ts';
import { TINY_NET } from '../../../support/modelPackages.ts';
import { chain, convolution, dense, depthwise, disturb, images, network } from './networks.ts';

const { layers } = tf;

beforeAll(() => startBackend());

/** What the parted model gives, and what the model itself puts out at the layer of this name; disposes of the model. */
function parted(model: tf.LayersModel, layerName: string) {
  const classifier = compileClassifier(model);
  const toMaps = tf.model({ inputs: model.inputs, outputs: model.getLayer(layerName).output });
  const tensors = tf.tidy(() => {
    const inputs = images(4, classifier.height);
    const features = classifier.features?.(inputs);
    if (!features) throw new Error('expected a convolution');
    const { maps, logits } = features;
    return [maps, toMaps.apply(inputs) as tf.Tensor, logits(maps), classifier.logits(inputs), logits(tf.mul(maps, 2))];
  });
  const [maps, expectedMaps, logits, expectedLogits, ofOtherMaps] = tensors.map((tensor) => ({
    shape: tensor.shape,
    values: tensor.dataSync<'float32'>(),
  }));
  tf.dispose(tensors);
  classifier.dispose();
  model.dispose();
  if (!maps || !expectedMaps || !logits || !expectedLogits || !ofOtherMaps) throw new Error('expected results');
  return { maps, expectedMaps, logits, expectedLogits, ofOtherMaps };
}

const KINDS: Readonly<Record<string, () => tf.LayersModel>> = {
  'the convolution itself': () =>
    network((x) => chain(x, convolution(2, 3), convolution(4, 3, { name: 'end', activation: 'relu' }))),
  'a depthwise one': () => network((x) => chain(x, convolution(2, 3), depthwise(2, 3, { name: 'end' }))),
  'its normalisation and activation, not the pooling after them': () =>
    network((x) =>
      chain(
        x,
        convolution(4, 3, { useBias: false }),
        layers.batchNormalization(),
        layers.reLU({ name: 'end' }),
        layers.maxPooling2d({ poolSize: 2 }),
      ),
    ),
  'the sum with its shortcut': () =>
    network((x) => {
      const inner = chain(x, convolution(4, 3, { padding: 'same' }), layers.reLU());
      const residual = chain(inner, convolution(4, 3, { padding: 'same' }), layers.batchNormalization());
      const sum = layers.add().apply([residual, inner]) as tf.SymbolicTensor;
      return chain(sum, layers.reLU({ name: 'end' }));
    }),
  'what two layers read, where they part': () =>
    network((x) => {
      const ends = chain(x, convolution(3, 3, { name: 'end' }));
      return layers.add().apply([chain(ends, layers.reLU()), ends]) as tf.SymbolicTensor;
    }),
};

describe.each(Object.entries(KINDS))('the last convolution, up to %s', (_, build) => {
  it('puts out what the model does there, and leads on to the same logits', () => {
    const { maps, expectedMaps, logits, expectedLogits, ofOtherMaps } = parted(disturb(build(), 3), 'end');
    expect(maps.shape).toEqual(expectedMaps.shape);
    expect(relativeDifference(maps.values, expectedMaps.values)).toBeLessThan(1e-5);
    expect(logits).toEqual(expectedLogits);
    expect(relativeDifference(ofOtherMaps.values, logits.values)).toBeGreaterThan(1e-3);
  });
});

describe('a compiled classifier', () => {
  it('of the reference network shows the maps of its last block', () => {
    const { maps, expectedMaps } = parted(residualNet(TINY_NET, 2), `block${TINY_NET.widths.length}_relu`);
    expect(maps.shape).toEqual(expectedMaps.shape);
    expect(relativeDifference(maps.values, expectedMaps.values)).toBeLessThan(1e-5);
  });

  it('has no maps to show without a convolution', () => {
    const model = network((x) => x, { head: (x) => chain(x, layers.flatten(), dense()) });
    const classifier = compileClassifier(model);
    expect(classifier.features).toBeUndefined();
    classifier.dispose();
    model.dispose();
  });
});
