import { describe, expect, it } from 'vitest';
import {
  attackedPixels,
  cleanPixels,
  limitOf,
  signedMap,
  sizeMap,
} from '../../../../src/renderer/src/features/review/pictures/perturbation.ts';

const clean = Uint8Array.of(10, 20, 30, 100, 100, 100);
const attacked = Float32Array.of(11 / 255, 18 / 255, 30 / 255, 100 / 255, 100 / 255, 103 / 255);

describe('a perturbation', () => {
  it('has per pixel the size of its largest change, in 1/255', () => {
    const [one, other] = sizeMap(clean, attacked);
    expect(one).toBeCloseTo(2, 4);
    expect(other).toBeCloseTo(3, 4);
  });

  it('has per pixel the sign of its mean change, in 1/255', () => {
    const [one, other] = signedMap(clean, attacked);
    expect(one).toBeCloseTo(-1 / 3, 4);
    expect(other).toBeCloseTo(1, 4);
  });

  it('is refused between inputs of different sizes', () => {
    expect(() => sizeMap(clean, Float32Array.of(1))).toThrow('differ in size');
  });
});

describe('an input as pixels', () => {
  it('is opaque, with the values of the screen', () => {
    expect([...cleanPixels(clean)]).toEqual([10, 20, 30, 255, 100, 100, 100, 255]);
    expect([...attackedPixels(attacked)]).toEqual([11, 18, 30, 255, 100, 100, 103, 255]);
  });
});

describe('the end of a colour map', () => {
  it('leaves single pixels beyond it', () => {
    const values = Float32Array.from({ length: 1000 }, (_, index) => (index === 0 ? -1000 : 1));
    expect(limitOf(values)).toEqual({ value: 1, beyond: 1 });
  });

  it('is the largest value where nearly all are zero', () => {
    const values = new Float32Array(1000);
    values[3] = -0.5;
    expect(limitOf(values)).toEqual({ value: 0.5, beyond: 0 });
  });

  it('is 0 where all are zero', () => {
    expect(limitOf(new Float32Array(10))).toEqual({ value: 0, beyond: 0 });
  });
});
