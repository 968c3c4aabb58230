/**
 * What the linked pictures show: one place and one zoom for all of them, in units of the model frame (the square of the
 * photograph that the models see; its corners are (0, 0) and (1, 1)).
 */
import type { Frame } from '../../../../../shared/contract/app/cases.ts';

export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Viewport {
  readonly centre: Place;
  /** 1: each picture is as large as its box allows. */
  readonly zoom: number;
}

/** What a picture holds, in frame units. */
export interface Content {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A box on the screen, in CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Screen = place * scale + (x, y), in CSS pixels within the box. */
export interface Transform {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export const FIT: Viewport = { centre: { x: 0.5, y: 0.5 }, zoom: 1 };
export const ZOOM = { least: 0.5, most: 40, step: 1.25 } as const;

/** A model input fills the frame. */
export const INPUT_CONTENT: Content = { x: 0, y: 0, width: 1, height: 1 };

/** The whole photograph around the frame. */
export const photographContent = (image: Size, frame: Frame): Content => ({
  x: -frame.x / frame.side,
  y: -frame.y / frame.side,
  width: image.width / frame.side,
  height: image.height / frame.side,
});

/** CSS pixels for one frame unit at which the content just fits into the box. */
const fitScale = (content: Content, box: Size): number =>
  Math.min(box.width / content.width, box.height / content.height);

export function transformOf(viewport: Viewport, content: Content, box: Size): Transform {
  const scale = fitScale(content, box) * viewport.zoom;
  return { scale, x: box.width / 2 - viewport.centre.x * scale, y: box.height / 2 - viewport.centre.y * scale };
}

/** The place under a point of the box. */
export const placeAt = ({ scale, x, y }: Transform, at: Place): Place => ({
  x: (at.x - x) / scale,
  y: (at.y - y) / scale,
});

export const screenAt = ({ scale, x, y }: Transform, place: Place): Place => ({
  x: place.x * scale + x,
  y: place.y * scale + y,
});

/** Zoomed by a factor; what lies at `fixed` stays where it is on the screen. */
export function zoomed(viewport: Viewport, factor: number, fixed: Place = viewport.centre): Viewport {
  const zoom = Math.min(Math.max(viewport.zoom * factor, ZOOM.least), ZOOM.most);
  const ratio = viewport.zoom / zoom;
  return kept({
    zoom,
    centre: {
      x: fixed.x + (viewport.centre.x - fixed.x) * ratio,
      y: fixed.y + (viewport.centre.y - fixed.y) * ratio,
    },
  });
}

/** Moved by CSS pixels at a scale; the content follows the hand. */
export const panned = ({ centre, zoom }: Viewport, scale: number, dx: number, dy: number): Viewport =>
  kept({ zoom, centre: { x: centre.x - dx / scale, y: centre.y - dy / scale } });

/** How far from the frame's edge the centre may go: the margins of a photograph are seen, the picture is never lost. */
const MARGIN = 0.5;

const kept = ({ centre, zoom }: Viewport): Viewport => ({
  zoom,
  centre: { x: within(centre.x), y: within(centre.y) },
});

const within = (value: number): number => Math.min(Math.max(value, -MARGIN), 1 + MARGIN);

/** At which one pixel of the photograph covers one pixel of the screen, of which there are `density` in a CSS pixel. */
export const actualPixels = (
  viewport: Viewport,
  content: Content,
  box: Size,
  frameSide: number,
  density: number,
): Viewport => zoomed(viewport, frameSide / density / (fitScale(content, box) * viewport.zoom));

/** The same view, magnified around a place that comes to lie in the middle of a lens. */
export const lensTransform = ({ scale }: Transform, at: Place, lens: number, magnification: number): Transform => ({
  scale: scale * magnification,
  x: lens / 2 - at.x * scale * magnification,
  y: lens / 2 - at.y * scale * magnification,
});

/** The pixel of a model input under a place; null beside it. */
export function pixelAt(place: Place, shape: Size): { readonly column: number; readonly row: number } | null {
  const column = Math.floor(place.x * shape.width);
  const row = Math.floor(place.y * shape.height);
  const inside = column >= 0 && row >= 0 && column < shape.width && row < shape.height;
  return inside ? { column, row } : null;
}
