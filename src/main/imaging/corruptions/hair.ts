import type { RandomStream } from '../../engine/randomness.ts';
import { Coverage, STEPS_PER_PIXEL, type Point } from './ink.ts';
import { CHANNELS, channelMean, randomBetween, type Corrupt, type Rgb } from './picture.ts';

/** Lengths in parts of the picture's side. */
interface Hair {
  readonly start: Point;
  readonly bend: readonly [Point, Point];
  readonly end: Point;
  /** Where it is thickest; it tapers to both ends, more to the tip. */
  readonly radius: number;
  readonly colour: Rgb;
  readonly opacity: number;
}

const DARK_BROWN: Rgb = [30, 20, 15];
const LIGHT_BROWN: Rgb = [105, 70, 40];
/** Mean level of a well-lit photograph, in which the hair has these colours. */
const WELL_LIT = 170;
const SHADOW: Rgb = [45, 25, 20];
const SHADOW_OPACITY = 0.25;
/** Hair lies on the skin: its shadow is near, and softer than the hair. */
const SHADOW_OFFSET = 0.008;
const SHADOW_SOFTNESS = 0.02;

/** Hairs of one patch of skin lie roughly one way: around `direction`, in radians. They are lit as the skin is. */
function growHair(random: RandomStream, direction: number, lit: number): Hair {
  const angle = direction + 0.4 * random.normal();
  const length = randomBetween(random, 0.7, 1.7);
  const middle: Point = [random.next(), random.next()];
  const along = (part: number, aside: number): Point => [
    middle[0] + length * (part * Math.cos(angle) - aside * Math.sin(angle)),
    middle[1] + length * (part * Math.sin(angle) + aside * Math.cos(angle)),
  ];
  const bend = 0.2 * random.normal();
  const tone = random.next();
  const mix = (channel: 0 | 1 | 2) => lit * (DARK_BROWN[channel] + tone * (LIGHT_BROWN[channel] - DARK_BROWN[channel]));
  return {
    start: along(-0.5, 0),
    bend: [along(-0.17, bend), along(0.17, bend + 0.15 * random.normal())],
    end: along(0.5, 0),
    radius: randomBetween(random, 0.002, 0.0055),
    colour: [mix(0), mix(1), mix(2)],
    opacity: randomBetween(random, 0.7, 0.95),
  };
}

/** The point of the cubic Bézier curve of a hair at `t`, 0 at its root and 1 at its tip. */
function pointOf({ start, bend, end }: Hair, t: number): Point {
  const s = 1 - t;
  const at = (axis: 0 | 1) =>
    s ** 3 * start[axis] + 3 * s * s * t * bend[0][axis] + 3 * s * t * t * bend[1][axis] + t ** 3 * end[axis];
  return [at(0), at(1)];
}

/** Thickness at `t` in parts of the largest: half at the root, full at a third, a tenth at the tip. */
const taper = (t: number) => (t < 1 / 3 ? 0.5 + 1.5 * t : 1 - 0.9 * ((3 * t - 1) / 2) ** 2);

function stroke(coverage: Coverage, side: number, hair: Hair, offset: Point, softness: number): void {
  // A softer stroke shows its discs less.
  const steps = Math.ceil((1.7 * side * STEPS_PER_PIXEL) / softness);
  for (let step = 0; step <= steps; step++) {
    const t = step / steps;
    const [x, y] = pointOf(hair, t);
    coverage.disc(side * (x + offset[0]), side * (y + offset[1]), side * hair.radius * taper(t), softness);
  }
}

/** `count` hairs across the picture: tapered, bent, dark, each with a slight shadow on the skin. */
export const hair: Corrupt = (picture, count, random) => {
  const { side } = picture;
  const haired = { side, pixels: picture.pixels.slice() };
  const mean = CHANNELS.reduce<number>((sum, channel) => sum + channelMean(picture, channel, (level) => level) / 3, 0);
  const lit = Math.min(1, mean / WELL_LIT);
  const direction = 2 * Math.PI * random.next();
  const light = 2 * Math.PI * random.next();
  const shadowAt: Point = [SHADOW_OFFSET * Math.cos(light), SHADOW_OFFSET * Math.sin(light)];
  for (let index = 0; index < count; index++) {
    const grown = growHair(random, direction, lit);
    const shadow = new Coverage(side);
    stroke(shadow, side, grown, shadowAt, Math.max(1, SHADOW_SOFTNESS * side));
    shadow.paint(haired, SHADOW, SHADOW_OPACITY);
    const ink = new Coverage(side);
    stroke(ink, side, grown, [0, 0], 1);
    ink.paint(haired, grown.colour, grown.opacity);
  }
  return haired;
};
