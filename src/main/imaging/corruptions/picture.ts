import type { RandomStream } from '../../engine/randomness.ts';

/** A square picture: `side * side * 3` levels of 8-bit sRGB, row-major. Assigning rounds and clamps to [0, 255]. */
export interface SquarePicture {
  readonly side: number;
  readonly pixels: Uint8ClampedArray;
}

/**
 * One corruption. Pure: what chance decides comes from `random`, which does not depend on the amount, so that a larger
 * amount shows the same scene, only worse.
 */
export type Corrupt = (
  picture: SquarePicture,
  amount: number,
  random: RandomStream,
) => SquarePicture | Promise<SquarePicture>;

export type Rgb = readonly [red: number, green: number, blue: number];
export const CHANNELS = [0, 1, 2] as const;

/** The light of an sRGB level: 0..255 to 0..1 (IEC 61966-2-1). */
export const LIGHT: Float64Array = Float64Array.from({ length: 256 }, (_, level) => {
  const encoded = level / 255;
  return encoded <= 0.04045 ? encoded / 12.92 : ((encoded + 0.055) / 1.055) ** 2.4;
});

/** The sRGB level of an amount of light, not yet rounded; more than 255 where there is more light than white has. */
export const levelOfLight = (light: number): number =>
  255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);

/** Every level replaced by what `map` makes of it in its channel. */
export function mapLevels({ side, pixels }: SquarePicture, map: (level: number, channel: number) => number) {
  const tables = CHANNELS.map((channel) => Uint8ClampedArray.from({ length: 256 }, (_, level) => map(level, channel)));
  return { side, pixels: pixels.map((level, index) => tables[index % 3]?.[level] ?? 0) };
}

/** The mean over a channel of what `measure` makes of its levels. */
export function channelMean({ side, pixels }: SquarePicture, channel: number, measure: (level: number) => number) {
  let sum = 0;
  for (let index = channel; index < pixels.length; index += 3) sum += measure(pixels[index] ?? 0);
  return sum / (side * side);
}

/** +1 or -1, each half of the time. */
export const randomSign = (random: RandomStream): 1 | -1 => (random.next() < 0.5 ? 1 : -1);

/** Uniform in [low, high). */
export const randomBetween = (random: RandomStream, low: number, high: number): number =>
  low + (high - low) * random.next();
