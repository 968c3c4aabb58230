import type { RandomStream } from '../randomness.ts';

export interface Picture {
  readonly height: number;
  readonly width: number;
  /** 8-bit RGB, row-major. */
  readonly pixels: Uint8Array;
}

/** How far views differ from their photograph. */
export interface Augmentation {
  /** Side of what is seen, as a share of the photograph's height; below 1 a view is magnified. */
  readonly smallestZoom: number;
  readonly largestZoom: number;
  /** Largest stretch of one side against the other, as a natural logarithm. */
  readonly stretch: number;
  /** Largest shift, as a share of the height; sideways the photograph's own spare width comes on top. */
  readonly shift: number;
  /** Largest factor of contrast, and its inverse the smallest: lamps and cameras differ. */
  readonly contrast: number;
  /** Largest change of brightness, of [0, 1]. */
  readonly brightness: number;
  /** Largest factor of saturation, and its inverse the smallest. */
  readonly saturation: number;
  /** Largest change of one channel alone, of [0, 1]. */
  readonly colourCast: number;
}

/**
 * One random view of a lesion photograph as a model input: any rotation and mirror image (skin has no up), a zoom of the
 * centre square, a shift, a little stretch, and changes of brightness, contrast, saturation and colour cast. Bilinear,
 * mirrored at the border.
 *
 * @param target receives `size * size * 3` float32 in [0, 1] from `offset` on
 */
export function augment(
  picture: Picture,
  size: number,
  strength: Augmentation,
  random: RandomStream,
  target: Float32Array,
  offset: number,
): void {
  const between = (low: number, high: number) => low + (high - low) * random.next();
  const around = (reach: number) => between(-reach, reach);
  const angle = between(0, 2 * Math.PI);
  const mirror = random.next() < 0.5 ? -1 : 1;
  const zoom = (between(strength.smallestZoom, strength.largestZoom) * picture.height) / size;
  const aspect = Math.exp(around(strength.stretch));
  const reach = strength.shift * picture.height;
  const centreX = (picture.width - 1) / 2 + around(reach + (picture.width - picture.height) / 4);
  const centreY = (picture.height - 1) / 2 + around(reach);
  const ax = Math.cos(angle) * zoom * aspect * mirror;
  const bx = -Math.sin(angle) * zoom;
  const ay = Math.sin(angle) * zoom * aspect * mirror;
  const by = Math.cos(angle) * zoom;

  const contrast = between(1 / strength.contrast, strength.contrast);
  const brightness = around(strength.brightness);
  const saturation = between(1 / strength.saturation, strength.saturation);
  const { colourCast } = strength;
  const cast = [around(colourCast), around(colourCast), around(colourCast)] as const;
  // (grey + (value - grey) * saturation - 0.6) * contrast + 0.6 + brightness + cast, as value * gain + what its pixel shares.
  const colourGain = saturation * contrast;
  const greyGain = contrast - colourGain;
  const lift = 0.6 * (1 - contrast) + brightness;

  const { height, width, pixels } = picture;
  const middle = (size - 1) / 2;
  let at = offset;
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const dx = column - middle;
      const dy = row - middle;
      const x = reflect(centreX + ax * dx + bx * dy, width - 1);
      const y = reflect(centreY + ay * dx + by * dy, height - 1);
      const x0 = Math.min(Math.floor(x), width - 2);
      const y0 = Math.min(Math.floor(y), height - 2);
      const fx = x - x0;
      const fy = y - y0;
      const corner = (y0 * width + x0) * 3;
      const below = corner + width * 3;
      const lowerRight = (fx * fy) / 255;
      const lowerLeft = fy / 255 - lowerRight;
      const upperRight = fx / 255 - lowerRight;
      const upperLeft = (1 - fx) / 255 - lowerLeft;
      const red = blend(pixels, corner, below, upperLeft, upperRight, lowerLeft, lowerRight);
      const green = blend(pixels, corner + 1, below + 1, upperLeft, upperRight, lowerLeft, lowerRight);
      const blue = blend(pixels, corner + 2, below + 2, upperLeft, upperRight, lowerLeft, lowerRight);
      const common = (0.299 * red + 0.587 * green + 0.114 * blue) * greyGain + lift;
      target[at] = clamp(red * colourGain + common + cast[0]);
      target[at + 1] = clamp(green * colourGain + common + cast[1]);
      target[at + 2] = clamp(blue * colourGain + common + cast[2]);
      at += 3;
    }
  }
}

const clamp = (value: number) => (value < 0 ? 0 : value > 1 ? 1 : value);

const blend = (p: Uint8Array, corner: number, below: number, ul: number, ur: number, ll: number, lr: number) =>
  (p[corner] ?? 0) * ul + (p[corner + 3] ?? 0) * ur + (p[below] ?? 0) * ll + (p[below + 3] ?? 0) * lr;

/** Mirrors a coordinate at both ends of [0, last]. */
function reflect(value: number, last: number): number {
  if (value >= 0 && value <= last) return value;
  const period = 2 * last;
  const within = ((value % period) + period) % period;
  return within > last ? period - within : within;
}
