import type { Rgb, SquarePicture } from './picture.ts';
import { CHANNELS } from './picture.ts';

/** How much of each pixel of a square picture something covers, 0..1. Where strokes overlap, the larger share counts. */
export class Coverage {
  readonly #side: number;
  readonly #shares: Float32Array;

  constructor(side: number) {
    this.#side = side;
    this.#shares = new Float32Array(side * side);
  }

  /** A disc with an edge `softness` pixels wide (1: antialiased). Lengths in pixels, from the picture's corner. */
  disc(x: number, y: number, radius: number, softness = 1): void {
    const reach = radius + softness / 2;
    // A stroke thinner than a pixel covers only part of it.
    const strength = Math.min(1, (2 * radius) / softness);
    const last = this.#side - 1;
    for (let row = Math.max(0, Math.floor(y - reach)); row <= Math.min(last, y + reach); row++) {
      for (let column = Math.max(0, Math.floor(x - reach)); column <= Math.min(last, x + reach); column++) {
        const distance = Math.hypot(column + 0.5 - x, row + 0.5 - y);
        const share = strength * Math.min(1, (reach - distance) / softness);
        const at = row * this.#side + column;
        if (share > (this.#shares[at] ?? 0)) this.#shares[at] = share;
      }
    }
  }

  /** A straight stroke with round ends. */
  line([fromX, fromY]: Point, [toX, toY]: Point, radius: number): void {
    const steps = Math.max(1, Math.ceil(STEPS_PER_PIXEL * Math.hypot(toX - fromX, toY - fromY)));
    for (let step = 0; step <= steps; step++) {
      const part = step / steps;
      this.disc(fromX + part * (toX - fromX), fromY + part * (toY - fromY), radius);
    }
  }

  /** Lays a colour over the picture, in place, as far as it is covered. `opacity` 0..1. */
  paint({ pixels }: SquarePicture, colour: Rgb, opacity: number): void {
    this.#shares.forEach((share, pixel) => {
      if (share <= 0) return;
      for (const channel of CHANNELS) {
        const at = pixel * 3 + channel;
        const level = pixels[at] ?? 0;
        pixels[at] = level + opacity * share * (colour[channel] - level);
      }
    });
  }
}

export type Point = readonly [x: number, y: number];

/** Discs per pixel of a stroke's length: so close that they make one stroke. */
export const STEPS_PER_PIXEL = 2;
