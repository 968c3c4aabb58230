import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream, type RandomStream } from '../../../../src/main/engine/randomness.ts';
import { cutMix } from '../../../../src/main/engine/training/cutMix.ts';

const SIZE = 8;
const IMAGE = SIZE * SIZE * 3;
const COUNT = 3;

/** Three pictures of one colour each, 0, 1 and 2, and of the classes 0, 1 and 2. */
function mixed(random: RandomStream) {
  const pixels = Float32Array.from({ length: COUNT * IMAGE }, (_, at) => Math.floor(at / IMAGE));
  const labels = Float32Array.from({ length: COUNT * COUNT }, (_, at) => (at % (COUNT + 1) === 0 ? 1 : 0));
  cutMix(pixels, labels, SIZE, random);
  return { pixels, labels };
}

/** A stream of these numbers. */
function drawing(...values: number[]): RandomStream {
  const next = () => values.shift() ?? NaN;
  return { next, integer: (bound) => Math.floor(next() * bound), normal: () => NaN };
}

describe('CutMix', () => {
  it('puts a square of the next picture into each, and as much of its label', () => {
    // Three quarters of the picture stay: a square of half its side, here from row 3 and column 1 on.
    const { pixels, labels } = mixed(drawing(0.75, 0.6, 0.2));
    for (let image = 0; image < COUNT; image += 1) {
      for (let at = 0; at < IMAGE; at += 1) {
        const [row, column] = [Math.floor(at / 3 / SIZE), Math.floor(at / 3) % SIZE];
        const inside = row >= 3 && row < 7 && column >= 1 && column < 5;
        expect(pixels[image * IMAGE + at]).toBe(inside ? (image + 1) % COUNT : image);
      }
    }
    expect([...labels]).toEqual([0.75, 0.25, 0, 0, 0.75, 0.25, 0.25, 0, 0.75]);
  });

  it.each([
    ['all of it', 0, [0, 1, 0, 0, 0, 1, 1, 0, 0]],
    ['nothing', 1 - 1e-9, [1, 0, 0, 0, 1, 0, 0, 0, 1]],
  ])('may replace %s', (_, share, expected) => {
    const { labels } = mixed(drawing(share, 0, 0));
    expect([...labels].map((value) => value + 0)).toEqual(expected);
  });

  it('gives each label the share of the pixels that it has', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { pixels, labels } = mixed(randomStream('cutmix', seed));
        for (let image = 0; image < COUNT; image += 1) {
          const own = pixels.subarray(image * IMAGE, (image + 1) * IMAGE).filter((value) => value === image).length;
          expect(labels[image * COUNT + image]).toBeCloseTo(own / IMAGE, 6);
        }
      }),
      { numRuns: 50 },
    );
  });
});
