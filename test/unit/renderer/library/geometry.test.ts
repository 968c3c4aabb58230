import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  GAP,
  gridLayout,
  indexAfterKey,
  PAGE_SIZE,
  pagesOf,
  scrollScale,
  TABLE_ROW_HEIGHT,
  TALLEST_ELEMENT,
} from '../../../../src/renderer/src/features/library/geometry.ts';

const CASES = 100_000;
/** Firefox draws no element taller than this, in pixels. */
const FIREFOX_LIMIT = 17_895_697;

describe('the grid', () => {
  it('puts as many cards beside each other as are legible', () => {
    expect(gridLayout(1044).columns).toBe(5);
    expect(gridLayout(1400).columns).toBe(7);
    expect(gridLayout(3500).columns).toBe(12);
  });

  it('gives every card the width that is left for it, at least two in a row', () => {
    fc.assert(
      fc.property(fc.integer({ min: 360, max: 8000 }), (width) => {
        const { columns, photographHeight } = gridLayout(width);
        const cardWidth = (width - GAP * (columns - 1)) / columns;
        expect(columns).toBeGreaterThanOrEqual(2);
        expect(cardWidth).toBeGreaterThanOrEqual(168);
        expect(photographHeight).toBeGreaterThan(100);
      }),
    );
  });

  it('holds 100,000 cases in an element that every browser draws, from the narrowest window to 4K', () => {
    for (const width of [360, 540, 1044, 1400, 2200, 3500]) {
      const { columns, rowHeight } = gridLayout(width);
      expect(Math.ceil(CASES / columns) * rowHeight).toBeLessThan(FIREFOX_LIMIT);
    }
    expect(CASES * TABLE_ROW_HEIGHT).toBeLessThan(TALLEST_ELEMENT);
    expect(TALLEST_ELEMENT).toBeLessThan(FIREFOX_LIMIT);
  });
});

describe('the scale of scrolling', () => {
  it('is 1 while the rows fit', () => {
    expect(scrollScale(TALLEST_ELEMENT, 700)).toBe(1);
  });

  it('leads from the first to the last pixel of more rows than fit', () => {
    const height = 120_000_000;
    const viewport = 700;
    const furthest = TALLEST_ELEMENT - viewport;
    expect(furthest * scrollScale(height, viewport)).toBeCloseTo(height - viewport, 3);
  });
});

describe('keys in the grid', () => {
  const at = (index: number, total = 23, columns = 5) => ({ index, total, columns, rowsSeen: 3 });

  it('move by one case, by one row, by what is seen, and to the ends', () => {
    expect(indexAfterKey('ArrowRight', at(4))).toBe(5);
    expect(indexAfterKey('ArrowLeft', at(0))).toBe(0);
    expect(indexAfterKey('ArrowDown', at(7))).toBe(12);
    expect(indexAfterKey('ArrowUp', at(7))).toBe(2);
    expect(indexAfterKey('PageDown', at(1))).toBe(11);
    expect(indexAfterKey('PageUp', at(12))).toBe(2);
    expect(indexAfterKey('Home', at(12))).toBe(0);
    expect(indexAfterKey('End', at(12))).toBe(22);
  });

  it('lead into a shorter last row, and no further', () => {
    expect(indexAfterKey('ArrowDown', at(19))).toBe(22);
    expect(indexAfterKey('ArrowDown', at(21))).toBe(21);
    expect(indexAfterKey('ArrowUp', at(3))).toBe(3);
  });

  it('leave left and right alone in a table of one column', () => {
    expect(indexAfterKey('ArrowRight', at(4, 23, 1))).toBeNull();
    expect(indexAfterKey('ArrowDown', at(4, 23, 1))).toBe(5);
  });

  it('never lead outside of the cases', () => {
    const keys = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End', 'x'];
    const place = fc
      .record({
        total: fc.integer({ min: 1, max: 300 }),
        columns: fc.integer({ min: 1, max: 12 }),
        rowsSeen: fc.integer({ min: 0, max: 9 }),
      })
      .chain((rest) => fc.integer({ min: 0, max: rest.total - 1 }).map((index) => ({ ...rest, index })));
    fc.assert(
      fc.property(fc.constantFrom(...keys), place, (key, from) => {
        const to = indexAfterKey(key, from) ?? from.index;
        expect(to).toBeGreaterThanOrEqual(0);
        expect(to).toBeLessThan(from.total);
      }),
    );
  });
});

describe('pages', () => {
  it('are those that hold the cases in view', () => {
    expect(pagesOf(0, PAGE_SIZE - 1)).toEqual([0]);
    expect(pagesOf(PAGE_SIZE - 1, PAGE_SIZE)).toEqual([0, 1]);
    expect(pagesOf(99_950, 99_999)).toEqual([999]);
    expect(pagesOf(0, -1)).toEqual([]);
  });
});
