import { Coverage, type Point } from './ink.ts';
import { randomBetween, type Corrupt, type Rgb } from './picture.ts';

const INK: Rgb = [20, 18, 20];
const INK_OPACITY = 0.85;
/** Lengths in parts of the side. The scale runs along an edge of the picture, tilted by up to 9 degrees. */
const INSET = 0.06;
const LARGEST_TILT = 0.16;
const LENGTH = 0.84;
/** In parts of the longest mark. */
const SPACING = 0.4;
const HALF_LINE = 0.035;
/** Every fifth mark is longer, every tenth the longest: half millimetres on a scale of millimetres. */
const heightOf = (mark: number) => (mark % 10 === 0 ? 1 : mark % 5 === 0 ? 0.75 : 0.5);

/** The scale of a dermatoscope along one edge, its longest marks `percent` of the side. */
export const ruler: Corrupt = (picture, percent, random) => {
  const { side } = picture;
  const turns = random.integer(4);
  const tilt = randomBetween(random, -LARGEST_TILT, LARGEST_TILT);
  const [cosine, sine] = [Math.cos((turns * Math.PI) / 2 + tilt), Math.sin((turns * Math.PI) / 2 + tilt)];
  /** From the middle of the picture: `along` the scale, and `up` from its base line towards the middle. */
  const at = (along: number, up: number): Point => {
    const down = 0.5 - INSET - up;
    return [side * (0.5 + along * cosine - down * sine), side * (0.5 + along * sine + down * cosine)];
  };
  const longest = percent / 100;
  const radius = side * longest * HALF_LINE;
  const marks = Math.floor(LENGTH / (SPACING * longest));
  const start = (-marks * SPACING * longest) / 2;
  const ink = new Coverage(side);
  ink.line(at(start, 0), at(-start, 0), radius);
  for (let mark = 0; mark <= marks; mark++) {
    const along = start + mark * SPACING * longest;
    ink.line(at(along, 0), at(along, longest * heightOf(mark)), radius);
  }
  const scaled = { side, pixels: picture.pixels.slice() };
  ink.paint(scaled, INK, INK_OPACITY);
  return scaled;
};
