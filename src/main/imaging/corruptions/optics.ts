/** What the optics do: defocus, the round field of the scope, the angle at which it is held. */
import {
  CHANNELS,
  levelOfLight,
  LIGHT,
  randomBetween,
  randomSign,
  type Corrupt,
  type SquarePicture,
} from './picture.ts';

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

/** Half the area that a disc about the origin covers between the lines y and y + 1, by its antiderivative. */
function halfArea(radius: number, y: number): number {
  const antiderivative = (at: number) => {
    const height = clamp(at, -radius, radius);
    const width = Math.sqrt(radius * radius - height * height);
    return (height * width + radius * radius * Math.asin(height / radius)) / 2;
  };
  return antiderivative(y + 1) - antiderivative(y);
}

/**
 * Running sums of the light of one row and channel, the edge pixels repeated `margin` times: the light left of column
 * `x` is at `x + margin`.
 */
function runningLight({ side, pixels }: SquarePicture, row: number, channel: number, margin: number): Float64Array {
  const sums = new Float64Array(side + 2 * margin + 1);
  for (let at = 0; at < side + 2 * margin; at++) {
    const column = clamp(at - margin, 0, side - 1);
    sums[at + 1] = (sums[at] ?? 0) + (LIGHT[pixels[(row * side + column) * 3 + channel] ?? 0] ?? 0);
  }
  return sums;
}

/** Adds to each column `sign` times the light left of `offset` columns to its right, interpolated between columns. */
function addLight(light: Float64Array, sums: Float64Array, offset: number, sign: 1 | -1): void {
  const whole = Math.floor(offset);
  const fraction = offset - whole;
  for (let column = 0; column < light.length; column++) {
    const left = sums[column + whole] ?? 0;
    const right = sums[column + whole + 1] ?? 0;
    light[column] = (light[column] ?? 0) + sign * (left + fraction * (right - left));
  }
}

/**
 * Defocus: every point of light becomes an even disc of `percent` of the side in radius. Each row of the disc is taken
 * as a run of the disc's exact area there, so that the cost grows with the radius and not with its square.
 */
export const blur: Corrupt = (picture, percent) => {
  const { side, pixels } = picture;
  const radius = (percent / 100) * side;
  const reach = Math.ceil(radius);
  const margin = reach + 1;
  const halves = Array.from({ length: 2 * reach + 1 }, (_, row) => halfArea(radius, row - reach - 0.5));
  const area = 2 * halves.reduce((sum, half) => sum + half, 0);
  const blurred = new Uint8ClampedArray(pixels.length);
  for (const channel of CHANNELS) {
    const rows = Array.from({ length: side }, (_, row) => runningLight(picture, row, channel, margin));
    for (let row = 0; row < side; row++) {
      const light = new Float64Array(side);
      halves.forEach((half, offset) => {
        const sums = rows[clamp(row + offset - reach, 0, side - 1)] ?? light;
        addLight(light, sums, margin + 0.5 + half, 1);
        addLight(light, sums, margin + 0.5 - half, -1);
      });
      light.forEach((sum, column) => {
        blurred[(row * side + column) * 3 + channel] = levelOfLight(sum / area);
      });
    }
  }
  return { side, pixels: blurred };
};

/** What is left of the light at the very edge of the field. */
const EDGE_LIGHT = 0.7;
/** Width of the field's soft edge, and how far its centre may be off, in parts of half the side. */
const SOFT_EDGE = 0.08;
const CENTRE_OFF = 0.06;
/** The inside of the scope, as the darkest corners of real photographs have it. */
const SCOPE_LEVEL = 8;

const smoothStep = (x: number) => x * x * (3 - 2 * x);

/** The round field of the scope, `percent` of half the side in radius; black around it, dimmer towards its edge. */
export const vignette: Corrupt = ({ side, pixels }, percent, random) => {
  const half = side / 2;
  const field = percent / 100;
  const centreX = half * (1 + randomBetween(random, -CENTRE_OFF, CENTRE_OFF));
  const centreY = half * (1 + randomBetween(random, -CENTRE_OFF, CENTRE_OFF));
  const dimmed = new Uint8ClampedArray(pixels.length);
  for (let pixel = 0; pixel < side * side; pixel++) {
    const x = (pixel % side) + 0.5 - centreX;
    const y = Math.floor(pixel / side) + 0.5 - centreY;
    const distance = Math.hypot(x, y) / half;
    const inField = smoothStep(clamp((field - distance) / SOFT_EDGE + 0.5, 0, 1));
    const light = 1 - (1 - EDGE_LIGHT) * clamp(distance / field, 0, 1) ** 4;
    for (const channel of CHANNELS) {
      const level = pixels[pixel * 3 + channel] ?? 0;
      dimmed[pixel * 3 + channel] = SCOPE_LEVEL + inField * (levelOfLight(light * (LIGHT[level] ?? 0)) - SCOPE_LEVEL);
    }
  }
  return { side, pixels: dimmed };
};

/** Weights of four neighbours at a fraction in [0, 1) between the inner two (Catmull and Rom 1974). */
const cubicWeights = (t: number): readonly number[] => [
  ((2 - t) * t - 1) * t * 0.5,
  ((3 * t - 5) * t * t + 2) * 0.5,
  ((4 - 3 * t) * t + 1) * t * 0.5,
  (t - 1) * t * t * 0.5,
];

/** A position beyond the edge is mirrored there: skin goes on much as it was. */
function mirrored(position: number, side: number): number {
  if (position >= 0 && position < side) return position;
  const folded = ((position % (2 * side)) + 2 * side) % (2 * side);
  return folded < side ? folded : 2 * side - 1 - folded;
}

/** Writes the picture's colour at (x, y), in pixels from the first pixel's middle, to `to[at...]`. */
function samplePixel({ side, pixels }: SquarePicture, x: number, y: number, to: Uint8ClampedArray, at: number): void {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const across = cubicWeights(x - left);
  const down = cubicWeights(y - top);
  let [red, green, blue] = [0, 0, 0];
  for (let row = 0; row < 4; row++) {
    const line = mirrored(top - 1 + row, side) * side;
    for (let column = 0; column < 4; column++) {
      const from = (line + mirrored(left - 1 + column, side)) * 3;
      const weight = (down[row] ?? 0) * (across[column] ?? 0);
      red += weight * (pixels[from] ?? 0);
      green += weight * (pixels[from + 1] ?? 0);
      blue += weight * (pixels[from + 2] ?? 0);
    }
  }
  to[at] = red;
  to[at + 1] = green;
  to[at + 2] = blue;
}

/** Turned about its middle by `degrees`, either way round; the corners are filled by mirroring at the edges. */
export const rotation: Corrupt = (picture, degrees, random) => {
  const { side } = picture;
  const angle = (randomSign(random) * degrees * Math.PI) / 180;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const middle = (side - 1) / 2;
  const turned = new Uint8ClampedArray(picture.pixels.length);
  for (let pixel = 0; pixel < side * side; pixel++) {
    const x = (pixel % side) - middle;
    const y = Math.floor(pixel / side) - middle;
    samplePixel(picture, middle + cosine * x + sine * y, middle - sine * x + cosine * y, turned, pixel * 3);
  }
  return { side, pixels: turned };
};
