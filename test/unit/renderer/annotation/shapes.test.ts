import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shapeSchema } from '../../../../src/shared/contract/app/annotations.ts';
import type { Shape } from '../../../../src/shared/domain/annotation.ts';
import {
  boxOf,
  handlesOf,
  movedBy,
  placeOf,
  reshaped,
  scaledBy,
} from '../../../../src/renderer/src/features/annotation/marks/shapes.ts';
import { PHOTOGRAPH, places, shapes } from './answers.ts';

const ID = 'f47ac10b-58cc-4372-a567-0e02b2c3d479';
const ellipse: Shape = { id: ID, label: '', kind: 'ellipse', centre: { x: 100, y: 80 }, radiusX: 30, radiusY: 20 };
const square: Shape = {
  ...{ id: ID, label: '', kind: 'polygon' },
  corners: [
    { x: 10, y: 10 },
    { x: 30, y: 10 },
    { x: 30, y: 30 },
    { x: 10, y: 30 },
  ],
};

/** Marks are kept to a hundredth of a pixel. */
const GRAIN = 0.011;

const isOnPhotograph = (shape: Shape): boolean => {
  const { left, top, right, bottom } = boxOf(shape);
  const { width, height } = PHOTOGRAPH;
  return left >= -GRAIN && top >= -GRAIN && right <= width + GRAIN && bottom <= height + GRAIN;
};

const onIt = shapes.filter(isOnPhotograph);
const ways = fc.record({ x: fc.integer({ min: -2000, max: 2000 }), y: fc.integer({ min: -2000, max: 2000 }) });

describe('a mark that is moved', () => {
  it('keeps its form, and stays on the photograph', () => {
    fc.assert(
      fc.property(onIt, ways, (shape, way) => {
        const moved = movedBy(shape, way, PHOTOGRAPH);
        expect(isOnPhotograph(moved)).toBe(true);
        const [from, to] = [boxOf(shape), boxOf(moved)];
        expect(Math.abs(to.right - to.left - (from.right - from.left))).toBeLessThan(4 * GRAIN);
        expect(Math.abs(to.bottom - to.top - (from.bottom - from.top))).toBeLessThan(4 * GRAIN);
        expect(shapeSchema.safeParse(moved).success).toBe(true);
      }),
    );
  });

  it('goes where it is brought', () => {
    expect(movedBy(ellipse, { x: 5, y: -7 }, PHOTOGRAPH)).toEqual({ ...ellipse, centre: { x: 105, y: 73 } });
    expect(movedBy(ellipse, { x: -500, y: 0 }, PHOTOGRAPH)).toEqual({ ...ellipse, centre: { x: 30, y: 80 } });
  });

  it('that reaches over the edge may come back, and go no further', () => {
    const over: Shape = { ...ellipse, centre: { x: 10, y: 80 } };
    expect(movedBy(over, { x: -5, y: 0 }, PHOTOGRAPH)).toEqual(over);
    expect(movedBy(over, { x: 5, y: 0 }, PHOTOGRAPH)).toEqual({ ...over, centre: { x: 15, y: 80 } });
  });
});

describe('a mark that is made larger or smaller', () => {
  it('keeps its middle', () => {
    expect(scaledBy(ellipse, 1.5, PHOTOGRAPH)).toEqual({ ...ellipse, radiusX: 45, radiusY: 30 });
    expect(boxOf(scaledBy(square, 0.5, PHOTOGRAPH))).toEqual({ left: 15, top: 15, right: 25, bottom: 25 });
  });

  it('stays as it is where it would leave the photograph', () => {
    expect(scaledBy(square, 3, PHOTOGRAPH)).toBe(square);
  });

  it('is never too small to be taken hold of, nor refused by the program', () => {
    fc.assert(
      fc.property(onIt, fc.double({ min: 1e-3, max: 3, noNaN: true }), (shape, factor) => {
        expect(shapeSchema.safeParse(scaledBy(shape, factor, PHOTOGRAPH)).success).toBe(true);
      }),
    );
  });
});

describe('a handle', () => {
  it('lies where it was brought to', () => {
    fc.assert(
      fc.property(onIt, places, fc.nat(), (shape, to, index) => {
        const handles = handlesOf(shape);
        const handle = handles[index % Math.max(1, handles.length)];
        fc.pre(handle !== undefined);
        const after = reshaped(shape, handle, to);
        expect(shapeSchema.safeParse(after).success).toBe(true);
        if (handle.kind === 'corner') expect(placeOf(after, handle)).toEqual(to);
        if (shape.kind !== 'ellipse') return;
        const { left, right, top, bottom } = boxOf(after);
        // An ellipse has a smallest width, of one pixel.
        expect(Math.min(Math.abs(to.x - left), Math.abs(to.x - right))).toBeLessThan(1.01);
        expect(Math.min(Math.abs(to.y - top), Math.abs(to.y - bottom))).toBeLessThan(1.01);
      }),
    );
  });

  it('of a polygon moves one corner alone', () => {
    const after = reshaped(square, { kind: 'corner', index: 2 }, { x: 50, y: 60 });
    expect(after).toEqual({
      ...square,
      corners: [
        { x: 10, y: 10 },
        { x: 30, y: 10 },
        { x: 50, y: 60 },
        { x: 10, y: 30 },
      ],
    });
  });

  it('of an ellipse leaves the opposite corner of its box', () => {
    const after = reshaped(ellipse, { kind: 'box', x: 'right', y: 'bottom' }, { x: 170, y: 120 });
    expect(boxOf(after)).toEqual({ left: 70, top: 60, right: 170, bottom: 120 });
  });

  it('of a line stretches it from the opposite corner, and turns it over behind that', () => {
    const line: Shape = { id: ID, label: '', kind: 'freehand', points: [{ x: 10, y: 10 }, { x: 20, y: 30 }] }; // prettier-ignore
    const handle = { kind: 'box', x: 'right', y: 'bottom' } as const;
    expect(boxOf(reshaped(line, handle, { x: 30, y: 50 }))).toEqual({ left: 10, top: 10, right: 30, bottom: 50 });
    expect(reshaped(line, handle, { x: 5, y: 30 })).toMatchObject({ points: [{ x: 10, y: 10 }, { x: 5, y: 30 }] }); // prettier-ignore
  });

  it('of a level line does not make it anything but level', () => {
    const line: Shape = { id: ID, label: '', kind: 'freehand', points: [{ x: 10, y: 10 }, { x: 20, y: 10 }] }; // prettier-ignore
    expect(boxOf(reshaped(line, { kind: 'box', x: 'right', y: 'bottom' }, { x: 40, y: 90 }))).toEqual({
      ...{ left: 10, top: 10, right: 40, bottom: 10 },
    });
  });

  it('is none of a point', () => {
    expect(handlesOf({ id: ID, label: '', kind: 'point', at: { x: 1, y: 1 } })).toEqual([]);
  });
});
