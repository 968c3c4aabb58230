import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { placeOn, readPlace, writePlace } from '../../../../src/main/hosts/electron/windowPlace.ts';

const LAPTOP = { x: 0, y: 0, width: 1920, height: 1040 };
const BESIDE = { x: 1920, y: -200, width: 2560, height: 1400 };
const before = (x: number, y: number, width = 1400, height = 800, maximised = false) => ({
  x,
  y,
  width,
  height,
  maximised,
});

describe('the place of the window', () => {
  it('is the middle of the first screen at the first start', () => {
    expect(placeOn([LAPTOP], null)).toEqual({ x: 277, y: 136, width: 1366, height: 768, maximised: false });
  });

  it.each([
    ['on the same screen', before(100, 100)],
    ['on another screen, which lies higher', before(2000, -150)],
    ['partly outside, as it was left', before(-900, 500)],
    ['maximised', before(100, 100, 1400, 800, true)],
  ])('is what it was: %s', (_name, place) => {
    expect(placeOn([LAPTOP, BESIDE], place)).toEqual(place);
  });

  it.each([
    ['a screen that is gone', before(2000, -150)],
    ['above every screen, where its title cannot be taken', before(100, -500)],
    ['too far to the side', before(1890, 100)],
    ['below the screen', before(100, 1030)],
  ])('is on a screen that is there, where it was on %s', (_name, place) => {
    expect(placeOn([LAPTOP], place)).toEqual({ x: 260, y: 120, width: 1400, height: 800, maximised: false });
  });

  it('is no larger than its screen, and no smaller than the page can be', () => {
    expect(placeOn([LAPTOP], before(0, 0, 5000, 3000))).toMatchObject({ width: 1920, height: 1040 });
    expect(placeOn([LAPTOP], before(0, 0, 10, 10))).toMatchObject({ width: 960, height: 600 });
  });
});

describe('the file that keeps it', () => {
  const file = () => {
    const folder = mkdtempSync(join(tmpdir(), 'epsiloscope-place-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    return join(folder, 'new', 'window.json');
  };

  it('gives back what was written, and is the person’s own', () => {
    const path = file();
    expect(readPlace(path)).toBeNull();
    writePlace(path, before(1, 2));
    expect(readPlace(path)).toEqual(before(1, 2));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.each(['', '{', '{"x":1}', '{"x":1,"y":2,"width":-3,"height":4,"maximised":false}', '[]'])(
    'is as none where it holds %j',
    (text) => {
      const path = file();
      writePlace(path, before(1, 2));
      writeFileSync(path, text);
      expect(readPlace(path)).toBeNull();
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );

  it('that cannot be written is no reason to stop', () => {
    const path = file();
    writePlace(path, before(1, 2));
    expect(() => {
      writePlace(join(path, 'below-a-file', 'window.json'), before(3, 4));
    }).not.toThrow();
    expect(readPlace(path)).toEqual(before(1, 2));
  });
});
