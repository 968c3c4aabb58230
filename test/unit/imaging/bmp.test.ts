import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readBmpLayout, readBmpPixels } from '../../../src/main/imaging/bmp.ts';
import { EpsiloscopeError } from '../../../src/shared/kernel/errors.ts';
import { bmpBytes } from '../../support/imageBytes.ts';

const read = (bytes: Uint8Array) => readBmpPixels(bytes, readBmpLayout(bytes));

const pictures = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
  .chain(([width, height]) =>
    fc
      .uint8Array({ minLength: width * height * 3, maxLength: width * height * 3 })
      .map((pixels) => ({ width, height, pixels })),
  );
const kinds = fc.record({ bits: fc.constantFrom<24 | 32>(24, 32), topDown: fc.boolean() });

test('the pixels come back, for every padding, depth and order of rows', () => {
  fc.assert(
    fc.property(pictures, kinds, (picture, kind) => {
      const bytes = bmpBytes(picture, kind);
      expect(readBmpLayout(bytes)).toMatchObject({ width: picture.width, height: picture.height });
      expect(Array.from(read(bytes))).toEqual(Array.from(picture.pixels));
    }),
  );
});

test('a BMP of which any pixel is missing is truncated', () => {
  const bytes = bmpBytes({ width: 4, height: 4, pixels: new Uint8Array(48) });
  expect(() => read(bytes.subarray(0, bytes.length - 1))).toThrow(expect.objectContaining({ code: 'IMAGE_TRUNCATED' }));
});

test('a header that claims two billion rows costs nothing', () => {
  const bytes = bmpBytes({ width: 4, height: 4, pixels: new Uint8Array(48) });
  bytes.writeInt32LE(0x7fffffff, 22);
  expect(() => read(bytes)).toThrow(expect.objectContaining({ code: 'IMAGE_TRUNCATED' }));
});

test('whatever the header says, the answer is pixels or a refusal', () => {
  const bytes = bmpBytes({ width: 4, height: 4, pixels: new Uint8Array(48) });
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 53 }), fc.uint8Array({ minLength: 1, maxLength: 4 }), (at, patch) => {
      const patched = Buffer.from(bytes);
      patched.set(patch.subarray(0, patched.length - at), at);
      try {
        read(patched);
      } catch (error) {
        expect(error).toBeInstanceOf(EpsiloscopeError);
      }
    }),
    { numRuns: 500 },
  );
});
