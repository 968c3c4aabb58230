import * as tf from '@tensorflow/tfjs';
import { type ConvInfo, readTaps, scatterTaps } from './taps.ts';

/**
 * Gradient of max pooling: each window's gradient goes to its largest value, the first in row order among equals
 * (as in TensorFlow).
 *
 * @param dy `[n, outHeight, outWidth, channels]`
 * @param x `[n, inHeight, inWidth, channels]`
 * @param y what the pooling gave, of dy's shape
 * @returns the shape of x
 */
export function maxPoolGradient(dy: tf.Tensor4D, x: tf.Tensor4D, y: tf.Tensor4D, info: ConvInfo): tf.Tensor4D {
  let unclaimed = dy;
  const claims = readTaps(x, info, Number.NEGATIVE_INFINITY).map((read) => {
    const claimed = tf.mul<tf.Tensor4D>(tf.cast(tf.equal(read, y), 'float32'), unclaimed);
    unclaimed = tf.sub(unclaimed, claimed);
    return claimed;
  });
  return scatterTaps(claims, info);
}

/**
 * Gradient of average pooling: each window's gradient in equal shares to the values that it covers.
 *
 * @param dy `[n, outHeight, outWidth, channels]`
 * @returns `[n, inHeight, inWidth, channels]`
 */
export function averagePoolGradient(dy: tf.Tensor4D, info: ConvInfo): tf.Tensor4D {
  const { top, left } = info.padInfo;
  const rows = coverage(info.outHeight, info.strideHeight, info.filterHeight, top, info.inHeight);
  const columns = coverage(info.outWidth, info.strideWidth, info.filterWidth, left, info.inWidth);
  const covered = tf.mul(tf.tensor4d(rows, [1, rows.length, 1, 1]), tf.tensor4d(columns, [1, 1, columns.length, 1]));
  const share = tf.div<tf.Tensor4D>(dy, covered);
  return scatterTaps(new Array<tf.Tensor4D>(info.filterHeight * info.filterWidth).fill(share), info);
}

/** How many real (not padded) positions each window along one axis covers. */
function coverage(outSize: number, stride: number, filterSize: number, pad: number, size: number): number[] {
  return Array.from({ length: outSize }, (_, at) => {
    const first = at * stride - pad;
    return Math.min(first + filterSize, size) - Math.max(first, 0);
  });
}
