import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shapeSchema } from '../../../../src/shared/contract/app/annotations.ts';
import { ANNOTATION_LIMITS } from '../../../../src/shared/domain/annotation.ts';
import {
  isFull,
  keyStroke,
  LIFTED,
  penAfter,
  type Pen,
  type Stroke,
} from '../../../../src/renderer/src/features/annotation/marks/pen.ts';
import {
  type Drawn,
  SHAPE_KINDS,
  type ShapeKind,
} from '../../../../src/renderer/src/features/annotation/marks/shapes.ts';
import { places } from './answers.ts';

const GRAIN = 2;

/** All that the strokes draw, and the pen as they leave it. */
function drawn(tool: ShapeKind, strokes: readonly Stroke[]): { shapes: Drawn[]; pen: Pen } {
  const shapes: Drawn[] = [];
  let pen: Pen = LIFTED;
  for (const stroke of strokes) {
    const step = penAfter(tool, pen, stroke, GRAIN);
    pen = step.pen;
    if (step.drawn !== null) shapes.push(step.drawn);
  }
  return { shapes, pen };
}

const at = (x: number, y: number) => ({ x, y });
const press = (x: number, y: number): Stroke => ({ kind: 'press', at: at(x, y) });
const move = (x: number, y: number): Stroke => ({ kind: 'move', at: at(x, y) });
const release = (x: number, y: number): Stroke => ({ kind: 'release', at: at(x, y) });
const click = (x: number, y: number): readonly Stroke[] => [press(x, y), release(x, y)];
const [close, back] = [{ kind: 'close' }, { kind: 'back' }] as const;

describe('the pen', () => {
  it('draws nothing that the program would refuse, whatever the hand does', () => {
    const strokes: fc.Arbitrary<Stroke> = fc.oneof(
      fc.record({ kind: fc.constantFrom('press' as const, 'move' as const, 'release' as const), at: places }),
      fc.constantFrom(close, back),
    );
    fc.assert(
      fc.property(fc.constantFrom(...SHAPE_KINDS), fc.array(strokes, { maxLength: 60 }), (tool, hand) => {
        for (const shape of drawn(tool, hand).shapes) {
          expect(shape.kind).toBe(tool);
          const named = { ...shape, id: 'f47ac10b-58cc-4372-a567-0e02b2c3d479', label: '' };
          expect(shapeSchema.safeParse(named).error).toBeUndefined();
        }
      }),
    );
  });

  it('sets a point where it is pressed', () => {
    expect(drawn('point', [move(1, 1), ...click(3, 4)]).shapes).toEqual([{ kind: 'point', at: at(3, 4) }]);
  });

  it('draws an ellipse between two corners, and none by a click', () => {
    expect(drawn('ellipse', [press(30, 10), move(20, 20), release(10, 50)]).shapes).toEqual([
      { kind: 'ellipse', centre: at(20, 30), radiusX: 10, radiusY: 20 },
    ]);
    expect(drawn('ellipse', click(5, 5))).toEqual({ shapes: [], pen: LIFTED });
  });

  const corners = [...click(0, 0), ...click(50, 0), ...click(50, 50)];
  const triangle = { kind: 'polygon', corners: [at(0, 0), at(50, 0), at(50, 50)] };

  it.each([
    ['closed by a key', [close]],
    ['by a double click, whose second press is no corner', [...click(50, 50), close]],
    ['by a click on the first corner', click(1, 0)],
  ])('draws a polygon %s', (_how, end) => {
    expect(drawn('polygon', [...corners, move(9, 9), ...end])).toEqual({ shapes: [triangle], pen: LIFTED });
  });

  it('closes no polygon of two corners', () => {
    const { shapes, pen } = drawn('polygon', [...click(0, 0), ...click(50, 0), close, ...click(1, 1)]);
    expect(shapes).toEqual([]);
    expect(pen).toMatchObject({ kind: 'polygon' });
  });

  it('takes corners back, up to the first', () => {
    expect(drawn('polygon', [...corners, back]).pen).toMatchObject({ corners: [at(0, 0), at(50, 0)] });
    expect(drawn('polygon', [...corners, back, back, back, back]).pen).toEqual(LIFTED);
  });

  it('draws a line along the hand, without its trembling', () => {
    const hand = [press(0, 0), move(0.5, 0.5), move(10, 0), move(10.1, 0), release(10, 20)];
    expect(drawn('freehand', hand).shapes).toEqual([{ kind: 'freehand', points: [at(0, 0), at(10, 0), at(10, 20)] }]);
    expect(drawn('freehand', click(5, 5)).shapes).toEqual([]);
  });

  it('stops where a shape has as many points as one may have', () => {
    const { pointsPerShape } = ANNOTATION_LIMITS;
    const hand = Array.from({ length: pointsPerShape + 10 }, (_, index) => move(index * 3, index % 2));
    const { pen } = drawn('freehand', [press(-9, 0), ...hand]);
    expect(isFull(pen)).toBe(true);
    expect(pen).toMatchObject({ kind: 'freehand', points: { length: pointsPerShape } });
  });

  it('is led by keys as well: what a press begins, the next one ends', () => {
    for (const [tool, kind] of [
      ['ellipse', 'release'],
      ['freehand', 'release'],
      ['polygon', 'press'],
      ['point', 'press'],
    ] as const) {
      // prettier-ignore
      const first = keyStroke(tool, LIFTED, at(0, 0));
      expect(first).toEqual(press(0, 0));
      const { pen } = drawn(tool, [first]);
      expect(keyStroke(tool, pen, at(9, 9))).toEqual({ kind, at: at(9, 9) });
    }
  });
});
