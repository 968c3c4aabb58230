import type { RandomStream } from '../../engine/randomness.ts';
import { CHANNELS, randomBetween, type Corrupt, type SquarePicture } from './picture.ts';

/** An air bubble, flattened between skin and contact plate. Lengths in parts of the side, angles in radians. */
interface Bubble {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** The short axis of the ellipse to the long one. */
  readonly flatness: number;
  readonly angle: number;
}

const SMALLEST = 0.01;
const LARGEST = 0.085;
const WHITE = 250;

/** Small bubbles are many, large ones few. */
const blow = (random: RandomStream): Bubble => ({
  x: random.next(),
  y: random.next(),
  radius: SMALLEST * (LARGEST / SMALLEST) ** (random.next() ** 1.5),
  flatness: randomBetween(random, 0.65, 1),
  angle: Math.PI * random.next(),
});

/** A bump of height 1 about zero that ends at +1 and -1. */
const bump = (x: number) => Math.max(0, 1 - x * x) ** 2;

/**
 * How a bubble changes a level: white is laid over it by the first share, then black by the second.
 *
 * @param across, along position in the bubble, its edge at distance 1
 * @param rim half the width of its rim in the same unit
 * @param toLight direction of the light, in radians
 */
function shine(across: number, along: number, rim: number, toLight: number): readonly [white: number, black: number] {
  const distance = Math.hypot(across, along);
  const facing = Math.cos(Math.atan2(along, across) - toLight);
  const bright = (0.55 + 0.35 * facing * facing) * bump((distance - (1 - rim)) / rim);
  const dark = 0.35 * bump((distance - (1 + rim)) / rim);
  const inside = distance < 1 - rim ? 0.07 : 0;
  const spot = 0.9 * bump(Math.hypot(across - 0.4 * Math.cos(toLight), along - 0.4 * Math.sin(toLight)) / 0.28);
  return [Math.max(bright, inside, spot), dark];
}

function draw({ side, pixels }: SquarePicture, bubble: Bubble, light: number): void {
  const radius = bubble.radius * side;
  const rim = Math.max(0.1, 1.1 / radius);
  const reach = radius * (1 + 2 * rim);
  const [centreX, centreY] = [bubble.x * side, bubble.y * side];
  const [cosine, sine] = [Math.cos(bubble.angle), Math.sin(bubble.angle)];
  const last = side - 1;
  for (let row = Math.max(0, Math.floor(centreY - reach)); row <= Math.min(last, centreY + reach); row++) {
    for (let column = Math.max(0, Math.floor(centreX - reach)); column <= Math.min(last, centreX + reach); column++) {
      const [x, y] = [column + 0.5 - centreX, row + 0.5 - centreY];
      const across = (x * cosine + y * sine) / radius;
      const along = (y * cosine - x * sine) / (radius * bubble.flatness);
      const [white, black] = shine(across, along, rim, light - bubble.angle);
      for (const channel of CHANNELS) {
        const at = (row * side + column) * 3 + channel;
        const level = pixels[at] ?? 0;
        pixels[at] = (level + white * (WHITE - level)) * (1 - black);
      }
    }
  }
}

/** `count` bubbles of air in the contact gel: a bright rim, dark around it, and one highlight each on the same side. */
export const bubbles: Corrupt = (picture, count, random) => {
  const bubbled = { side: picture.side, pixels: picture.pixels.slice() };
  const light = 2 * Math.PI * random.next();
  for (let index = 0; index < count; index++) draw(bubbled, blow(random), light);
  return bubbled;
};
