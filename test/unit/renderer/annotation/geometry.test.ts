import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onPhotograph, onScreen, photographLength } from '../../../../src/renderer/src/features/annotation/geometry.ts';
import { PHOTOGRAPH, places } from './answers.ts';

const geometries = fc
  .record({
    scale: fc.double({ min: 0.05, max: 40, noNaN: true }),
    x: fc.integer({ min: -5000, max: 5000 }),
    y: fc.integer({ min: -5000, max: 5000 }),
  })
  .map((toScreen) => ({ ...PHOTOGRAPH, toScreen }));

describe('a place on the photograph', () => {
  it('is found again from the screen, to a hundredth of a pixel', () => {
    fc.assert(
      fc.property(geometries, places, (geometry, place) => {
        const found = onPhotograph(geometry, onScreen(geometry, place));
        expect(Math.hypot(found.x - place.x, found.y - place.y)).toBeLessThan(0.0075);
      }),
    );
  });

  it('is never beside it', () => {
    const geometry = { ...PHOTOGRAPH, toScreen: { scale: 2, x: 10, y: 20 } };
    expect(onPhotograph(geometry, { x: -100, y: 1e6 })).toEqual({ x: 0, y: PHOTOGRAPH.height });
    expect(onPhotograph(geometry, { x: 1e6, y: 30 })).toEqual({ x: PHOTOGRAPH.width, y: 5 });
  });

  it('is told in its own pixels, whatever the zoom', () => {
    expect(photographLength({ ...PHOTOGRAPH, toScreen: { scale: 0.25, x: 3, y: 4 } }, 10)).toBe(40);
  });
});
