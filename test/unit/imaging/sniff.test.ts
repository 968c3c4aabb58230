import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_FILE_BYTES } from '../../../src/main/imaging/limits.ts';
import { IMAGE_FORMATS, sniffImage } from '../../../src/main/imaging/sniff.ts';
import { EpsiloscopeError } from '../../../src/shared/kernel/errors.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');

describe('a file is told by its first bytes', () => {
  test.each([
    ['\xff\xd8\xff\xe0', 'jpeg'],
    ['\x89PNG\r\n\x1a\n', 'png'],
    ['II*\0\x08\0\0\0', 'tiff'],
    ['MM\0*\0\0\0\x08', 'tiff'],
    ['RIFF\x10\0\0\0WEBPVP8 ', 'webp'],
    ['BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0', 'bmp'],
  ])('%j is %s', (start, format) => {
    expect(sniffImage(latin1(start))).toBe(format);
  });
});

describe('a file that is no accepted image is refused by its name', () => {
  test.each([
    ['GIF89a', 'a GIF'],
    ['%PDF-1.7', 'a PDF document'],
    ['\0\0\0\x18ftypheic', 'a HEIC photograph'],
    ['\0\0\0\x18ftypavif', 'an AVIF picture'],
    ['II*\0\x10\0\0\0CR\x02\0', 'a Canon raw photograph'],
    ['PK\x03\x04', 'a ZIP archive or Office document'],
    ['MZ\x90\0', 'a Windows program'],
    ['\x7fELF\x02', 'a Linux program'],
    ['#!/bin/sh', 'a script'],
    ['\xef\xbb\xbf \n<?xml version="1.0"?><svg width="1">', 'an SVG drawing'],
    ['<!-- <b> --><html>', 'an HTML or XML document'],
    ['\0'.repeat(128) + 'DICM', 'a DICOM file'],
  ])('%j is %s', (start, name) => {
    expect(() => sniffImage(latin1(start))).toThrow(
      expect.objectContaining({
        code: 'IMAGE_FORMAT_NOT_ACCEPTED',
        message: `This is ${name}, which is not accepted.`,
      }),
    );
  });

  test.each([
    ['the first two bytes of a JPEG', '\xff\xd8'],
    ['a RIFF file that is no WebP', 'RIFF\x10\0\0\0WAVEfmt '],
    ['a text that begins with BM', 'BM is not enough to be a bitmap.'],
    ['a text', 'image_id,dx\n'],
  ])('%s is not an image', (_, start) => {
    expect(() => sniffImage(latin1(start))).toThrow(expect.objectContaining({ code: 'IMAGE_NOT_AN_IMAGE' }));
  });
});

test('one byte above the limit is too large, and the message gives both sizes', () => {
  const bytes = new Uint8Array(MAX_FILE_BYTES + 1);
  bytes.set([0xff, 0xd8, 0xff]);
  expect(sniffImage(bytes.subarray(0, MAX_FILE_BYTES))).toBe('jpeg');
  expect(() => sniffImage(bytes)).toThrow('The file has 65 MiB; at most 64 MiB are read.');
});

test('whatever the bytes, the answer is a format or a refusal', () => {
  const starts = ['', '\xff\xd8\xff', 'BM', 'RIFF', 'II', '<', '\0\0\0\x0c'].map(latin1);
  fc.assert(
    fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 200 }), (start, rest) => {
      try {
        expect(IMAGE_FORMATS).toContain(sniffImage(Buffer.concat([start, rest])));
      } catch (error) {
        expect(error).toBeInstanceOf(EpsiloscopeError);
      }
    }),
  );
});
