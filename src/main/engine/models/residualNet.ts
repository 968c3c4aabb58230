import * as tf from '@tensorflow/tfjs';
import { CLASS_COUNT } from '../../../shared/domain/diagnosis.ts';

/** The size of the reference network; everything else about it is fixed. */
export interface ResidualNetSize {
  /** Side of the square RGB input in pixels. */
  readonly input: number;
  /** Channels of the first convolution, which halves the resolution. */
  readonly stem: number;
  /** Channels of each stage; every stage but the first halves the resolution again. */
  readonly widths: readonly number[];
  /** Blocks of each stage; one each unless given. */
  readonly blocks?: readonly number[];
}

/** Mean and spread of dermatoscopic skin in [0, 1], rounded: centres the input for the first layer. */
const INPUT_MEAN = 0.6;
const INPUT_SPREAD = 0.2;

/**
 * A small residual network (He 2016, arXiv 1512.03385, basic blocks of two 3x3 convolutions), input float32
 * `[n, input, input, 3]` in [0, 1], output 7 logits. Normalisation of the input is its first layer. Every layer has a name of
 * its own: tfjs would number the nameless by all that the process built before, and packages would differ by it.
 *
 * @param seed initial weights are a function of it alone
 */
export function residualNet(size: ResidualNetSize, seed: number): tf.LayersModel {
  let convolutions = 0;

  const convolution = (
    input: tf.SymbolicTensor,
    filters: number,
    kernelSize: number,
    strides: number,
    gamma: number,
  ) => {
    convolutions += 1;
    const name = `conv${convolutions}`;
    const linear = tf.layers
      .conv2d({
        name,
        filters,
        kernelSize,
        strides,
        padding: 'same',
        useBias: false,
        kernelInitializer: tf.initializers.heNormal({ seed: seed * 1000 + convolutions }),
      })
      .apply(input) as tf.SymbolicTensor;
    return tf.layers
      .batchNormalization({
        name: `${name}_norm`,
        momentum: 0.9,
        gammaInitializer: tf.initializers.constant({ value: gamma }),
      })
      .apply(linear) as tf.SymbolicTensor;
  };
  const relu = (input: tf.SymbolicTensor, name: string) => tf.layers.reLU({ name }).apply(input) as tf.SymbolicTensor;

  let blocks = 0;
  const block = (input: tf.SymbolicTensor, filters: number, strides: number) => {
    blocks += 1;
    const name = `block${blocks}`;
    const inner = relu(convolution(input, filters, 3, strides, 1), `${name}_inner_relu`);
    // A block starts close to the identity (Goyal 2017, arXiv 1706.02677, section 5.1), which steadies a high learning rate.
    const residual = convolution(inner, filters, 3, 1, 0.2);
    const changesShape = strides > 1 || input.shape[3] !== filters;
    const shortcut = changesShape ? convolution(input, filters, 1, strides, 1) : input;
    const sum = tf.layers.add({ name: `${name}_sum` }).apply([residual, shortcut]) as tf.SymbolicTensor;
    return relu(sum, `${name}_relu`);
  };

  const input = tf.input({ shape: [size.input, size.input, 3], name: 'image' });
  let features = tf.layers
    .rescaling({ name: 'normalise', scale: 1 / INPUT_SPREAD, offset: -INPUT_MEAN / INPUT_SPREAD })
    .apply(input) as tf.SymbolicTensor;
  features = relu(convolution(features, size.stem, 3, 2, 1), 'stem_relu');
  size.widths.forEach((width, stage) => {
    for (let at = 0; at < (size.blocks?.[stage] ?? 1); at += 1) {
      features = block(features, width, stage > 0 && at === 0 ? 2 : 1);
    }
  });
  const pooled = tf.layers.globalAveragePooling2d({ name: 'pool' }).apply(features) as tf.SymbolicTensor;
  const logits = tf.layers
    .dense({
      name: 'logits',
      units: CLASS_COUNT,
      kernelInitializer: tf.initializers.glorotUniform({ seed: seed * 1000 }),
    })
    .apply(pooled) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: logits, name: 'residual_net' });
}
