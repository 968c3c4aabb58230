import { describe, expect, it } from 'vitest';
import type { Shape } from '../../../../src/shared/domain/annotation.ts';
import { actOfKey, markAfter, nextHandle } from '../../../../src/renderer/src/features/annotation/marks/markKeys.ts';
import { PHOTOGRAPH } from './answers.ts';

const key = (pressed: string, ctrlKey = false) => actOfKey({ key: pressed, ctrlKey, metaKey: false, altKey: false });
const point: Shape = { id: 'p', label: '', kind: 'point', at: { x: 5, y: 600 } };
const polygon: Shape = {
  ...{ id: 'q', label: '', kind: 'polygon' },
  corners: [
    { x: 10, y: 10 },
    { x: 30, y: 10 },
    { x: 30, y: 30 },
  ],
};

function pressed(mark: Shape, keys: readonly string[], handle: number | null = null): Shape {
  return keys.reduce((before, each) => {
    const act = key(each);
    if (act?.kind !== 'move' && act?.kind !== 'scale') throw new Error(`${each} neither moves nor scales.`);
    return markAfter(before, act, { step: 4, handle, photograph: PHOTOGRAPH });
  }, mark);
}

describe('a mark under keys', () => {
  it('moves by arrows, as far as the photograph goes', () => {
    expect(pressed(point, ['ArrowRight', 'ArrowUp'])).toEqual({ ...point, at: { x: 9, y: 596 } });
    expect(pressed(point, ['ArrowLeft', 'ArrowLeft', 'ArrowLeft'])).toEqual({ ...point, at: { x: 0, y: 600 } });
  });

  it('changes its size by + and -, there and back', () => {
    const larger = pressed(polygon, ['+']);
    expect(larger).not.toEqual(polygon);
    expect(pressed(larger, ['-'])).toEqual(polygon);
  });

  it('is reshaped at the corner that is taken hold of', () => {
    expect(pressed(polygon, ['ArrowDown'], 1)).toMatchObject({ corners: [{ y: 10 }, { x: 30, y: 14 }, { y: 30 }] });
    expect(pressed(polygon, ['ArrowUp', 'ArrowUp', 'ArrowUp'], 0)).toMatchObject({
      corners: [{ x: 10, y: 0 }, {}, {}],
    });
  });

  it('has its corners taken hold of one after the other, then itself again', () => {
    const round = [1, 1, 1, 1].reduce<(number | null)[]>(
      (handles, by) => [...handles, nextHandle(polygon, handles.at(-1) ?? null, by as 1)],
      [],
    );
    expect(round).toEqual([0, 1, 2, null]);
    expect(nextHandle(polygon, null, -1)).toBe(2);
    expect(nextHandle(point, null, 1)).toBeNull();
  });

  it('leaves keys with Ctrl to others', () => {
    expect(key('+', true)).toBeNull();
    expect(key('Delete')).toEqual({ kind: 'remove' });
    expect(key('x')).toBeNull();
  });
});
