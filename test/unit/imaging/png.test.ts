import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withoutPngMetadata } from '../../../src/main/imaging/png.ts';
import { EpsiloscopeError } from '../../../src/shared/kernel/errors.ts';
import { pictureOf, pngAnimation, pngBytes, pngText } from '../../support/imageBytes.ts';

const picture = pictureOf(32, 32, (row, column) => [row, column, row ^ column]);
const plain = pngBytes(picture);

describe('a PNG is reduced to what shows in its pixels', () => {
  test('texts are dropped, and nothing else changes', () => {
    expect(withoutPngMetadata(pngBytes(picture, { before: [pngText(1000), pngText(1)] }))).toEqual(plain);
  });

  test('bytes after the end are dropped', () => {
    expect(withoutPngMetadata(Buffer.concat([plain, Buffer.from('PK\x03\x04')]))).toEqual(plain);
  });

  test('a PNG without texts stays as it is', () => {
    expect(withoutPngMetadata(plain)).toEqual(plain);
  });
});

test('a PNG that is cut anywhere is truncated', () => {
  const signatureBytes = 8;
  fc.assert(
    fc.property(fc.integer({ min: signatureBytes, max: plain.length - 1 }), (length) => {
      expect(() => withoutPngMetadata(plain.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'IMAGE_TRUNCATED' }),
      );
    }),
  );
});

test('an animation is refused', () => {
  expect(() => withoutPngMetadata(pngBytes(picture, { before: [pngAnimation(3)] }))).toThrow(
    expect.objectContaining({ code: 'IMAGE_SEVERAL_PAGES' }),
  );
});

test('whatever follows the signature, the answer is a PNG or a refusal', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (rest) => {
      try {
        withoutPngMetadata(Buffer.concat([plain.subarray(0, 33), rest]));
      } catch (error) {
        expect(error).toBeInstanceOf(EpsiloscopeError);
      }
    }),
  );
});
