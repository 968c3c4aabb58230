import * as tf from '@tensorflow/tfjs';
import { type ConvInfo, crop, interleavePlanes, readTaps } from './taps.ts';

/**
 * Gradient of a convolution by its input, without multiplying by inserted zeros.
 *
 * Forward, per axis: `y[o] = sum_k x[o * s + k - p] * w[k]`. With `o * s + k = s * q + r` and `k = s * t + r`:
 * `dx[s * q + r - p] = sum_t dy[q - t] * w[s * t + r]`. For each remainder r this is a plain convolution of dy
 * with every s-th tap; all `s * s` of them are one convolution with as many times the channels, whose output is
 * interleaved (the sub-pixel form of a transposed convolution, Shi 2016, arXiv 1609.05158).
 *
 * @param dy `[n, outHeight, outWidth, outChannels]`
 * @param filter `[filterHeight, filterWidth, inChannels, outChannels]`
 * @returns `[n, inHeight, inWidth, inChannels]`
 */
export function convInputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, info: ConvInfo): tf.Tensor4D {
  const stride = info.strideHeight;
  const rows = remainderWindow(info.padInfo.top, info.inHeight, info.outHeight, info.filterHeight, stride);
  const columns = remainderWindow(info.padInfo.left, info.inWidth, info.outWidth, info.filterWidth, stride);
  const sums = tf.conv2d(dy, remainderFilter(filter, stride), 1, [[0, 0], rows.pad, columns.pad, [0, 0]]);
  return stride === 1
    ? sums
    : crop(interleaveChannels(sums, stride), rows.skip, columns.skip, info.inHeight, info.inWidth);
}

/**
 * Which q are needed along one axis to cover the padded positions `[pad, pad + size)`: by how much dy must be
 * padded for them, and how many leading positions of the first q to skip.
 */
function remainderWindow(pad: number, size: number, outSize: number, filterSize: number, stride: number) {
  const first = Math.floor(pad / stride);
  const last = Math.floor((pad + size - 1) / stride);
  const padding: [number, number] = [Math.ceil(filterSize / stride) - 1 - first, last - (outSize - 1)];
  return { pad: padding, skip: pad - stride * first };
}

/** `[h, w, inC, outC]` to `[ceil(h / s), ceil(w / s), outC, s * s * inC]`: taps reversed, remainders as channels. */
function remainderFilter(filter: tf.Tensor4D, stride: number): tf.Tensor4D {
  if (stride === 1) return tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
  const [height, width, inChannels, outChannels] = filter.shape;
  const rows = Math.ceil(height / stride);
  const columns = Math.ceil(width / stride);
  const padded = tf.pad4d(filter, [
    [0, rows * stride - height],
    [0, columns * stride - width],
    [0, 0],
    [0, 0],
  ]);
  const taps = tf.reverse(tf.reshape(padded, [rows, stride, columns, stride, inChannels, outChannels]), [0, 2]);
  return tf.reshape(tf.transpose(taps, [0, 2, 5, 1, 3, 4]), [rows, columns, outChannels, stride * stride * inChannels]);
}

/** `depthToSpace`: `[n, h, w, s * s * c]` to `[n, h * s, w * s, c]`. */
function interleaveChannels(x: tf.Tensor4D, stride: number): tf.Tensor4D {
  const [count, height, width, channels] = x.shape;
  const split = tf.reshape(x, [count * height, width, stride, channels / stride]);
  return tf.reshape(tf.transpose(split, [0, 2, 1, 3]), [
    count,
    height * stride,
    width * stride,
    channels / (stride * stride),
  ]);
}

/**
 * Gradient of a convolution by its filter: itself a convolution, of the input with dy as the filter, where
 * images and channels change places and the stride becomes the dilation.
 *
 * @param x `[n, inHeight, inWidth, inChannels]`
 * @param dy `[n, outHeight, outWidth, outChannels]`
 * @returns `[filterHeight, filterWidth, inChannels, outChannels]`
 */
export function convFilterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, info: ConvInfo): tf.Tensor4D {
  const { top, bottom, left, right } = info.padInfo;
  const correlation = tf.conv2d(
    channelsBecomeImages(x),
    tf.transpose(dy, [1, 2, 0, 3]),
    1,
    [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ],
    'NHWC',
    [info.strideHeight, info.strideWidth],
  );
  // Where the stride leaves the input's last rows unread, the correlation has more rows than the filter.
  return tf.transpose(crop(correlation, 0, 0, info.filterHeight, info.filterWidth), [1, 2, 0, 3]);
}

/**
 * `[n, h, w, c]` to `[c, h, w, n]`. In two steps, since the kernel that exchanges two axes is three to five
 * times faster than the one for any order.
 */
function channelsBecomeImages(x: tf.Tensor4D): tf.Tensor4D {
  const [count, height, width, channels] = x.shape;
  const imagesLast = tf.transpose(tf.reshape(x, [count, height * width * channels]));
  const channelsFirst = tf.transpose(tf.reshape(imagesLast, [height * width, channels, count]), [1, 0, 2]);
  return tf.reshape(channelsFirst, [channels, height, width, count]);
}

/**
 * Gradient of a depthwise convolution by its input: zeros inserted between the values of dy by the stride,
 * then a depthwise convolution with the reversed taps. (Few products per value: the zeros cost little.)
 *
 * @param dy `[n, outHeight, outWidth, inChannels * multiplier]`
 * @param filter `[filterHeight, filterWidth, inChannels, multiplier]`
 * @returns `[n, inHeight, inWidth, inChannels]`
 */
export function depthwiseInputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, info: ConvInfo): tf.Tensor4D {
  const { filterHeight, filterWidth, outChannels, inHeight, inWidth, padInfo } = info;
  const spread = insertZeros(dy, info.strideHeight);
  const perOutput = tf.depthwiseConv2d(
    spread,
    tf.reshape(tf.reverse(filter, [0, 1]), [filterHeight, filterWidth, outChannels, 1]),
    1,
    [
      [0, 0],
      fullPadding(padInfo.top, filterHeight, inHeight, spread.shape[1]),
      fullPadding(padInfo.left, filterWidth, inWidth, spread.shape[2]),
      [0, 0],
    ],
  );
  const gradient = crop(perOutput, 0, 0, inHeight, inWidth);
  const multiplier = filter.shape[3];
  if (multiplier === 1) return gradient;
  return tf.sum(tf.reshape(gradient, [...info.inShape, multiplier]), 4);
}

/** Padding of the spread dy, so that position 0 of the result is position 0 of the input and none is missing. */
function fullPadding(pad: number, filterSize: number, size: number, spreadSize: number): [number, number] {
  return [filterSize - 1 - pad, Math.max(0, size - spreadSize + pad)];
}

/** `[n, h, w, c]` to `[n, h * s, w * s, c]`, the values at multiples of s, zeros elsewhere. */
function insertZeros(values: tf.Tensor4D, stride: number): tf.Tensor4D {
  if (stride === 1) return values;
  const planes = Array.from({ length: stride * stride }, (_, plane) => (plane === 0 ? values : null));
  return interleavePlanes(planes, values.shape, stride);
}

/**
 * Gradient of a depthwise convolution by its filter: for each tap, what it reads of the input, times dy, summed
 * over images and positions.
 *
 * @param x `[n, inHeight, inWidth, inChannels]`
 * @param dy `[n, outHeight, outWidth, inChannels * multiplier]`
 * @returns `[filterHeight, filterWidth, inChannels, multiplier]`
 */
export function depthwiseFilterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, info: ConvInfo): tf.Tensor4D {
  const { batchSize, inChannels, outHeight, outWidth } = info;
  const multiplier = info.outChannels / inChannels;
  const positions = batchSize * outHeight * outWidth;
  const weights = tf.reshape(dy, [positions, inChannels, multiplier]);
  const sums = readTaps(x, info, 0).map((read) =>
    tf.sum(tf.mul(tf.reshape(read, [positions, inChannels, 1]), weights), 0),
  );
  return tf.reshape(tf.stack(sums), [info.filterHeight, info.filterWidth, inChannels, multiplier]);
}
