import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream, type RandomStream } from '../../../../src/main/engine/randomness.ts';
import { augment, type Augmentation, type Picture } from '../../../../src/main/engine/training/augment.ts';

function picture(height: number, width: number, seed = 1): Picture {
  const stream = randomStream('picture', seed, height, width);
  return { height, width, pixels: Uint8Array.from({ length: height * width * 3 }, () => stream.integer(256)) };
}

function view(of: Picture, size: number, random: RandomStream): Float32Array {
  const target = new Float32Array(size * size * 3);
  augment(of, size, STRENGTH, random, target, 0);
  return target;
}

const STRENGTH: Augmentation = {
  smallestZoom: 0.8,
  largestZoom: 1.05,
  stretch: 0.1,
  shift: 0.06,
  contrast: 1.25,
  brightness: 0.08,
  saturation: 1.25,
  colourCast: 0.03,
};

/** The parameters in the order in which they are drawn, each the share of its range that changes nothing. */
const UNCHANGED = {
  angle: 0,
  mirror: 0.5,
  zoom: (1 - 0.8) / (1.05 - 0.8),
  aspect: 0.5,
  shiftX: 0.5,
  shiftY: 0.5,
  contrast: (1 - 0.8) / (1.25 - 0.8),
  brightness: 0.5,
  saturation: (1 - 0.8) / (1.25 - 0.8),
  castRed: 0.5,
  castGreen: 0.5,
  castBlue: 0.5,
} as const;

/** A stream that draws just these parameters. */
function chosen(parameters: Partial<Record<keyof typeof UNCHANGED, number>>): RandomStream {
  const values = Object.values<number>({ ...UNCHANGED, ...parameters });
  const next = () => {
    const value = values.shift();
    if (value === undefined) throw new Error('more was drawn than is known');
    return value;
  };
  return { next, integer: () => 0, normal: () => 0 };
}

const square = picture(16, 16);
const unit = (pixels: Uint8Array) => Float32Array.from(pixels, (value) => value / 255);

function expectClose(actual: Float32Array, expected: Float32Array): void {
  expect(actual.length).toBe(expected.length);
  const worst = actual.reduce((most, value, at) => Math.max(most, Math.abs(value - (expected[at] ?? NaN))), 0);
  expect(worst).toBeLessThan(1e-5);
}

/** The square picture with its pixels moved. */
function moved(from: (row: number, column: number) => readonly [row: number, column: number]): Float32Array {
  return Float32Array.from(square.pixels, (_, at) => {
    const [row, column] = from(Math.floor(at / 48), Math.floor(at / 3) % 16);
    return (square.pixels[(row * 16 + column) * 3 + (at % 3)] ?? NaN) / 255;
  });
}

describe('an augmented view', () => {
  it('is the picture itself when nothing is changed', () => {
    expectClose(view(square, 16, chosen({})), unit(square.pixels));
  });

  it('is mirrored, turned by a quarter and by a half', () => {
    expectClose(
      view(square, 16, chosen({ mirror: 0.4 })),
      moved((row, column) => [row, 15 - column]),
    );
    expectClose(
      view(square, 16, chosen({ angle: 0.25 })),
      moved((row, column) => [column, 15 - row]),
    );
    expectClose(
      view(square, 16, chosen({ angle: 0.5 })),
      moved((row, column) => [15 - row, 15 - column]),
    );
  });

  it('shows the middle of a picture that is wider than high', () => {
    const wide = picture(16, 24);
    const middle = Float32Array.from({ length: 16 * 16 * 3 }, (_, at) => {
      const [row, column] = [Math.floor(at / 48), (Math.floor(at / 3) % 16) + 4];
      return (wide.pixels[(row * 24 + column) * 3 + (at % 3)] ?? NaN) / 255;
    });
    expectClose(view(wide, 16, chosen({})), middle);
  });

  it('is brighter, and cut at 1, where brightness grows', () => {
    const expected = unit(square.pixels).map((value) => Math.min(1, value + 0.08));
    expectClose(view(square, 16, chosen({ brightness: 1 })), expected);
  });

  it('gets its colour cast channel by channel', () => {
    const expected = unit(square.pixels).map((value, at) => Math.min(1, value + (at % 3 === 2 ? 0.03 : 0)));
    expectClose(view(square, 16, chosen({ castBlue: 1 })), expected);
  });

  it('gets its contrast around 0.6, and its saturation around the grey of its pixel', () => {
    const values = unit(square.pixels);
    const clamped = (value: number) => Math.min(1, Math.max(0, value));
    expectClose(
      view(square, 16, chosen({ contrast: 1 })),
      values.map((value) => clamped((value - 0.6) * 1.25 + 0.6)),
    );
    const grey = (at: number) => {
      const [red = 0, green = 0, blue = 0] = values.subarray(at - (at % 3), at - (at % 3) + 3);
      return 0.299 * red + 0.587 * green + 0.114 * blue;
    };
    expectClose(
      view(square, 16, chosen({ saturation: 0 })),
      values.map((value, at) => clamped(grey(at) + (value - grey(at)) * 0.8)),
    );
  });

  it('of no strength is a turned or mirrored picture, and nothing else', () => {
    const none = { smallestZoom: 1, largestZoom: 1, stretch: 0, shift: 0 };
    const still = { ...none, contrast: 1, brightness: 0, saturation: 1, colourCast: 0 };
    const target = new Float32Array(16 * 16 * 3);
    const anything = { zoom: 0.9, shiftX: 0.9, contrast: 0.1, brightness: 0.1, saturation: 0.7, castRed: 0.9 };
    augment(square, 16, still, chosen(anything), target, 0);
    expectClose(target, unit(square.pixels));
  });

  it('is a function of the stream’s key alone, lies in [0, 1], and writes its own place only', () => {
    const sizes = fc.integer({ min: 2, max: 20 });
    fc.assert(
      fc.property(sizes, sizes, sizes, fc.nat(), (height, width, size, seed) => {
        const of = picture(height, width, seed);
        const once = view(of, size, randomStream('augment', seed));
        expect(view(of, size, randomStream('augment', seed))).toEqual(once);
        expect(once.every((value) => value >= 0 && value <= 1)).toBe(true);

        const target = new Float32Array(once.length + 10).fill(-1);
        augment(of, size, STRENGTH, randomStream('augment', seed), target, 5);
        expect(target.slice(5, -5)).toEqual(once);
        expect([...target.slice(0, 5), ...target.slice(-5)]).toEqual(Array(10).fill(-1));
      }),
      { numRuns: 100 },
    );
  });

  it('differs from slot to slot', () => {
    expect(view(square, 16, randomStream(1, 'view', 0, 0))).not.toEqual(
      view(square, 16, randomStream(1, 'view', 0, 1)),
    );
  });
});
