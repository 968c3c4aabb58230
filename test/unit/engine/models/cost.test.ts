import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../../src/main/engine/backend/index.ts';
import { gflopPerInputGradient, LARGEST_GFLOP_PER_INPUT_GRADIENT } from '../../../../src/main/engine/models/cost.ts';
import { residualNet } from '../../../../src/main/engine/models/residualNet.ts';
import { REFERENCE_SIZE } from '../../../../src/main/engine/training/recipes.ts';
import { chain, convolution, dense, depthwise, network } from './networks.ts';

beforeAll(() => startBackend());

/** Multiply-adds of one forward pass; a gradient is two per multiply-add, forward and back. */
function multiplyAdds(model: tf.LayersModel): number {
  const counted = (gflopPerInputGradient(model) * 1e9) / 4;
  model.dispose();
  return Math.round(counted);
}

const { layers } = tf;
const none = (x: tf.SymbolicTensor) => x;
const flat = (x: tf.SymbolicTensor) => chain(x, layers.flatten(), dense());

describe('the multiply-adds of a network, counted by hand', () => {
  it.each<readonly [what: string, make: () => tf.LayersModel, expected: number]>([
    // 10 x 10 positions, 3 x 3 x 3 inputs, 4 outputs; then 4 pooled features to 7 logits.
    ['a valid convolution', () => network((x) => chain(x, convolution(4, 3))), 100 * 27 * 4 + 4 * 7],
    [
      'a strided one',
      () => network((x) => chain(x, convolution(4, 3, { strides: 2, padding: 'same' }))),
      36 * 27 * 4 + 4 * 7,
    ],
    // 144 positions, 9 inputs for each of 3 x 2 outputs.
    ['a depthwise one', () => network((x) => chain(x, depthwise(2, 3, { padding: 'same' }))), 144 * 9 * 6 + 6 * 7],
    ['a dense layer', () => network(none, { head: flat }), 12 * 12 * 3 * 7],
    [
      'what costs next to nothing beside',
      () =>
        network((x) => chain(x, layers.rescaling({ scale: 2 }), layers.batchNormalization(), layers.maxPooling2d({}))),
      3 * 7,
    ],
  ])('%s', (_, make, expected) => {
    expect(multiplyAdds(make())).toBe(expected);
  });

  it('a residual network, stage by stage', () => {
    const block = (side: number, from: number, to: number) =>
      side ** 2 * (9 * from * to + 9 * to * to + (from === to ? 0 : from * to));
    const expected =
      32 ** 2 * 27 * 32 + block(32, 32, 32) + block(16, 32, 64) + block(8, 64, 128) + block(4, 128, 256) + 256 * 7;
    expect(multiplyAdds(residualNet({ input: 64, stem: 32, widths: [32, 64, 128, 256] }, 1))).toBe(expected);
  });

  it('the reference network is cheap enough to be used', () => {
    const model = residualNet(REFERENCE_SIZE, 1);
    expect(gflopPerInputGradient(model)).toBeLessThan(LARGEST_GFLOP_PER_INPUT_GRADIENT);
    model.dispose();
  });
});
