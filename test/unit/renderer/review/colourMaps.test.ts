import { describe, expect, it } from 'vitest';
import {
  diverging,
  painted,
  type Rgb,
  viridis,
} from '../../../../src/renderer/src/features/review/pictures/colourMaps.ts';

const hex = (colour: Rgb): string =>
  `#${colour
    .map((value) =>
      Math.round(value * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;

/** CIE L* of a colour in sRGB, 0 to 100: a measure of lightness other than the one that the map was made in. */
function lightness(colour: Rgb): number {
  const linear = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const [red, green, blue] = colour;
  const y = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
}

const steps = Array.from({ length: 101 }, (_, index) => index / 100);
const rises = (values: readonly number[]): number[] =>
  values.slice(1).map((value, index) => value - (values[index] ?? 0));

describe('viridis', () => {
  it.each([
    [0, '#440154'],
    [128 / 255, '#21918c'],
    [1, '#fde725'],
    [7, '#fde725'],
  ])('at %f is that of matplotlib, %s', (share, colour) => {
    expect(hex(viridis(share))).toBe(colour);
  });

  it('gets lighter by equal steps', () => {
    const all = rises(steps.map((share) => lightness(viridis(share))));
    expect(Math.min(...all)).toBeGreaterThan(0.6);
    expect(Math.max(...all)).toBeLessThan(0.95);
  });
});

describe('the diverging map', () => {
  it('is neutral and dark at zero', () => {
    expect(hex(diverging(0))).toMatch(/^#(..)\1\1$/);
    expect(lightness(diverging(0))).toBeLessThan(6);
  });

  it.each([-1, 1])('gets lighter with every step to the side of %i', (side) => {
    expect(Math.min(...rises(steps.map((share) => lightness(diverging(side * share)))))).toBeGreaterThan(0);
  });

  it('is as light on one side as on the other', () => {
    for (const share of steps) expect(lightness(diverging(share)) - lightness(diverging(-share))).toBeCloseTo(0, -1);
  });

  it('tells the sides apart by their hue: red on one, blue on the other', () => {
    const [red, , blue] = diverging(-0.5);
    expect(red).toBeGreaterThan(blue);
    const [redAbove, , blueAbove] = diverging(0.5);
    expect(blueAbove).toBeGreaterThan(redAbove);
  });

  it('has only colours that a screen can show', () => {
    for (const share of steps.flatMap((each) => [each, -each])) {
      for (const value of diverging(share)) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }
    }
  });
});

describe('a painted map', () => {
  it('is opaque, and dark where there is nothing at all', () => {
    expect([...painted(Float32Array.of(0, 0), 'viridis', 0)]).toEqual([68, 1, 84, 255, 68, 1, 84, 255]);
  });
});
