/**
 * What a convolution's filter or a pooling's window reads, tap by tap, and the way back.
 *
 * With stride s, tap k reads the padded positions `o * s + k`. Those of one remainder by s form a *plane* of the
 * input; within it the tap's reads lie next to each other. So a strided read is a transpose for all taps, then
 * plain slices. (The wasm backend's own stridedSlice and depthToSpace are 50 to 100 times slower than that.)
 */
import * as tf from '@tensorflow/tfjs';

export type ConvInfo = tf.backend_util.Conv2DInfo;

interface Tap {
  /** Which plane it reads, and from which row and column of it on. */
  readonly plane: number;
  readonly row: number;
  readonly column: number;
}

/** The taps in row order. */
function tapsOf({ filterHeight, filterWidth, strideHeight: stride }: ConvInfo): Tap[] {
  return Array.from({ length: filterHeight * filterWidth }, (_, at) => {
    const [row, column] = [Math.floor(at / filterWidth), at % filterWidth];
    return {
      plane: (column % stride) * stride + (row % stride),
      row: Math.floor(row / stride),
      column: Math.floor(column / stride),
    };
  });
}

/** Height and width of the planes. */
function planeSize(info: ConvInfo): [height: number, width: number] {
  const stride = info.strideHeight;
  return [
    info.outHeight + Math.ceil(info.filterHeight / stride) - 1,
    info.outWidth + Math.ceil(info.filterWidth / stride) - 1,
  ];
}

/**
 * What each output reads, per tap in row order.
 *
 * @param x `[n, inHeight, inWidth, channels]`
 * @param padding the value read outside of x
 * @returns per tap `[n, outHeight, outWidth, channels]`
 */
export function readTaps(x: tf.Tensor4D, info: ConvInfo, padding: number): tf.Tensor4D[] {
  const { strideHeight: stride, outHeight, outWidth } = info;
  const [height, width] = planeSize(info);
  const { top, left } = info.padInfo;
  const covered = crop(
    extend(x, top, left, height * stride, width * stride, padding),
    0,
    0,
    height * stride,
    width * stride,
  );
  const planes = separatePlanes(covered, stride);
  return tapsOf(info).map(({ plane, row, column }) => {
    return crop(at(planes, plane), row, column, outHeight, outWidth);
  });
}

/**
 * The transpose of `readTaps`: adds each tap's values up where that tap read, and drops what fell on padding.
 *
 * @param values per tap in row order `[n, outHeight, outWidth, channels]`
 * @returns `[n, inHeight, inWidth, channels]`
 */
export function scatterTaps(values: readonly tf.Tensor4D[], info: ConvInfo): tf.Tensor4D {
  const { strideHeight: stride, inHeight, inWidth } = info;
  const { top, left } = info.padInfo;
  const [height, width] = planeSize(info);
  const planes: tf.Tensor4D[][] = Array.from({ length: stride * stride }, () => []);
  for (const [index, { plane, row, column }] of tapsOf(info).entries()) {
    at(planes, plane).push(extend(at(values, index), row, column, height, width, 0));
  }
  const sums = planes.map((plane) => (plane.length === 0 ? null : tf.addN<tf.Tensor4D>(plane)));
  const whole = interleavePlanes(sums, [info.batchSize, height, width, info.inChannels], stride);
  return crop(extend(whole, 0, 0, top + inHeight, left + inWidth, 0), top, left, inHeight, inWidth);
}

/**
 * `[n, height * s, width * s, channels]` to its `s * s` planes: value `(i * s + r, j * s + c)` is value `(i, j)` of
 * plane `c * s + r`. By two exchanges of axes, since the kernel for transposes of rank 6 is 100 times slower.
 */
function separatePlanes(x: tf.Tensor4D, stride: number): tf.Tensor4D[] {
  if (stride === 1) return [x];
  const [count, fullHeight, fullWidth, channels] = x.shape;
  const [height, width] = [fullHeight / stride, fullWidth / stride];
  const byRow = tf.transpose(tf.reshape(x, [count * height, stride, fullWidth * channels]), [1, 0, 2]);
  const byColumn = tf.transpose(tf.reshape(byRow, [count * fullHeight * width, stride, channels]), [1, 0, 2]);
  const planes = tf.unstack(tf.reshape(byColumn, [stride * stride, count * height * width * channels]));
  return planes.map((plane) => tf.reshape(plane, [count, height, width, channels]));
}

/**
 * The inverse of `separatePlanes`.
 *
 * @param planes `s * s` of them, each of the given shape; null stands for zeros
 */
export function interleavePlanes(
  planes: readonly (tf.Tensor4D | null)[],
  shape: [count: number, height: number, width: number, channels: number],
  stride: number,
): tf.Tensor4D {
  const zeros = tf.zeros<tf.Rank.R4>(shape);
  const [count, height, width, channels] = shape;
  const stacked = tf.concat(planes.map((plane) => plane ?? zeros));
  const byColumn = tf.reshape(stacked, [stride, stride * count * height * width, channels]);
  const byRow = tf.reshape(tf.transpose(byColumn, [1, 0, 2]), [stride, count * height, width * stride * channels]);
  return tf.reshape(tf.transpose(byRow, [1, 0, 2]), [count, height * stride, width * stride, channels]);
}

/** Puts x at (row, column) of a canvas at least `height` by `width` large, filled with `value`. */
function extend(
  x: tf.Tensor4D,
  row: number,
  column: number,
  height: number,
  width: number,
  value: number,
): tf.Tensor4D {
  const below = Math.max(0, height - row - x.shape[1]);
  const right = Math.max(0, width - column - x.shape[2]);
  if (row + column + below + right === 0) return x;
  return tf.pad4d(
    x,
    [
      [0, 0],
      [row, below],
      [column, right],
      [0, 0],
    ],
    value,
  );
}

/** The `height` by `width` values from (row, column) on. By two slices of matrices: those of rank 4 are ten times slower. */
export function crop(x: tf.Tensor4D, row: number, column: number, height: number, width: number): tf.Tensor4D {
  const [count, fullHeight, fullWidth, channels] = x.shape;
  const wide = fullWidth * channels;
  const rows =
    height === fullHeight
      ? x
      : tf.slice2d(tf.reshape(x, [count, fullHeight * wide]), [0, row * wide], [count, height * wide]);
  const columns =
    width === fullWidth
      ? rows
      : tf.slice2d(
          tf.reshape(rows, [count * height, wide]),
          [0, column * channels],
          [count * height, width * channels],
        );
  return tf.reshape(columns, [count, height, width, channels]);
}

function at<Value>(list: readonly Value[], index: number): Value {
  const value = list[index];
  if (value === undefined) throw new Error(`Nothing at ${index}: the number of taps does not fit the filter.`);
  return value;
}
