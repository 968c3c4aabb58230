import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  actualPixels,
  FIT,
  INPUT_CONTENT,
  lensTransform,
  panned,
  photographContent,
  pixelAt,
  placeAt,
  screenAt,
  transformOf,
  zoomed,
  ZOOM,
} from '../../../../src/renderer/src/features/review/pictures/viewport.ts';

const IMAGE = { width: 600, height: 450 };
const FRAME = { x: 75, y: 0, side: 450 };
const PHOTOGRAPH = photographContent(IMAGE, FRAME);
const BOX = { width: 400, height: 300 };

describe('the linked pictures', () => {
  it('show the whole photograph when they fit', () => {
    const transform = transformOf(FIT, PHOTOGRAPH, BOX);
    expect(placeAt(transform, { x: 0, y: 0 }).x * FRAME.side + FRAME.x).toBeCloseTo(0, 9);
    expect(placeAt(transform, { x: 400, y: 300 }).y * FRAME.side).toBeCloseTo(450, 9);
  });

  it('show the same place in the middle of every box', () => {
    const viewport = panned(zoomed(FIT, 3), 900, 50, -20);
    const middles = ([PHOTOGRAPH, INPUT_CONTENT] as const).map((content) =>
      placeAt(transformOf(viewport, content, BOX), { x: 200, y: 150 }),
    );
    expect(middles[0]?.x).toBeCloseTo(middles[1]?.x ?? Number.NaN, 9);
    expect(middles[0]?.y).toBeCloseTo(middles[1]?.y ?? Number.NaN, 9);
  });

  it('keep what lies under the pointer where it is while they zoom', () => {
    const unit = fc.double({ min: 0.1, max: 0.9, noNaN: true });
    fc.assert(
      fc.property(unit, unit, fc.double({ min: 0.8, max: 5, noNaN: true }), (x, y, factor) => {
        const before = transformOf(FIT, PHOTOGRAPH, BOX);
        const after = transformOf(zoomed(FIT, factor, { x, y }), PHOTOGRAPH, BOX);
        expect(screenAt(after, { x, y }).x).toBeCloseTo(screenAt(before, { x, y }).x, 6);
        expect(screenAt(after, { x, y }).y).toBeCloseTo(screenAt(before, { x, y }).y, 6);
      }),
    );
  });

  it('follow the hand', () => {
    const before = transformOf(FIT, PHOTOGRAPH, BOX);
    const after = transformOf(panned(FIT, before.scale, 10, -5), PHOTOGRAPH, BOX);
    expect(after.x - before.x).toBeCloseTo(10, 9);
    expect(after.y - before.y).toBeCloseTo(-5, 9);
  });

  it('are never lost from sight, nor zoomed without end', () => {
    expect(panned(FIT, 100, 1e9, -1e9).centre).toEqual({ x: -0.5, y: 1.5 });
    expect(zoomed(FIT, 1e9).zoom).toBe(ZOOM.most);
    expect(zoomed(FIT, 1e-9).zoom).toBe(ZOOM.least);
  });

  it.each([1, 2])('show one pixel of the photograph on one of the screen, of %i to a CSS pixel', (density) => {
    const viewport = actualPixels(zoomed(FIT, 2), PHOTOGRAPH, BOX, FRAME.side, density);
    const { scale } = transformOf(viewport, PHOTOGRAPH, BOX);
    expect(scale / FRAME.side).toBeCloseTo(1 / density, 9);
  });

  it('show under the lens what lies under the pointer, larger', () => {
    const at = { x: 0.3, y: 0.7 };
    const transform = lensTransform(transformOf(FIT, PHOTOGRAPH, BOX), at, 120, 3);
    expect(screenAt(transform, at).x).toBeCloseTo(60, 9);
    expect(screenAt(transform, at).y).toBeCloseTo(60, 9);
  });

  it.each([
    [
      { x: 0, y: 0 },
      { column: 0, row: 0 },
    ],
    [
      { x: 0.999, y: 0.5 },
      { column: 63, row: 32 },
    ],
    [{ x: 1, y: 0.5 }, null],
    [{ x: 0.5, y: -0.01 }, null],
  ])('know the pixel of the model input at %j', (place, pixel) => {
    expect(pixelAt(place, { width: 64, height: 64 })).toEqual(pixel);
  });
});
