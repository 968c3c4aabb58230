import { describe, expect, it } from 'vitest';
import { square } from '../../../../src/main/engine/attacks/defaults.ts';
import { drawPlace, drawShape, drawStripes, drawTiles, sideAt } from '../../../../src/main/engine/attacks/squares.ts';
import { randomStream } from '../../../../src/main/engine/randomness.ts';

const SIZE = { height: 64, width: 64 };
const range = (count: number) => Array.from({ length: count }, (_, at) => at);
const lengthOf = (values: ArrayLike<number>) => Math.hypot(...Array.from(values));

describe('the squares of Square Attack', () => {
  it('shrink as the paper has it for 10,000 queries: the share halves after 10, 50, 200, ... 8,000', () => {
    const attack = square({ queries: 10_001 });
    const sides = [1, 11, 12, 51, 52, 201, 202, 8001, 8002].map((query) => sideAt(query, attack, SIZE));
    const side = (halvings: number) => Math.round(Math.sqrt((0.8 / 2 ** halvings) * 64 * 64));
    expect(sides).toEqual([0, 0, 1, 1, 2, 2, 3, 8, 9].map(side));
  });

  it('run through the same sizes on a smaller budget', () => {
    const sizesOf = (queries: number) =>
      new Set(range(queries - 1).map((query) => sideAt(query + 1, square({ queries }), SIZE)));
    expect(sizesOf(1001)).toEqual(sizesOf(10_001));
  });

  it('are never smaller than a pixel or larger than the image; in L2 they are odd and at least 3', () => {
    const small = { height: 6, width: 8 };
    for (const query of range(40)) {
      const share = { queries: 40, initialShare: 1 };
      expect([1, 2, 3, 4, 5, 6]).toContain(sideAt(query + 1, square(share), small));
      expect([3, 5]).toContain(sideAt(query + 1, square({ ...share, norm: 'l2' }), small));
    }
  });

  it('lie anywhere within the image, the last row and column too', () => {
    const places = range(200).map((draw) => drawPlace(randomStream('place', draw), 3, { height: 5, width: 4 }));
    expect(new Set(places.map(({ row }) => row))).toEqual(new Set([0, 1, 2]));
    expect(new Set(places.map(({ column }) => column))).toEqual(new Set([0, 1]));
  });

  it('have in L2 a shape of length 1 whose upper half rises and whose lower half falls, either way round', () => {
    const shapes = range(8).map((draw) => drawShape(randomStream('shape', draw), 7));
    const upright = shapes.find((shape) => (shape[1] ?? 0) > 0 && (shape[7 * 6] ?? 0) < 0 && (shape[6] ?? 0) > 0);
    const lying = shapes.find((shape) => (shape[6] ?? 0) < 0);
    expect(upright && lying).toBeDefined();
    upright?.forEach((value, at) => {
      expect(value * (at < 3 * 7 ? 1 : -1)).toBeGreaterThan(0);
      expect(lying?.[(at % 7) * 7 + Math.floor(at / 7)]).toBe(value);
    });
    for (const shape of shapes) expect(lengthOf(shape)).toBeCloseTo(1, 5);
  });
});

describe('the start of Square Attack', () => {
  it('in L-inf is stripes one pixel wide, each channel at the border of the ball', () => {
    const stripes = drawStripes(randomStream('stripes'), { height: 4, width: 9 });
    expect(new Set(stripes)).toEqual(new Set([-1, 1]));
    const [first] = range(1).map(() => stripes.subarray(0, 27));
    for (const row of range(4)) expect(stripes.subarray(row * 27, (row + 1) * 27)).toEqual(first);
  });

  it('in L2 is five by five tiles, together of length 1', () => {
    const tiles = drawTiles(randomStream('tiles'), { height: 17, width: 16 });
    expect(lengthOf(tiles)).toBeCloseTo(1, 5);
    const touched = range(17 * 16).filter((pixel) => tiles[pixel * 3] !== 0);
    expect(touched.length).toBe((5 * 3) ** 2);
  });
});
