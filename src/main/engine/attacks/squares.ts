import type { Norm, SquareAttack } from '../../../shared/domain/attack.ts';
import type { RandomStream } from '../randomness.ts';

/** What Square Attack (Andriushchenko et al. 2020, arXiv 1912.00049) draws, on the host: places, signs and shapes. */

/** Rows and columns of an input. */
export interface Size {
  readonly height: number;
  readonly width: number;
}

/** A square of the input by its upper left corner. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

type Sign = 1 | -1;

const CHANNELS = 3;

const drawSign = (stream: RandomStream): Sign => (stream.next() < 0.5 ? -1 : 1);

export const drawSigns = (stream: RandomStream): readonly Sign[] =>
  Array.from({ length: CHANNELS }, () => drawSign(stream));

/** Uniform among the places at which a square of this side lies within the input. */
export const drawPlace = (stream: RandomStream, side: number, { height, width }: Size): Place => ({
  row: stream.integer(height - side + 1),
  column: stream.integer(width - side + 1),
});

/** The share of the image is halved after each of these of 10,000 queries (section 5, supplement B). */
const HALVINGS = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000];
const SCHEDULE_LENGTH = 10_000;

/**
 * The side of the square that the `query`-th input (from 0, the start) tries, in pixels: the paper's piecewise constant
 * schedule, stretched to the budget. In L2 it is odd and at least 3, so that its two halves have a middle.
 */
export function sideAt(query: number, { queries, initialShare, norm }: SquareAttack, { height, width }: Size): number {
  const elapsed = Math.floor(((query - 1) / Math.max(queries - 1, 1)) * SCHEDULE_LENGTH);
  const share = initialShare / 2 ** HALVINGS.filter((halving) => elapsed > halving).length;
  const side = Math.round(Math.sqrt(share * height * width));
  const largest = Math.min(height, width);
  if (norm === 'linf') return Math.min(Math.max(side, 1), largest);
  const odd = Math.max(side, 3) + (Math.max(side, 3) % 2 === 0 ? 1 : 0);
  return Math.min(odd, largest - (largest % 2 === 0 ? 1 : 0));
}

/** The start in L-inf, `height * width * 3` values of -1 and 1: stripes one pixel wide, a random colour each (section 3.3). */
export function drawStripes(stream: RandomStream, { height, width }: Size): Float32Array {
  const stripes = Float32Array.from({ length: width * CHANNELS }, () => drawSign(stream));
  const values = new Float32Array(height * stripes.length);
  for (let row = 0; row < height; row += 1) values.set(stripes, row * stripes.length);
  return values;
}

/** Scales to length 1. */
function normalized(values: Float32Array): Float32Array {
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return values.map((value) => value / length);
}

/**
 * A bump of `height` by `width` values and length 1 (equation 2): at distance d (rows or columns, whichever is more) from its
 * middle the sum of 1/k^2 from k = d + 1 on.
 */
function bump(height: number, width: number): Float32Array {
  const [middleRow, middleColumn] = [Math.floor(height / 2), Math.floor(width / 2)];
  const reach = Math.max(middleRow, middleColumn) + 1;
  const sums = Array<number>(reach + 1).fill(0);
  for (let distance = reach - 1; distance >= 0; distance -= 1) {
    sums[distance] = (sums[distance + 1] ?? 0) + 1 / (distance + 1) ** 2;
  }
  const values = Float32Array.from({ length: height * width }, (_, at) => {
    const row = Math.abs(Math.floor(at / width) - middleRow);
    const column = Math.abs((at % width) - middleColumn);
    return sums[Math.max(row, column)] ?? 0;
  });
  return normalized(values);
}

const shapes = new Map<number, Float32Array>();

/** The perturbation of a square in L2, `side * side` values of length 1: a bump above, its negative below (figure 4). */
export function shapeOf(side: number): Float32Array {
  const known = shapes.get(side);
  if (known) return known;
  const upper = Math.floor(side / 2);
  const shape = normalized(Float32Array.of(...bump(upper, side), ...bump(side - upper, side).map((value) => -value)));
  shapes.set(side, shape);
  return shape;
}

/** The shape of this side, in one of the two directions. */
export function drawShape(stream: RandomStream, side: number): Float32Array {
  const shape = shapeOf(side);
  if (stream.next() < 0.5) return shape;
  return shape.map((_, at) => shape[(at % side) * side + Math.floor(at / side)] ?? 0);
}

/** Tiles per row and column of the start in L2. */
const TILES = 5;

/** The start in L2, `height * width * 3` values of length 1: five by five shapes, each with a random colour. */
export function drawTiles(stream: RandomStream, { height, width }: Size): Float32Array {
  const side = Math.max(Math.floor(Math.min(height, width) / TILES), 2);
  const values = new Float32Array(height * width * CHANNELS);
  const [top, left] = [height, width].map((length) => Math.floor((length - side * TILES) / 2));
  for (let tile = 0; tile < TILES * TILES; tile += 1) {
    const place = { row: (top ?? 0) + Math.floor(tile / TILES) * side, column: (left ?? 0) + (tile % TILES) * side };
    const shape = drawShape(stream, side);
    const signs = drawSigns(stream);
    shape.forEach((value, at) => {
      const pixel = (place.row + Math.floor(at / side)) * width + place.column + (at % side);
      signs.forEach((sign, channel) => (values[pixel * CHANNELS + channel] = sign * value));
    });
  }
  return normalized(values);
}

export const drawStart: Readonly<Record<Norm, (stream: RandomStream, size: Size) => Float32Array>> = {
  linf: drawStripes,
  l2: drawTiles,
};
