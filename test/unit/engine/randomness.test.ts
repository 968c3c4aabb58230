import { expect, it } from 'vitest';
import { randomBytes } from '../../../src/main/engine/randomness.ts';

it('random bytes are a function of their key alone, and begin alike whatever their number', () => {
  expect(randomBytes(100, 'start', 1)).toEqual(randomBytes(100, 'start', 1));
  expect(randomBytes(100, 'start', 1)).toEqual(randomBytes(1000, 'start', 1).subarray(0, 100));
  expect(randomBytes(100, 'start', 1)).not.toEqual(randomBytes(100, 'start', 2));
  // The same on every machine: a training can be repeated elsewhere.
  expect(Buffer.from(randomBytes(8, 'start', 1)).toString('hex')).toBe('54406b18d4f1744b');
});

it('random bytes take every value equally often', () => {
  const counts = new Array<number>(256).fill(0);
  for (const value of randomBytes(256_000, 'even')) counts[value] = (counts[value] ?? 0) + 1;
  // A binomial count of 256000 with share 1/256 has a standard deviation of 32.
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(5 * 32);
});
