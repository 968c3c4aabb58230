import * as tf from '@tensorflow/tfjs';
import { CLASS_COUNT } from '../src/shared/domain/diagnosis.ts';

/** Output channels of the convolutions; each pair ends in a halving of the resolution. */
const PAIRS = [32, 64, 128] as const;

/**
 * The net on which timings are compared across projects and years: six 3x3 convolutions with bias and ReLU, 2x2 maximum
 * pooling after each pair but the last, global average pooling, 7 logits. 287,911 parameters; input `[n, 64, 64, 3]`.
 *
 * @param seed initial weights are a function of it alone
 */
export function sixConvNet(seed: number): tf.LayersModel {
  let convolutions = 0;
  const convolution = (filters: number) => {
    convolutions += 1;
    return tf.layers.conv2d({
      name: `conv${convolutions}`,
      filters,
      kernelSize: 3,
      padding: 'same',
      activation: 'relu',
      kernelInitializer: tf.initializers.heNormal({ seed: seed * 1000 + convolutions }),
    });
  };
  const input = tf.input({ shape: [64, 64, 3], name: 'image' });
  let features = input;
  for (const [stage, filters] of PAIRS.entries()) {
    if (stage > 0) features = tf.layers.maxPooling2d({ poolSize: 2, strides: 2 }).apply(features) as tf.SymbolicTensor;
    features = convolution(filters).apply(features) as tf.SymbolicTensor;
    features = convolution(filters).apply(features) as tf.SymbolicTensor;
  }
  const pooled = tf.layers.globalAveragePooling2d({ name: 'pool' }).apply(features) as tf.SymbolicTensor;
  const kernelInitializer = tf.initializers.glorotUniform({ seed: seed * 1000 });
  const logits = tf.layers.dense({ name: 'logits', units: CLASS_COUNT, kernelInitializer }).apply(pooled);
  return tf.model({ inputs: input, outputs: logits as tf.SymbolicTensor, name: 'six_conv_net' });
}
