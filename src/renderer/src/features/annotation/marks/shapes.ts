/** Marks on the photograph as geometry, in its pixels. */
import type { Point, Shape } from '../../../../../shared/domain/annotation.ts';
import { rounded } from '../geometry.ts';

export type ShapeKind = Shape['kind'];

/** In the order of the tools. */
export const SHAPE_KINDS: readonly ShapeKind[] = ['point', 'ellipse', 'polygon', 'freehand'];

/** A shape that was just drawn: no mark yet, since nobody named it. */
export type Drawn = WithoutName<Shape>;
type WithoutName<Named> = Named extends unknown ? Omit<Named, 'id' | 'label'> : never;

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Thinner than this an ellipse could not be taken hold of again. */
const SMALLEST_RADIUS = 0.5;

export function boxOf(shape: Drawn): Box {
  switch (shape.kind) {
    case 'point':
      return boxAround([shape.at]);
    case 'ellipse': {
      const { centre, radiusX, radiusY } = shape;
      return {
        left: centre.x - radiusX,
        top: centre.y - radiusY,
        right: centre.x + radiusX,
        bottom: centre.y + radiusY,
      };
    }
    case 'polygon':
      return boxAround(shape.corners);
    case 'freehand':
      return boxAround(shape.points);
  }
}

function boxAround(points: readonly Point[]): Box {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  // Not by spreading into Math.min: a freehand line may have thousands of points.
  const least = (values: readonly number[]) => values.reduce((one, other) => Math.min(one, other), Infinity);
  const most = (values: readonly number[]) => values.reduce((one, other) => Math.max(one, other), -Infinity);
  return { left: least(xs), top: least(ys), right: most(xs), bottom: most(ys) };
}

/** The place on the outline at which the mark is named. */
export function anchorOf(shape: Drawn): Point {
  switch (shape.kind) {
    case 'point':
      return shape.at;
    case 'ellipse':
      return { x: shape.centre.x, y: shape.centre.y - shape.radiusY };
    case 'polygon':
      return shape.corners.reduce((highest, corner) => (corner.y < highest.y ? corner : highest));
    case 'freehand':
      return shape.points.reduce((highest, point) => (point.y < highest.y ? point : highest));
  }
}

/** The ellipse that fills the box between two corners. */
export const ellipseBetween = (one: Point, other: Point): Extract<Drawn, { kind: 'ellipse' }> => ({
  kind: 'ellipse',
  centre: { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 },
  radiusX: Math.max(SMALLEST_RADIUS, Math.abs(one.x - other.x) / 2),
  radiusY: Math.max(SMALLEST_RADIUS, Math.abs(one.y - other.y) / 2),
});

/** Moved as far as the photograph goes. */
export function movedBy(shape: Shape, by: Point, photograph: Size): Shape {
  const { left, top, right, bottom } = boxOf(shape);
  const x = within(by.x, -left, photograph.width - right);
  const y = within(by.y, -top, photograph.height - bottom);
  return mapped(shape, (point) => ({ x: point.x + x, y: point.y + y }));
}

/** A mark that reaches over an edge of the photograph may come back, but go no further. */
const within = (value: number, least: number, most: number): number =>
  Math.min(Math.max(most, 0), Math.max(Math.min(least, 0), value));

/** Made larger (over 1) or smaller about its middle; as it was where it would leave the photograph. A point has no size. */
export function scaledBy(shape: Shape, factor: number, photograph: Size): Shape {
  const { left, top, right, bottom } = boxOf(shape);
  const middle = { x: (left + right) / 2, y: (top + bottom) / 2 };
  const scaled = mapped(
    shape,
    ({ x, y }) => ({ x: middle.x + (x - middle.x) * factor, y: middle.y + (y - middle.y) * factor }),
    { x: factor, y: factor },
  );
  return fits(boxOf(scaled), photograph) ? scaled : shape;
}

const fits = ({ left, top, right, bottom }: Box, { width, height }: Size): boolean =>
  left >= 0 && top >= 0 && right <= width && bottom <= height;

/** What to take hold of to change a mark's form. */
export type Handle =
  /** A corner of a polygon. */
  | { readonly kind: 'corner'; readonly index: number }
  /** A corner of the box around an ellipse or a freehand line; the opposite corner stays. */
  | { readonly kind: 'box'; readonly x: 'left' | 'right'; readonly y: 'top' | 'bottom' };

const BOX_HANDLES: readonly Handle[] = [
  { kind: 'box', x: 'left', y: 'top' },
  { kind: 'box', x: 'right', y: 'top' },
  { kind: 'box', x: 'right', y: 'bottom' },
  { kind: 'box', x: 'left', y: 'bottom' },
];

export function handlesOf(shape: Shape): readonly Handle[] {
  switch (shape.kind) {
    case 'point':
      return [];
    case 'polygon':
      return shape.corners.map((_corner, index) => ({ kind: 'corner', index }));
    case 'ellipse':
    case 'freehand':
      return BOX_HANDLES;
  }
}

/** Where the handle lies; null: the mark has no such handle. */
export function placeOf(shape: Shape, handle: Handle): Point | null {
  if (handle.kind === 'corner') return shape.kind === 'polygon' ? (shape.corners[handle.index] ?? null) : null;
  const box = boxOf(shape);
  return { x: box[handle.x], y: box[handle.y] };
}

/** The mark with its handle brought to another place. */
export function reshaped(shape: Shape, handle: Handle, to: Point): Shape {
  if (handle.kind === 'corner') {
    if (shape.kind !== 'polygon') return shape;
    return { ...shape, corners: shape.corners.with(handle.index, to) };
  }
  const box = boxOf(shape);
  const fixed = { x: box[handle.x === 'left' ? 'right' : 'left'], y: box[handle.y === 'top' ? 'bottom' : 'top'] };
  if (shape.kind === 'ellipse') return { ...shape, ...ellipseBetween(fixed, to) };
  const from = { x: box[handle.x], y: box[handle.y] };
  const factor = { x: stretch(from.x, to.x, fixed.x), y: stretch(from.y, to.y, fixed.y) };
  return mapped(
    shape,
    ({ x, y }) => ({ x: fixed.x + (x - fixed.x) * factor.x, y: fixed.y + (y - fixed.y) * factor.y }),
    factor,
  );
}

/** A line without any width (or height) has none to be stretched. */
const stretch = (from: number, to: number, fixed: number): number => {
  const factor = from === fixed ? 1 : (to - fixed) / (from - fixed);
  // Never folded into a line, from which it could not be unfolded again.
  return Math.abs(factor) < 0.01 ? 0.01 : factor;
};

function mapped(shape: Shape, exactly: (point: Point) => Point, stretched: Point = { x: 1, y: 1 }): Shape {
  const place = (point: Point): Point => {
    const { x, y } = exactly(point);
    return { x: rounded(x), y: rounded(y) };
  };
  switch (shape.kind) {
    case 'point':
      return { ...shape, at: place(shape.at) };
    case 'ellipse':
      return {
        ...shape,
        centre: place(shape.centre),
        radiusX: stretchedRadius(shape.radiusX, stretched.x),
        radiusY: stretchedRadius(shape.radiusY, stretched.y),
      };
    case 'polygon':
      return { ...shape, corners: shape.corners.map(place) };
    case 'freehand':
      return { ...shape, points: shape.points.map(place) };
  }
}

const stretchedRadius = (radius: number, factor: number): number =>
  factor === 1 ? radius : Math.max(SMALLEST_RADIUS, rounded(radius * Math.abs(factor)));
