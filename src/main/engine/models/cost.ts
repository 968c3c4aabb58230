import type * as tf from '@tensorflow/tfjs';

/** Interactive use and the cost of an audit hang on this: the most that one input gradient of one image may cost. */
export const LARGEST_GFLOP_PER_INPUT_GRADIENT = 0.4;

/**
 * Floating-point operations of one input gradient of one image, in units of 1e9: two per multiply-add of every
 * convolution and dense layer forward, and as many again on the way back to the input. Other layers are not counted.
 */
export function gflopPerInputGradient(model: tf.LayersModel): number {
  const multiplyAdds = model.layers.reduce((sum, layer) => sum + multiplyAddsOf(layer), 0);
  return (4 * multiplyAdds) / 1e9;
}

function multiplyAddsOf(layer: tf.layers.Layer): number {
  const kind = layer.getClassName();
  if (kind !== 'Conv2D' && kind !== 'DepthwiseConv2D' && kind !== 'Dense') return 0;
  const kernel = layer.getWeights()[0]?.size ?? 0;
  const output = [layer.outputShape].flat() as (number | null)[];
  const positions = kind === 'Dense' ? 1 : (output[1] ?? 1) * (output[2] ?? 1);
  return kernel * positions;
}
