import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { CLASS_COUNT, type ClassIndex } from '../../../shared/domain/diagnosis.ts';
import { failed } from '../../../shared/kernel/errors.ts';
import type { Classifier } from '../models/classifier.ts';
import { nextTurn, type Control } from './control.ts';

/** One row of logits, one number per class. */
export type Logits = Float32Array;

/** Images per batch unless a caller says otherwise: a gradient in 64s takes 8 % less time than in 32s. */
export const BATCH_SIZE = 64;

/**
 * Batches are padded to a multiple of this: on libtensorflow's CPU kernels batches of 8, 16, 24, ... 64 give
 * the same bits per image, other sizes differ in the last ones.
 */
export const BATCH_MULTIPLE = 8;

/** The class with the largest logit, the first of them on a tie. Throws where a logit is not finite. */
export function verdictOf(logits: Logits): ClassIndex {
  if (!logits.every(Number.isFinite)) {
    throw failed('MODEL_NOT_FINITE', {
      happened: 'The model put out a number that is not finite, so it gave no verdict.',
      kept: 'Every result stored before this batch.',
      toDo: 'Check the model package (epsiloscope models); a model with overflowing weights cannot be audited.',
    });
  }
  return logits.indexOf(Math.max(...logits)) as ClassIndex;
}

/** Softmax in float64: one probability per class, summing to 1. */
export function probabilitiesOf(logits: Logits): number[] {
  const largest = Math.max(...logits);
  const exponentials = Array.from(logits, (logit) => Math.exp(logit - largest));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return exponentials.map((value) => value / sum);
}

/** Splits a flat read-back of `[n, size]` values into its first `count` rows (views on the same memory). */
export const rowsOf = (values: Float32Array, count: number, size: number): Float32Array[] =>
  Array.from({ length: count }, (_, row) => values.subarray(row * size, (row + 1) * size));

/** Row indices of a batch, padded to a multiple of {@link BATCH_MULTIPLE} by repeating the first. */
export function paddedRows(rows: readonly number[]): number[] {
  const missing = -rows.length & (BATCH_MULTIPLE - 1);
  return [...rows, ...rows.slice(0, 1).flatMap((first) => Array<number>(missing).fill(first))];
}

/** `[0, count)` in pieces of {@link BATCH_SIZE}, one at a time: a certificate may ask for more draws than memory holds. */
export function* batches(count: number): Generator<number[]> {
  for (let from = 0; from < count; from += BATCH_SIZE) {
    yield Array.from({ length: Math.min(BATCH_SIZE, count - from) }, (_, row) => from + row);
  }
}

const UNIT_VALUES = Float32Array.from({ length: 256 }, (_, value) => value / 255);

/** 8-bit values 0..255 as float32 in [0, 1]. */
export function unitValues(pixels: Uint8Array): Float32Array {
  const values = new Float32Array(pixels.length);
  for (let at = 0; at < values.length; at += 1) values[at] = UNIT_VALUES[pixels[at] ?? 0] ?? 0;
  return values;
}

/**
 * The values of the tensor that `compute` makes, all else freed. Never return values from `tf.tidy` itself: it looks
 * for tensors in what it is given, element by element, which takes longer than a gradient step.
 */
export function readInTidy(compute: () => Tensor): Float32Array {
  const tensor = tf.tidy(compute);
  const values = tensor.dataSync<'float32'>();
  tensor.dispose();
  return values;
}

/** The model's logits on every image of `inputs` (`[n, height, width, 3]`), batch by batch. */
export async function judge(classifier: Classifier, inputs: Tensor4D, control: Control): Promise<Logits[]> {
  const logits: Logits[] = [];
  for (const rows of batches(inputs.shape[0])) {
    await nextTurn(control);
    const values = readInTidy(() => classifier.logits(tf.gather(inputs, tf.tensor1d(paddedRows(rows), 'int32'))));
    logits.push(...rowsOf(values, rows.length, CLASS_COUNT));
  }
  return logits;
}
