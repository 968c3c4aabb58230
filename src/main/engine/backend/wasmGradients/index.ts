/**
 * Gradient kernels that the wasm backend of tfjs 4.22 lacks or has wrong or slow, composed from the forward
 * kernels that it runs through XNNPACK. They add up the same products as the reference kernels, in another
 * order: equal where the sums are exact, within float32 rounding otherwise.
 *
 * - `Conv2DBackpropFilter` and both depthwise gradients are missing: without them no network trains there.
 * - `Conv2DBackpropInput` is shipped as nested scalar loops.
 * - `MaxPoolGrad` is shipped wrong: windows without a positive value send their gradient to the first value of
 *   the whole tensor, and ties go to another place than in TensorFlow.
 * - `AvgPoolGrad` is shipped wrong with padding: it divides by the window's size, where the forward kernel
 *   divides by the number of values that the window really covers.
 */
import * as tf from '@tensorflow/tfjs';
import {
  convFilterGradient,
  convInputGradient,
  depthwiseFilterGradient,
  depthwiseInputGradient,
} from './convolution.ts';
import { averagePoolGradient, maxPoolGradient } from './pooling.ts';
import type { ConvInfo } from './taps.ts';

type Shape4D = [number, number, number, number];

/** What core gives these kernels. No dilation: core refuses gradients of dilated convolutions. */
interface PoolAttributes {
  readonly strides: [number, number] | number;
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly filterSize: [number, number] | number;
}
interface ConvAttributes extends Omit<PoolAttributes, 'filterSize'> {
  readonly inputShape: Shape4D;
  readonly filterShape: Shape4D;
}

type Gradient = (first: tf.Tensor4D, second: tf.Tensor4D, info: ConvInfo) => tf.Tensor4D;

function inputGradientKernel(gradient: Gradient, depthwise: boolean): tf.KernelFunc {
  return ({ inputs, attrs }) => {
    const [dy, filter] = [rank4(inputs['dy']), rank4(inputs['filter'])];
    const attributes = attrs as unknown as ConvAttributes;
    const info = describe(attributes.inputShape, filter.shape, attributes, depthwise);
    return tf.tidy(() => gradient(dy, filter, info));
  };
}

function filterGradientKernel(gradient: Gradient, depthwise: boolean): tf.KernelFunc {
  return ({ inputs, attrs }) => {
    const [x, dy] = [rank4(inputs['x']), rank4(inputs['dy'])];
    const attributes = attrs as unknown as ConvAttributes;
    const info = describe(x.shape, attributes.filterShape, attributes, depthwise);
    return tf.tidy(() => gradient(x, dy, info));
  };
}

function describe(input: Shape4D, filter: Shape4D, attributes: ConvAttributes, depthwise: boolean): ConvInfo {
  const { strides, pad, dimRoundingMode } = attributes;
  return supported(tf.backend_util.computeConv2DInfo(input, filter, strides, 1, pad, dimRoundingMode, depthwise));
}

function poolGradientKernel(gradient: (inputs: tf.NamedTensorInfoMap, info: ConvInfo) => tf.Tensor4D): tf.KernelFunc {
  return ({ inputs, attrs }) => {
    const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as PoolAttributes;
    const { shape } = rank4(inputs['input'] ?? inputs['x']);
    const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
    return tf.tidy(() => gradient(inputs, supported(info)));
  };
}

function rank4(info: tf.TensorInfo | undefined): tf.Tensor4D {
  if (!(info instanceof tf.Tensor) || info.rank !== 4) throw new Error('This gradient needs tensors of rank 4.');
  return info as tf.Tensor4D;
}

function supported(info: ConvInfo): ConvInfo {
  if (info.strideHeight !== info.strideWidth) {
    throw new Error('On the wasm backend, gradients need the same stride for height and width.');
  }
  return info;
}

const KERNELS: Readonly<Record<string, tf.KernelFunc>> = {
  [tf.Conv2DBackpropInput]: inputGradientKernel(convInputGradient, false),
  [tf.Conv2DBackpropFilter]: filterGradientKernel(convFilterGradient, false),
  [tf.DepthwiseConv2dNativeBackpropInput]: inputGradientKernel(depthwiseInputGradient, true),
  [tf.DepthwiseConv2dNativeBackpropFilter]: filterGradientKernel(depthwiseFilterGradient, true),
  [tf.MaxPoolGrad]: poolGradientKernel(({ dy, input, output }, info) =>
    maxPoolGradient(rank4(dy), rank4(input), rank4(output), info),
  ),
  [tf.AvgPoolGrad]: poolGradientKernel(({ dy }, info) => averagePoolGradient(rank4(dy), info)),
};

/** Registers these kernels with the wasm backend, which must have been imported. May be called again. */
export function registerWasmGradients(): void {
  const present = new Set(tf.getKernelsForBackend('wasm').map((kernel) => kernel.kernelName));
  for (const [kernelName, kernelFunc] of Object.entries(KERNELS)) {
    if (present.has(kernelName)) tf.unregisterKernel(kernelName, 'wasm');
    tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
  }
}
