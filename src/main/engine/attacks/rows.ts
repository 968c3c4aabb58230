import type { Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { readInTidy, rowsOf } from './judgement.ts';

/** Named tensors with a row for every lane, `[n, ...]`; rows beyond the lanes are padding. */
export type Rows = Readonly<Record<string, Tensor4D>>;

/** The values of these rows of the device's tensor, each in memory of its own. */
export function readRows(tensor: Tensor4D, rows: readonly number[]): Float32Array[] {
  if (rows.length === 0) return [];
  const values = readInTidy(() => tf.gather(tensor, tf.tensor1d([...rows], 'int32')));
  return rowsOf(values, rows.length, values.length / rows.length).map((row) => row.slice());
}

/**
 * Row by row the first tensor's where `takesFirst` says so, else (and in the padding) the second's: copied as they are,
 * so that no lane's bits depend on what another chose.
 */
export function chooseRows(first: Tensor4D, second: Tensor4D, takesFirst: readonly boolean[]): Tensor4D {
  if (takesFirst.every(Boolean)) return first;
  if (!takesFirst.some(Boolean)) return second;
  const count = first.shape[0];
  const rows = Array.from({ length: count }, (_, row) => (takesFirst[row] === true ? row : count + row));
  return tf.gather(tf.concat([first, second], 0), tf.tensor1d(rows, 'int32'));
}

/** One number per row, as `[count, 1, 1, 1]`; zero in the padding. */
export function columnOf(values: readonly number[], count: number): Tensor4D {
  const column = new Float32Array(count);
  column.set(values);
  return tf.tensor4d(column, [count, 1, 1, 1]);
}
