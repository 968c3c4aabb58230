import { expect } from 'vitest';

/** Largest difference, relative to the largest value: rounding of sums is relative to their terms. */
export function relativeDifference(values: Float32Array, reference: Float32Array): number {
  expect(values.length).toBe(reference.length);
  const scale = reference.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-6);
  return values.reduce((worst, value, at) => Math.max(worst, Math.abs(value - (reference[at] ?? 0)) / scale), 0);
}
