/** Model inputs and perturbations as arrays: `height * width * 3` values, row-major, red, green, blue. */

/** An 8-bit input as opaque pixels. */
export function cleanPixels(input: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  return pixelsOf(input.length / 3, (value) => input[value] ?? 0);
}

/** An attacked input in [0, 1] as opaque pixels, each value rounded to the nearest of the 256 that a screen can show. */
export function attackedPixels(input: Float32Array): Uint8ClampedArray<ArrayBuffer> {
  return pixelsOf(input.length / 3, (value) => Math.round((input[value] ?? 0) * 255));
}

function pixelsOf(count: number, channel: (value: number) => number): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(count * 4);
  for (let pixel = 0; pixel < count; pixel++) {
    for (let colour = 0; colour < 3; colour++) pixels[pixel * 4 + colour] = channel(pixel * 3 + colour);
    pixels[pixel * 4 + 3] = 255;
  }
  return pixels;
}

/** Per pixel the largest change of a channel, in 1/255. Under L-inf that is epsilon nearly everywhere. */
export const sizeMap = (clean: Uint8Array, attacked: Float32Array): Float32Array =>
  perPixel(clean, attacked, (red, green, blue) => Math.max(Math.abs(red), Math.abs(green), Math.abs(blue)));

/** Per pixel the mean change of the three channels, in 1/255: above 0 it became lighter, below 0 darker. */
export const signedMap = (clean: Uint8Array, attacked: Float32Array): Float32Array =>
  perPixel(clean, attacked, (red, green, blue) => (red + green + blue) / 3);

function perPixel(
  clean: Uint8Array,
  attacked: Float32Array,
  value: (red: number, green: number, blue: number) => number,
): Float32Array {
  if (clean.length !== attacked.length) throw new RangeError('Clean and attacked input differ in size.');
  const change = (at: number): number => (attacked[at] ?? 0) * 255 - (clean[at] ?? 0);
  return Float32Array.from({ length: clean.length / 3 }, (_, pixel) =>
    value(change(pixel * 3), change(pixel * 3 + 1), change(pixel * 3 + 2)),
  );
}

/** Where a colour map ends: a few single pixels beyond it would leave the others in the dark. */
const SHARE_WITHIN = 0.995;

export interface Limit {
  /** The value at the end of the colour map; 0 where all values are 0. */
  readonly value: number;
  /** Pixels beyond it, which take the end's colour. */
  readonly beyond: number;
}

/** The end of the colour map for these values: within it lie 99.5 % of the pixels by their size. */
export function limitOf(values: Float32Array): Limit {
  const sizes = values.map(Math.abs).toSorted();
  const value = sizes[Math.ceil(SHARE_WITHIN * sizes.length) - 1] ?? 0;
  const limit = value > 0 ? value : (sizes.at(-1) ?? 0);
  return { value: limit, beyond: sizes.reduce((count, size) => (size > limit ? count + 1 : count), 0) };
}
