/** Between the photograph's own pixels, in which marks are kept, and the screen, on which they are drawn. */
import type { Point } from '../../../../shared/domain/annotation.ts';

/** How the photograph lies in the box that shows it. */
export interface PhotographGeometry {
  /** Pixels of the photograph. */
  readonly width: number;
  readonly height: number;
  /** Screen = photograph * scale + offset, in CSS pixels from the upper left corner of the box. */
  readonly toScreen: { readonly scale: number; readonly x: number; readonly y: number };
}

/** A hundredth of a pixel is finer than any hand. */
export const rounded = (value: number): number => Math.round(value * 100) / 100;

const between = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

/** A place on the screen, on the photograph; outside of it: at its nearest edge. */
export function onPhotograph({ width, height, toScreen }: PhotographGeometry, screen: Point): Point {
  return {
    x: rounded(between((screen.x - toScreen.x) / toScreen.scale, 0, width)),
    y: rounded(between((screen.y - toScreen.y) / toScreen.scale, 0, height)),
  };
}

/** A place on the photograph, on the screen. */
export const onScreen = ({ toScreen }: PhotographGeometry, { x, y }: Point): Point => ({
  x: x * toScreen.scale + toScreen.x,
  y: y * toScreen.scale + toScreen.y,
});

/** So many CSS pixels in pixels of the photograph. */
export const photographLength = ({ toScreen }: PhotographGeometry, cssPixels: number): number =>
  cssPixels / toScreen.scale;
