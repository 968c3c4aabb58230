import { describe, expect, test } from 'vitest';
import { randomStream } from '../../../../src/main/engine/randomness.ts';
import { bubbles } from '../../../../src/main/imaging/corruptions/bubbles.ts';
import { hair } from '../../../../src/main/imaging/corruptions/hair.ts';
import { blur, rotation, vignette } from '../../../../src/main/imaging/corruptions/optics.ts';
import { LIGHT, type Corrupt, type SquarePicture } from '../../../../src/main/imaging/corruptions/picture.ts';
import { ruler } from '../../../../src/main/imaging/corruptions/ruler.ts';
import { jpeg, noise } from '../../../../src/main/imaging/corruptions/sensor.ts';
import { brightness, contrast, hue } from '../../../../src/main/imaging/corruptions/tone.ts';
import { pictureOf } from '../../../support/imageBytes.ts';

const SIDE = 64;
function square(colourAt: (row: number, column: number) => readonly number[], side = SIDE): SquarePicture {
  return { side, pixels: new Uint8ClampedArray(pictureOf(side, side, colourAt).pixels) };
}
const grey = (level: number) => square(() => [level, level, level]);
const SKIN = [205, 160, 145] as const;
const skin = square(() => SKIN);
/** A picture in which no two places look alike. */
const varied = square((row, column) => [3 * row, 3 * column, 2 * (row + column)]);

const apply = async (corrupt: Corrupt, picture: SquarePicture, amount: number, key: number | string = 1) =>
  (await corrupt(picture, amount, randomStream(key))).pixels;
const colourAt = (pixels: Uint8ClampedArray, row: number, column: number, side = SIDE) =>
  Array.from(pixels.subarray((row * side + column) * 3).subarray(0, 3));
const light = (level: number | undefined) => LIGHT[level ?? NaN] ?? NaN;
const luminance = ([red, green, blue]: readonly number[]) =>
  0.2126 * light(red) + 0.7152 * light(green) + 0.0722 * light(blue);

describe('nothing of a corruption leaves the picture as it is', () => {
  test.each<[string, Corrupt, number]>([
    ['brightness', brightness, 0],
    ['contrast', contrast, 1],
    ['blur', blur, 0.01],
    ['noise', noise, 0],
    ['hue', hue, 0],
    ['rotation', rotation, 0],
    ['hair', hair, 0],
    ['bubbles', bubbles, 0],
  ])('%s', async (_, corrupt, nothing) => {
    expect(await apply(corrupt, varied, nothing)).toEqual(varied.pixels);
  });
});

describe('brightness', () => {
  test('of one stop is twice or half the light', async () => {
    const found = new Set<number>();
    for (let key = 0; key < 8; key++) found.add((await apply(brightness, grey(100), 1, key))[0] ?? NaN);
    const [darker, brighter] = [...found].toSorted((one, other) => one - other);
    expect(found.size).toBe(2);
    // A level is 2 % of the light here.
    expect(light(darker) / light(100)).toBeCloseTo(0.5, 1);
    expect(light(brighter) / light(100)).toBeCloseTo(2, 1);
  });

  test('beyond white is white', async () => {
    const levels = await Promise.all(Array.from({ length: 8 }, (_, key) => apply(brightness, grey(230), 2, key)));
    expect(Math.max(...levels.map(([level = NaN]) => level))).toBe(255);
  });
});

test('contrast keeps the mean of each channel and the stated share of the distance from it', async () => {
  const halves = square((row) => (row < SIDE / 2 ? [100, 50, 0] : [200, 150, 40]));
  const pixels = await apply(contrast, halves, 0.4);
  expect(colourAt(pixels, 0, 0)).toEqual([130, 80, 12]);
  expect(colourAt(pixels, SIDE - 1, 0)).toEqual([170, 120, 28]);
});

test('blur makes an even disc of a point of light, of the stated radius and with all of its light', async () => {
  const side = 101;
  const radius = 6;
  const point = square((row, column) => (row === 50 && column === 50 ? [255, 255, 255] : [0, 0, 0]), side);
  const pixels = await apply(blur, point, (100 * radius) / side);
  const inside = new Set<number>();
  let total = 0;
  for (let pixel = 0; pixel < side * side; pixel++) {
    const level = pixels[3 * pixel] ?? NaN;
    const distance = Math.hypot((pixel % side) - 50, Math.floor(pixel / side) - 50);
    if (distance < radius - 1) inside.add(level);
    if (distance > radius + 1) expect(level).toBe(0);
    total += light(level);
  }
  expect(inside.size).toBe(1);
  expect(total).toBeCloseTo(1, 1);
});

test('noise has the stated standard deviation, no mean, and nothing in common between channels', async () => {
  const pixels = await apply(noise, grey(128), 0.1);
  const off = Array.from(pixels, (level) => (level - 128) / 255);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  // Four standard errors of 12,288 draws.
  expect(Math.abs(mean(off))).toBeLessThan((4 * 0.1) / Math.sqrt(off.length));
  expect(Math.abs(Math.sqrt(mean(off.map((value) => value * value))) - 0.1)).toBeLessThan(
    (4 * 0.1) / Math.sqrt(2 * off.length),
  );
  const products = off.flatMap((value, index) => (index % 3 === 0 ? [value * (off[index + 1] ?? NaN)] : []));
  expect(Math.abs(mean(products))).toBeLessThan((4 * 0.1 * 0.1) / Math.sqrt(products.length));
});

test('JPEG of a low quality loses more than of a high one, and colour first', async () => {
  const lossOf = async (quality: number) => {
    const pixels = await apply(jpeg, varied, quality);
    return pixels.reduce((sum, level, index) => sum + Math.abs(level - (varied.pixels[index] ?? NaN)), 0);
  };
  expect(await lossOf(10)).toBeGreaterThan(3 * (await lossOf(95)));
  const checks = square((row, column) => ((row + column) % 2 === 0 ? [255, 0, 0] : [0, 130, 0]));
  const [red = NaN, green = NaN] = colourAt(await apply(jpeg, checks, 95), 20, 20);
  expect(red - green).toBeLessThan(200);
});

describe('hue', () => {
  test('gives grey a colour of the same luminance', async () => {
    for (let key = 0; key < 8; key++) {
      const colour = colourAt(await apply(hue, grey(120), 0.8, key), 0, 0);
      expect(Math.max(...colour) - Math.min(...colour)).toBeGreaterThan(15);
      expect(luminance(colour) / luminance([120, 120, 120])).toBeCloseTo(1, 1);
    }
  });

  test('takes every hue: each channel is the strongest for some images', async () => {
    const strongest = new Set<number>();
    for (let key = 0; key < 24; key++) {
      const colour = colourAt(await apply(hue, grey(120), 0.8, key), 0, 0);
      strongest.add(colour.indexOf(Math.max(...colour)));
    }
    expect(strongest).toEqual(new Set([0, 1, 2]));
  });
});

describe('rotation', () => {
  test('by 90 degrees moves every pixel to its place, one way round or the other', async () => {
    const left = square((row, column) => colourAt(varied.pixels, column, SIDE - 1 - row)).pixels;
    const right = square((row, column) => colourAt(varied.pixels, SIDE - 1 - column, row)).pixels;
    const found = new Set<string>();
    for (let key = 0; key < 8; key++) {
      const turned = await apply(rotation, varied, 90, key);
      const way = [left, right].findIndex((expected) => expected.every((level, index) => level === turned[index]));
      found.add(['left', 'right'][way] ?? 'neither');
    }
    expect(found).toEqual(new Set(['left', 'right']));
  });

  test('by 30 degrees turns a line by 30 degrees', async () => {
    const line = square((row) => (row === 31 || row === 32 ? [0, 0, 0] : [255, 255, 255]));
    const pixels = await apply(rotation, line, 30);
    const reach = 20;
    const along = (sign: number) =>
      colourAt(
        pixels,
        Math.round(31.5 + sign * reach * Math.sin(Math.PI / 6)),
        Math.round(31.5 + reach * Math.cos(Math.PI / 6)),
      );
    // Black on one side of the horizontal, white on the other, by the way it was turned.
    const [low = NaN, high = NaN] = [along(1)[0] ?? NaN, along(-1)[0] ?? NaN].toSorted((one, other) => one - other);
    expect(low).toBeLessThan(60);
    expect(high).toBe(255);
  });

  test('fills the corners with skin', async () => {
    expect(await apply(rotation, skin, 45)).toEqual(skin.pixels);
  });
});

describe('hair', () => {
  const area = square(() => SKIN, 192);
  const isHair = (level: number, index: number) => index % 3 === 0 && level < 120;

  test('is darker than skin everywhere, and thin', async () => {
    const pixels = await apply(hair, area, 6);
    expect(pixels.every((level, index) => level <= (area.pixels[index] ?? NaN))).toBe(true);
    const share = pixels.filter(isHair).length / (192 * 192);
    expect(share).toBeGreaterThan(0.005);
    expect(share).toBeLessThan(0.1);
  });

  test('that is on a picture stays where more is added', async () => {
    const [few, many] = [await apply(hair, area, 4), await apply(hair, area, 20)];
    const places = Array.from(few.keys()).filter((at) => isHair(few[at] ?? NaN, at));
    expect(places.length).toBeGreaterThan(100);
    expect(places.filter((at) => isHair(many[at] ?? NaN, at)).length).toBeGreaterThan(0.9 * places.length);
  });
});

test('a ruler stays near one edge, which the image decides', async () => {
  const edges = new Set<string>();
  for (let key = 0; key < 24; key++) {
    const pixels = await apply(ruler, skin, 8, key);
    const inked = Array.from({ length: SIDE * SIDE }, (_, pixel) => pixel).filter(
      (pixel) => (pixels[3 * pixel] ?? 0) < 190,
    );
    expect(inked.length).toBeGreaterThan(SIDE / 2);
    const mean = (of: (pixel: number) => number) =>
      inked.reduce((sum, pixel) => sum + of(pixel), 0) / inked.length / SIDE;
    const [x, y] = [mean((pixel) => pixel % SIDE), mean((pixel) => Math.floor(pixel / SIDE))];
    edges.add(Math.abs(x - 0.5) > Math.abs(y - 0.5) ? (x < 0.5 ? 'left' : 'right') : y < 0.5 ? 'top' : 'bottom');
    expect(Math.max(Math.abs(x - 0.5), Math.abs(y - 0.5))).toBeGreaterThan(0.3);
  }
  expect(edges.size).toBe(4);
});

test('a vignette leaves the middle as it is, and the corners black', async () => {
  const pixels = await apply(vignette, skin, 100);
  expect(colourAt(pixels, SIDE / 2, SIDE / 2)).toEqual([...SKIN]);
  for (const [row, column] of [
    [0, 0],
    [0, SIDE - 1],
    [SIDE - 1, 0],
    [SIDE - 1, SIDE - 1],
  ] as const) {
    expect(Math.max(...colourAt(pixels, row, column))).toBeLessThan(16);
  }
});

test('bubbles shine: white rims and highlights, and dark outlines', async () => {
  const pixels = await apply(bubbles, skin, 20);
  const levels = Array.from(pixels).filter((_, index) => index % 3 === 1);
  expect(Math.max(...levels)).toBeGreaterThan(225);
  expect(Math.min(...levels)).toBeLessThan(120);
  expect(levels.filter((level) => level === SKIN[1]).length).toBeGreaterThan(levels.length / 4);
});
