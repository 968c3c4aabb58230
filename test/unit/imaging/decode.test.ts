import fc from 'fast-check';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { inspectImage, modelInput, photograph, thumbnail, trainingInput } from '../../../src/main/imaging/decode.ts';
import { EpsiloscopeError } from '../../../src/shared/kernel/errors.ts';
import { imageFixture } from '../../support/hostileImages.ts';
import { pictureOf, pngBytes, type Picture } from '../../support/imageBytes.ts';
import { preprocessing } from '../../support/imageDecoders.ts';
import { centreSquare, lanczos3 } from '../../support/lanczos.ts';

const demo = (name: string) => fileURLToPath(new URL(`../../../resources/demo/images/${name}`, import.meta.url));
const pixelsOf = async (bytes: Uint8Array): Promise<Picture> => {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: data };
};

/** Largest and mean difference, in levels of 255. */
function differences(found: Uint8Array, expected: ArrayLike<number>): { largest: number; mean: number } {
  let largest = 0;
  let sum = 0;
  found.forEach((level, index) => {
    const difference = Math.abs(level - (expected[index] ?? NaN));
    largest = Math.max(largest, difference);
    sum += difference;
  });
  return { largest, mean: sum / found.length };
}

const heightIsRow = pictureOf(90, 60, (row, column) => [column, row, 0]);

describe('the model input', () => {
  test('is the middle square of a photograph, resized by Lanczos-3', async () => {
    const photograph = readFileSync(demo('ISIC_0001769.jpg'));
    const found = await modelInput(photograph, { height: 256, width: 256, preprocessing });
    const { largest, mean } = differences(found, lanczos3(centreSquare(await pixelsOf(photograph)), 256));
    expect(found).toHaveLength(256 * 256 * 3);
    // Each of the two passes rounds to 8 bits.
    expect(largest).toBeLessThan(2);
    expect(mean).toBeLessThan(0.5);
  });

  test('stays close to Lanczos-3 where libvips shrinks by a box filter first', async () => {
    const photograph = readFileSync(demo('ISIC_0001769.jpg'));
    const found = await modelInput(photograph, { height: 64, width: 64, preprocessing });
    const { largest, mean } = differences(found, lanczos3(centreSquare(await pixelsOf(photograph)), 64));
    expect(largest).toBeLessThan(6);
    expect(mean).toBeLessThan(1);
  });

  const ham10000 = fileURLToPath(new URL('../../../../shared/data/ham10000/images/', import.meta.url));
  test.skipIf(!existsSync(ham10000))('of a HAM10000 photograph (needs ../shared/data) is plain Lanczos-3', async () => {
    const photograph = readFileSync(`${ham10000}/${readdirSync(ham10000)[0] ?? ''}`);
    const found = await modelInput(photograph, { height: 64, width: 64, preprocessing });
    const { largest } = differences(found, lanczos3(centreSquare(await pixelsOf(photograph)), 64));
    expect(largest).toBeLessThan(2);
  });

  test('leaves an odd remainder of the crop on the right', async () => {
    const bytes = pngBytes(pictureOf(37, 32, (_, column) => [column, 0, 0]));
    const found = await modelInput(bytes, { height: 32, width: 32, preprocessing });
    expect([found[0], found[31 * 3]]).toEqual([2, 33]);
  });

  test('is the same on every repetition', async () => {
    const photograph = readFileSync(demo('ISIC_0001769.jpg'));
    const target = { height: 64, width: 64, preprocessing };
    expect(await modelInput(photograph, target)).toEqual(await modelInput(photograph, target));
  });

  test('cannot be oblong: the middle square would be squashed', async () => {
    await expect(modelInput(pngBytes(heightIsRow), { height: 32, width: 64, preprocessing })).rejects.toThrow(
      RangeError,
    );
  });
});

describe('the training input', () => {
  const size = { height: 60, width: 80 };
  const corners = (pixels: Uint8Array) => {
    const at = (row: number, column: number) => Array.from(pixels.subarray((row * 80 + column) * 3).subarray(0, 2));
    return { topLeft: at(0, 0), topRight: at(0, 79), bottomLeft: at(59, 0) };
  };

  test('keeps the short side and crops the long one to the middle', async () => {
    // Columns 5 to 84 of 90.
    expect(corners(await trainingInput(pngBytes(heightIsRow), size))).toEqual({
      topLeft: [5, 0],
      topRight: [84, 0],
      bottomLeft: [5, 59],
    });
  });

  test('lays an upright photograph on its side', async () => {
    const upright = pictureOf(60, 90, (row, column) => [column, row, 0]);
    // Turned by 90 degrees: the top row is the left column read upwards.
    expect(corners(await trainingInput(pngBytes(upright), size))).toEqual({
      topLeft: [0, 84],
      topRight: [0, 5],
      bottomLeft: [59, 84],
    });
  });

  test('fills its width from a photograph that is squarer', async () => {
    const square = pictureOf(80, 80, (row, column) => [column, row, 0]);
    // Rows 10 to 69 of 80.
    expect(corners(await trainingInput(pngBytes(square), size))).toEqual({
      topLeft: [0, 10],
      topRight: [79, 10],
      bottomLeft: [0, 69],
    });
  });
});

describe('a thumbnail', () => {
  test('is a WebP of 256 pixels on the long side', async () => {
    const metadata = await sharp(await thumbnail(readFileSync(demo('ISIC_0001769.jpg')))).metadata();
    expect(metadata).toMatchObject({ format: 'webp', width: 256, height: 171 });
  });

  test('is upright and carries nothing of what the original says about the patient', async () => {
    const original = readFileSync(imageFixture('exif-6.jpg'));
    expect(original.includes('SECRET NAME')).toBe(true);
    const small = Buffer.from(await thumbnail(original));
    expect(small.includes('SECRET')).toBe(false);
    const { width, height, exif, icc, orientation } = await sharp(small).metadata();
    expect({ width, height, exif, icc, orientation }).toEqual({ width: 64, height: 48 });
  });
});

describe('a photograph as it is shown', () => {
  test('has every pixel of the original', async () => {
    const original = pictureOf(90, 60, (row, column) => [3 * row, column, (row * column) % 256]);
    const { png, width, height } = await photograph(pngBytes(original));
    expect({ width, height }).toEqual({ width: 90, height: 60 });
    expect((await pixelsOf(png)).pixels).toEqual(original.pixels);
  });

  test('is upright and carries nothing of what the original says about the patient', async () => {
    const original = readFileSync(imageFixture('exif-6.jpg'));
    expect(original.includes('SECRET NAME')).toBe(true);
    const { png, ...size } = await photograph(original);
    expect(Buffer.from(png).includes('SECRET')).toBe(false);
    const { format, width, height, exif, icc, orientation } = await sharp(png).metadata();
    expect({ format, width, height, exif, icc, orientation }).toEqual({ format: 'png', ...size });
    expect(size).toEqual({ width: 64, height: 48 });
  });

  test('of more than 16 million pixels is reduced to that, in the same proportions', async () => {
    const { png, width, height } = await photograph(pngBytes({ width: 8000, height: 4000 }));
    expect(await sharp(png).metadata()).toMatchObject({ width, height });
    expect(width * height).toBeLessThanOrEqual(16e6);
    expect(width * height).toBeGreaterThan(15.9e6);
    expect(width / height).toBeCloseTo(2, 2);
  });
});

test.each(['baseline.jpg', 'progressive.jpg', 'rgb.webp', 'rgb.tif', 'interlaced.png', 'animated.webp'])(
  'whatever happens to a byte of %s, the answer is an image or a refusal',
  async (name) => {
    const original = readFileSync(imageFixture(name));
    await fc.assert(
      fc.asyncProperty(fc.nat(original.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = Buffer.from(original);
        changed.writeUInt8(changed.readUInt8(at) ^ change, at);
        try {
          const { width, height } = await inspectImage(changed);
          expect(Math.min(width, height)).toBeGreaterThanOrEqual(32);
        } catch (error) {
          expect(error).toBeInstanceOf(EpsiloscopeError);
        }
      }),
      { numRuns: 60 },
    );
  },
);
