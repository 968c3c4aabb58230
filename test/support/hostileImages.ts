/** The corpus of hostile and unusual images, each with what must become of it. Small files lie in test/fixtures/images. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ImageRefusalCode } from '../../src/main/imaging/refusals.ts';
import type { ImageFormat } from '../../src/main/imaging/sniff.ts';
import { pngBytes, pngText } from './imageBytes.ts';

export const IMAGE_FIXTURES = new URL('../fixtures/images/', import.meta.url);
export const imageFixture = (name: string) => fileURLToPath(new URL(name, IMAGE_FIXTURES));

/** Every accepted fixture shows this: four quadrants in the order top left, top right, bottom left, bottom right. */
export const WIDTH = 64;
export const HEIGHT = 48;
export type Rgb = readonly [red: number, green: number, blue: number];
export type Quadrants = readonly [Rgb, Rgb, Rgb, Rgb];
export const COLOURS: Quadrants = [
  [200, 50, 40],
  [60, 160, 70],
  [50, 80, 190],
  [240, 230, 220],
];

export type Outcome =
  { readonly refused: ImageRefusalCode } | { readonly accepted: ImageFormat; readonly quadrants: Quadrants };

const accepted = (format: ImageFormat, quadrants: Quadrants = COLOURS): Outcome => ({ accepted: format, quadrants });
const refused = (code: ImageRefusalCode): Outcome => ({ refused: code });

/** The sRGB grey of the colours' luminance: 0.2126 R + 0.7152 G + 0.0722 B in linear light (IEC 61966-2-1). */
const GREYS: Quadrants = [
  [107, 107, 107],
  [141, 141, 141],
  [90, 90, 90],
  [231, 231, 231],
];
/** What is left of the colours in the gamut of four inks. */
const INKS: Quadrants = [
  [200, 36, 16],
  [47, 158, 57],
  [39, 81, 151],
  [233, 226, 217],
];
/** The colours' numbers in Display P3, which is what a reader sees who takes them for sRGB. */
const P3_NUMBERS: Quadrants = [
  [185, 63, 50],
  [90, 158, 81],
  [57, 78, 183],
  [238, 229, 220],
];
const WHITE: Rgb = [255, 255, 255];

export const COMMITTED: Readonly<Record<string, Outcome>> = {
  'baseline.jpg': accepted('jpeg'),
  'progressive.jpg': accepted('jpeg'),
  'jpeg-named.png': accepted('jpeg'),
  'exif-1.jpg': accepted('jpeg'),
  'exif-2.jpg': accepted('jpeg'),
  'exif-3.jpg': accepted('jpeg'),
  'exif-4.jpg': accepted('jpeg'),
  'exif-5.jpg': accepted('jpeg'),
  'exif-6.jpg': accepted('jpeg'),
  'exif-7.jpg': accepted('jpeg'),
  'exif-8.jpg': accepted('jpeg'),
  'grey.jpg': accepted('jpeg', GREYS),
  'cmyk.jpg': accepted('jpeg', INKS),
  'display-p3.jpg': accepted('jpeg'),
  'broken-profile.jpg': accepted('jpeg', P3_NUMBERS),
  'jpeg-and-zip.jpg': accepted('jpeg'),
  'jpeg-and-html.jpg': accepted('jpeg'),
  'rgb.png': accepted('png'),
  'rgb16.png': accepted('png'),
  'grey16.png': accepted('png', GREYS),
  'palette.png': accepted('png'),
  'interlaced.png': accepted('png'),
  // The lower half is transparent.
  'alpha.png': accepted('png', [COLOURS[0], COLOURS[1], WHITE, WHITE]),
  'rgb.webp': accepted('webp'),
  'rgb.tif': accepted('tiff'),
  'rgb16.tif': accepted('tiff'),
  'rgb24.bmp': accepted('bmp'),
  'rgb32-top-down.bmp': accepted('bmp'),
  'truncated.jpg': refused('IMAGE_TRUNCATED'),
  'truncated-progressive.jpg': refused('IMAGE_TRUNCATED'),
  'truncated-in-header.jpg': refused('IMAGE_TRUNCATED'),
  'truncated.png': refused('IMAGE_TRUNCATED'),
  'truncated.webp': refused('IMAGE_TRUNCATED'),
  // The directory of a TIFF may lie at its end: nothing tells a cut file from a broken one.
  'truncated.tif': refused('IMAGE_DAMAGED'),
  'truncated.bmp': refused('IMAGE_TRUNCATED'),
  'flipped-byte.png': refused('IMAGE_DAMAGED'),
  'claims-65500x65500.jpg': refused('IMAGE_TOO_MANY_PIXELS'),
  'zero-by-zero.png': refused('IMAGE_DAMAGED'),
  'zero-by-zero.jpg': refused('IMAGE_DAMAGED'),
  'one-by-one.png': refused('IMAGE_TOO_SMALL'),
  'thin-20001x32.png': refused('IMAGE_SIDE_TOO_LONG'),
  'animated.png': refused('IMAGE_SEVERAL_PAGES'),
  'animated.webp': refused('IMAGE_SEVERAL_PAGES'),
  'animated.gif': refused('IMAGE_FORMAT_NOT_ACCEPTED'),
  'two-pages.tif': refused('IMAGE_SEVERAL_PAGES'),
  'sub-image.tif': refused('IMAGE_SEVERAL_PAGES'),
  'float.tif': refused('IMAGE_FORMAT_NOT_ACCEPTED'),
  'palette.bmp': refused('IMAGE_FORMAT_NOT_ACCEPTED'),
  'run-length.bmp': refused('IMAGE_FORMAT_NOT_ACCEPTED'),
  'svg-named.jpg': refused('IMAGE_FORMAT_NOT_ACCEPTED'),
  'html-named.jpg': refused('IMAGE_FORMAT_NOT_ACCEPTED'),
  'pdf-named.jpg': refused('IMAGE_FORMAT_NOT_ACCEPTED'),
  'heic-named.jpg': refused('IMAGE_FORMAT_NOT_ACCEPTED'),
  'zip-named.png': refused('IMAGE_FORMAT_NOT_ACCEPTED'),
  'exe-named.jpg': refused('IMAGE_FORMAT_NOT_ACCEPTED'),
  'dicom-named.jpg': refused('IMAGE_FORMAT_NOT_ACCEPTED'),
  'text-named.bmp': refused('IMAGE_NOT_AN_IMAGE'),
  'wrong-magic.jpg': refused('IMAGE_NOT_AN_IMAGE'),
  'magic-only.jpg': refused('IMAGE_TRUNCATED'),
  'empty.jpg': refused('IMAGE_EMPTY'),
};

interface MadeImage {
  /** Puts the thing at a path that is free. */
  readonly make: (path: string) => void;
  readonly outcome: Outcome;
  /** FIFOs and links need rights or do not exist on Windows. */
  readonly posixOnly?: true;
}

function makeSparse(path: string): void {
  writeFileSync(path, '');
  truncateSync(path, 1024 ** 3);
}

const black: Rgb = [0, 0, 0];

/** Too large or too odd to be committed: made when the test runs. */
export const MADE: Readonly<Record<string, MadeImage>> = {
  'missing.jpg': { make: () => undefined, outcome: refused('IMAGE_UNREADABLE') },
  'directory.jpg': {
    make: (path) => {
      mkdirSync(path);
    },
    outcome: refused('IMAGE_NOT_A_FILE'),
  },
  'fifo.jpg': {
    make: (path) => execFileSync('mkfifo', [path]),
    outcome: refused('IMAGE_NOT_A_FILE'),
    posixOnly: true,
  },
  'link.jpg': {
    make: (path) => {
      symlinkSync(imageFixture('baseline.jpg'), path);
    },
    outcome: refused('IMAGE_NOT_A_FILE'),
    posixOnly: true,
  },
  'sparse-gigabyte.jpg': { make: makeSparse, outcome: refused('IMAGE_TOO_LARGE') },
  // 64 million pixels in 190 kB.
  'bomb-8000x8000.png': {
    make: (path) => {
      writeFileSync(path, pngBytes({ width: 8000, height: 8000 }));
    },
    outcome: refused('IMAGE_TOO_MANY_PIXELS'),
  },
  // 375 MB of text in 370 kB: dropped unread.
  'bomb-of-texts.png': {
    make: (path) => {
      const text = pngText(7_500_000);
      writeFileSync(
        path,
        pngBytes({ width: WIDTH, height: HEIGHT }, { before: Array.from({ length: 50 }, () => text) }),
      );
    },
    outcome: accepted('png', [black, black, black, black]),
  },
};

/** Makes {@link MADE} in a folder; what this system cannot make is left out. */
export function makeImages(folder: string): readonly (readonly [name: string, path: string, outcome: Outcome])[] {
  return Object.entries(MADE)
    .filter(([, { posixOnly }]) => posixOnly !== true || process.platform !== 'win32')
    .map(([name, { make, outcome }]) => {
      const path = join(folder, name);
      make(path);
      return [name, path, outcome] as const;
    });
}
