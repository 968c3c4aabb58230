import type { RandomStream } from '../randomness.ts';

export interface Picture {
  readonly height: number;
  readonly width: number;
  /** 8-bit RGB, row-major. */
  readonly pixels: Uint8Array;
}

/**
 * One random view of a lesion photograph as a model input: any rotation and mirror image (skin has no up),
 * zoom 0.8 to 1.05 of the centre square, a shift, a little shear of the sides, and small changes of
 * brightness, contrast, saturation and colour cast (lamps and cameras differ). Bilinear, mirrored at the border.
 *
 * @param target receives `size * size * 3` float32 in [0, 1] from `offset` on
 */
export function augment(
  picture: Picture,
  size: number,
  random: RandomStream,
  target: Float32Array,
  offset: number,
): void {
  const between = (low: number, high: number) => low + (high - low) * random.next();
  const angle = between(0, 2 * Math.PI);
  const mirror = random.next() < 0.5 ? -1 : 1;
  const zoom = (between(0.8, 1.05) * picture.height) / size;
  const aspect = Math.exp(between(-0.1, 0.1));
  const reach = 0.06 * picture.height;
  const centreX = (picture.width - 1) / 2 + between(-1, 1) * (reach + (picture.width - picture.height) / 4);
  const centreY = (picture.height - 1) / 2 + between(-1, 1) * reach;
  const ax = Math.cos(angle) * zoom * aspect * mirror;
  const bx = -Math.sin(angle) * zoom;
  const ay = Math.sin(angle) * zoom * aspect * mirror;
  const by = Math.cos(angle) * zoom;

  const contrast = between(0.8, 1.25);
  const brightness = between(-0.08, 0.08);
  const saturation = between(0.8, 1.25);
  const cast = [between(-0.03, 0.03), between(-0.03, 0.03), between(-0.03, 0.03)] as const;
  // ((grey + (value - grey) * saturation - 0.6) * contrast + 0.6 + brightness + cast, as value * gain + what its pixel shares.
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
