/** Crop and resize as the textbook has them, in floating point: what the image library is compared with. */
import { pictureOf, type Picture } from './imageBytes.ts';

export function centreSquare({ width, height, pixels }: Picture): Picture {
  const side = Math.min(width, height);
  const top = Math.floor((height - side) / 2);
  const left = Math.floor((width - side) / 2);
  return pictureOf(side, side, (row, column) => {
    const at = ((top + row) * width + left + column) * 3;
    return Array.from(pixels.subarray(at, at + 3));
  });
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const kernel = (x: number) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0);

/** For each output place the input places that it is made of, with weights that sum to 1; edges are repeated. */
function contributions(from: number, to: number): (readonly [place: number, weight: number])[][] {
  const scale = Math.max(1, from / to);
  return Array.from({ length: to }, (_, place) => {
    const centre = ((place + 0.5) * from) / to;
    const first = Math.floor(centre - 3 * scale);
    const count = Math.ceil(6 * scale) + 2;
    const taps = Array.from(
      { length: count },
      (__, k) => [first + k, kernel((first + k + 0.5 - centre) / scale)] as const,
    );
    const total = taps.reduce((sum, [, weight]) => sum + weight, 0);
    return taps.map(([at, weight]) => [Math.min(from - 1, Math.max(0, at)), weight / total] as const);
  });
}

/** A square picture resized to `to` x `to`: separable Lanczos-3, widened by the reduction; levels clamped to [0, 255]. */
export function lanczos3({ width: from, pixels }: Picture, to: number): Float64Array {
  const taps = contributions(from, to);
  const sum = (along: readonly (readonly [number, number])[], level: (place: number) => number) =>
    along.reduce((total, [place, weight]) => total + weight * level(place), 0);
  const rows = new Float64Array(to * from * 3);
  taps.forEach((along, row) => {
    for (let i = 0; i < from * 3; i++)
      rows[row * from * 3 + i] = sum(along, (place) => pixels[place * from * 3 + i] ?? 0);
  });
  const resized = new Float64Array(to * to * 3);
  for (let row = 0; row < to; row++) {
    taps.forEach((along, column) => {
      for (let channel = 0; channel < 3; channel++) {
        const level = sum(along, (place) => rows[(row * from + place) * 3 + channel] ?? 0);
        resized[(row * to + column) * 3 + channel] = Math.min(255, Math.max(0, level));
      }
    });
  }
  return resized;
}
