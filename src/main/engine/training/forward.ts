import * as tf from '@tensorflow/tfjs';
import { normaliseBatch, relu } from '../backend/operations.ts';
import { ends } from '../models/compile.ts';

/** How far a layer's running statistics stay what they were, given their momentum in training (0: replaced, 1: kept). */
export type StatisticsMomentum = (momentum: number) => number;

/**
 * Logits of a network in training: batches are normalised by their own statistics, and move the running ones.
 * Same numbers as `model.apply(inputs, { training: true })` up to float rounding (a test compares them), but tfjs-layers
 * normalises by about twenty kernels a layer, and computes the gradient of the images as well, which nobody asked for.
 *
 * @param inputs `[n, height, width, 3]` in [0, 1]
 * @param momentum of the running statistics; the layers' own unless given
 */
export function trainingLogits(
  model: tf.LayersModel,
  inputs: tf.Tensor4D,
  momentum: StatisticsMomentum = (own) => own,
): tf.Tensor2D {
  const values = new Map<string, tf.Tensor>(model.inputs.map(({ name }) => [name, inputs]));
  const value = (name: string | undefined) => {
    const found = values.get(name ?? '');
    if (!found) throw new Error(`Tensor ${name ?? ''} is used before it is made.`);
    return found;
  };
  for (const layer of model.layers) {
    if (layer.getClassName() === 'InputLayer') continue;
    const { inputs: names, output } = ends(layer);
    values.set(output, applied(layer, names.map(value), momentum));
  }
  return value(model.outputs[0]?.name) as tf.Tensor2D;
}

function applied(layer: tf.layers.Layer, inputs: tf.Tensor[], momentum: StatisticsMomentum): tf.Tensor {
  const [x] = inputs as [tf.Tensor4D];
  switch (layer.getClassName()) {
    case 'Conv2D':
      return convolved(layer, x);
    case 'BatchNormalization':
      return normalised(layer, x, momentum);
    case 'ReLU':
      return relu(x);
    default:
      return layer.apply(inputs, { training: true }) as tf.Tensor;
  }
}

interface ConvolutionConfig {
  readonly strides: [number, number];
  readonly padding: 'same' | 'valid';
  readonly activation: string;
}

function convolved(layer: tf.layers.Layer, x: tf.Tensor4D): tf.Tensor4D {
  const { strides, padding, activation } = layer.getConfig() as unknown as ConvolutionConfig;
  const [kernel, bias] = layer.weights.map((weight) => weight.read());
  if (!kernel || bias || activation !== 'linear') return layer.apply(x, { training: true }) as tf.Tensor4D;
  return tf.conv2d(x, kernel as tf.Tensor4D, strides, padding);
}

function normalised(layer: tf.layers.Layer, x: tf.Tensor4D, momentum: StatisticsMomentum): tf.Tensor4D {
  const { epsilon, momentum: own } = layer.getConfig() as { epsilon: number; momentum: number };
  const [gamma, beta, mean, variance] = layer.weights;
  if (!gamma || !beta || !mean || !variance) throw new Error(`${layer.name} lacks weights.`);
  const kept = momentum(own);
  const move = (running: tf.LayerVariable, seen: tf.Tensor) => {
    running.write(tf.add(tf.mul(running.read(), kept), tf.mul(seen, 1 - kept)));
  };
  return normaliseBatch(
    x,
    gamma.read() as tf.Tensor1D,
    beta.read() as tf.Tensor1D,
    epsilon,
    (seenMean, seenVariance) => {
      move(mean, seenMean);
      move(variance, seenVariance);
    },
  );
}
