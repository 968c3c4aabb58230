/** How a mark comes to be, whether the pen is led by the mouse or by keys. All places in pixels of the photograph. */
import { ANNOTATION_LIMITS, type Point } from '../../../../../shared/domain/annotation.ts';
import { type Drawn, ellipseBetween, type ShapeKind } from './shapes.ts';

/** What is being drawn with the tool in hand. */
export type Pen =
  | { readonly kind: 'lifted' }
  | { readonly kind: 'ellipse'; readonly from: Point; readonly to: Point }
  /** `towards`: where the next corner would be. */
  | { readonly kind: 'polygon'; readonly corners: readonly Point[]; readonly towards: Point }
  | { readonly kind: 'freehand'; readonly points: readonly Point[] };

export const LIFTED: Pen = { kind: 'lifted' };

export type Stroke =
  | { readonly kind: 'press' | 'move' | 'release'; readonly at: Point }
  /** Ends a polygon. */
  | { readonly kind: 'close' }
  /** Takes the last corner of a polygon back. */
  | { readonly kind: 'back' };

export interface PenStep {
  readonly pen: Pen;
  /** What this stroke ended; null: nothing yet. */
  readonly drawn: Drawn | null;
}

const FEWEST_CORNERS = 3;
const { pointsPerShape } = ANNOTATION_LIMITS;

/** @param grain two places that are nearer than this are one, in pixels of the photograph */
export function penAfter(tool: ShapeKind, pen: Pen, stroke: Stroke, grain: number): PenStep {
  switch (tool) {
    case 'point':
      return { pen: LIFTED, drawn: stroke.kind === 'press' ? { kind: 'point', at: stroke.at } : null };
    case 'ellipse':
      return ellipseAfter(pen, stroke, grain);
    case 'polygon':
      return polygonAfter(pen, stroke, grain);
    case 'freehand':
      return freehandAfter(pen, stroke, grain);
  }
}

const going = (pen: Pen): PenStep => ({ pen, drawn: null });
const ended = (drawn: Drawn | null): PenStep => ({ pen: LIFTED, drawn });

const areNear = (one: Point, other: Point, grain: number): boolean =>
  Math.hypot(one.x - other.x, one.y - other.y) < grain;

function ellipseAfter(pen: Pen, stroke: Stroke, grain: number): PenStep {
  if (pen.kind !== 'ellipse') {
    return going(stroke.kind === 'press' ? { kind: 'ellipse', from: stroke.at, to: stroke.at } : pen);
  }
  const { from } = pen;
  if (stroke.kind === 'move') return going({ ...pen, to: stroke.at });
  if (stroke.kind !== 'release') return going(pen);
  // A click leaves no ellipse.
  return ended(areNear(from, stroke.at, grain) ? null : ellipseBetween(from, stroke.at));
}

function polygonAfter(pen: Pen, stroke: Stroke, grain: number): PenStep {
  const corners = pen.kind === 'polygon' ? pen.corners : [];
  switch (stroke.kind) {
    case 'press':
      return cornerAdded(corners, stroke.at, grain);
    case 'move':
      return going(pen.kind === 'polygon' ? { ...pen, towards: stroke.at } : pen);
    case 'close':
      return corners.length < FEWEST_CORNERS ? going(pen) : ended({ kind: 'polygon', corners });
    case 'back':
      return going(pen.kind === 'polygon' && corners.length > 1 ? { ...pen, corners: corners.slice(0, -1) } : LIFTED);
    case 'release':
      return going(pen);
  }
}

function cornerAdded(corners: readonly Point[], at: Point, grain: number): PenStep {
  const [first] = corners;
  const last = corners.at(-1);
  const isOnFirst = first !== undefined && areNear(first, at, grain);
  if (isOnFirst && corners.length >= FEWEST_CORNERS) return ended({ kind: 'polygon', corners });
  // A double click presses twice at one place.
  const isOnLast = last !== undefined && areNear(last, at, grain);
  const isNew = !isOnLast && corners.length < pointsPerShape;
  return going({ kind: 'polygon', corners: isNew ? [...corners, at] : corners, towards: at });
}

function freehandAfter(pen: Pen, stroke: Stroke, grain: number): PenStep {
  if (pen.kind !== 'freehand') {
    return going(stroke.kind === 'press' ? { kind: 'freehand', points: [stroke.at] } : pen);
  }
  switch (stroke.kind) {
    case 'press':
    case 'move':
      return going({ ...pen, points: lengthened(pen.points, stroke.at, grain) });
    case 'release': {
      const points = lengthened(pen.points, stroke.at, grain);
      return ended(points.length < 2 ? null : { kind: 'freehand', points });
    }
    case 'close':
    case 'back':
      return going(pen);
  }
}

function lengthened(points: readonly Point[], at: Point, grain: number): readonly Point[] {
  const last = points.at(-1);
  const isNews = last === undefined || !areNear(last, at, grain);
  return isNews && points.length < pointsPerShape ? [...points, at] : points;
}

/** Whether the shape has as many points as one may have: it does not follow the hand any more. */
export const isFull = (pen: Pen): boolean =>
  (pen.kind === 'polygon' && pen.corners.length >= pointsPerShape) ||
  (pen.kind === 'freehand' && pen.points.length >= pointsPerShape);

/** Whether the press of a key begins a stroke, or ends the one begun: a key is not held down for it. */
export const keyStroke = (tool: ShapeKind, pen: Pen, at: Point): Stroke =>
  (tool === 'ellipse' || tool === 'freehand') && pen.kind !== 'lifted'
    ? { kind: 'release', at }
    : { kind: 'press', at };
