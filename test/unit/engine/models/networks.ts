import * as tf from '@tensorflow/tfjs';
import { randomStream } from '../../../../src/main/engine/randomness.ts';

const SIDE = 12;

const seeded = (seed: number) => ({ kernelInitializer: tf.initializers.heNormal({ seed }) });
export type ConvolutionOptions = Omit<Parameters<typeof tf.layers.conv2d>[0], 'filters' | 'kernelSize'>;
export const convolution = (filters: number, kernelSize: number, options: ConvolutionOptions = {}) =>
  tf.layers.conv2d({ filters, kernelSize, ...seeded(1), ...options });
export const depthwise = (depthMultiplier: number, kernelSize: number, options: ConvolutionOptions = {}) =>
  tf.layers.depthwiseConv2d({
    kernelSize,
    depthMultiplier,
    depthwiseInitializer: tf.initializers.heNormal({ seed: 2 }),
    ...options,
  });
export const dense = (options: Partial<Parameters<typeof tf.layers.dense>[0]> = {}) =>
  tf.layers.dense({ units: 7, ...seeded(3), ...options });

/** A network of 12x12 RGB images: the given features, then whatever makes seven logits of them. */
export function network(
  features: (input: tf.SymbolicTensor) => tf.SymbolicTensor,
  {
    side = SIDE,
    head = defaultHead,
  }: { side?: number; head?: (features: tf.SymbolicTensor) => tf.SymbolicTensor } = {},
): tf.LayersModel {
  const input = tf.input({ shape: [side, side, 3] });
  return tf.model({ inputs: input, outputs: head(features(input)) });
}

const defaultHead = (features: tf.SymbolicTensor) => chain(features, tf.layers.globalAveragePooling2d({}), dense());

export const chain = (input: tf.SymbolicTensor, ...layers: tf.layers.Layer[]): tf.SymbolicTensor =>
  layers.reduce((tensor, layer) => layer.apply(tensor) as tf.SymbolicTensor, input);

/** Gives biases and batch statistics values that a mistake would show in; kernels stay as they were initialised. */
export function disturb(model: tf.LayersModel, seed: number): tf.LayersModel {
  for (const [at, weight] of model.weights.entries()) {
    if (weight.shape.length > 1) continue;
    const stream = randomStream('disturbed', seed, at);
    const value = () => (weight.originalName.endsWith('variance') ? 0.3 + 2 * stream.next() : stream.normal());
    const size = weight.shape.reduce<number>((product, length) => product * (length ?? 1), 1);
    const values = tf.tensor(Float32Array.from({ length: size }, value), weight.shape as number[]);
    weight.write(values);
    values.dispose();
  }
  return model;
}

/** Float32 images in [0, 1]. */
export function images(count: number, side = SIDE): tf.Tensor4D {
  const stream = randomStream('images', count, side);
  return tf.tensor4d(
    Float32Array.from({ length: count * side * side * 3 }, () => stream.next()),
    [count, side, side, 3],
  );
}
