import { formatNotAccepted, refuseImage } from './refusals.ts';
import { MAX_FILE_BYTES } from './limits.ts';

export const IMAGE_FORMATS = ['jpeg', 'png', 'tiff', 'bmp', 'webp'] as const;
export type ImageFormat = (typeof IMAGE_FORMATS)[number];

/** A run of bytes at an offset; `.` in `text` stands for any byte. */
interface Signature {
  readonly offset?: number;
  readonly text: string;
}

const ACCEPTED: readonly (readonly [ImageFormat, Signature])[] = [
  ['jpeg', { text: '\xff\xd8\xff' }],
  ['png', { text: '\x89PNG\r\n\x1a\n' }],
  ['tiff', { text: 'II*\0' }],
  ['tiff', { text: 'MM\0*' }],
  ['webp', { text: 'RIFF....WEBP' }],
];

/**
 * Files that people do put into image folders, and files that pretend: told by name, so that the message helps.
 * They come before the accepted ones: Canon's raw format, for one, begins like a TIFF whose first picture is a preview.
 */
const REFUSED: readonly (readonly [string, Signature])[] = [
  ['a Canon raw photograph', { text: 'II*\0....CR' }],
  ['a BigTIFF', { text: 'II+\0' }],
  ['a BigTIFF', { text: 'MM\0+' }],
  ['a GIF', { text: 'GIF8' }],
  ['a PDF document', { text: '%PDF-' }],
  ['a DICOM file', { offset: 128, text: 'DICM' }],
  ['a HEIC photograph', { offset: 4, text: 'ftyphei' }],
  ['a HEIC photograph', { offset: 4, text: 'ftyphev' }],
  ['a HEIF picture', { offset: 4, text: 'ftypmif1' }],
  ['a HEIF picture', { offset: 4, text: 'ftypmsf1' }],
  ['an AVIF picture', { offset: 4, text: 'ftypavi' }],
  ['a video or another ISO media file', { offset: 4, text: 'ftyp' }],
  ['a JPEG 2000 picture', { text: '\0\0\0\x0cjP  ' }],
  ['a JPEG XL picture', { text: '\xff\x0a' }],
  ['a JPEG XL picture', { text: '\0\0\0\x0cJXL ' }],
  ['a Photoshop document', { text: '8BPS' }],
  ['an icon', { text: '\0\0\x01\0' }],
  ['a ZIP archive or Office document', { text: 'PK\x03\x04' }],
  ['a gzip archive', { text: '\x1f\x8b' }],
  ['a 7-Zip archive', { text: '7z\xbc\xaf\x27\x1c' }],
  ['a RAR archive', { text: 'Rar!\x1a\x07' }],
  ['a Windows program', { text: 'MZ' }],
  ['a Linux program', { text: '\x7fELF' }],
  ['a macOS program', { text: '\xcf\xfa\xed\xfe' }],
  ['a script', { text: '#!' }],
];

const HEAD_BYTES = 1024;

/** Sizes of the information headers that BMP has had; "BM" alone would also be the start of a text. */
const BMP_HEADER_SIZES: readonly number[] = [12, 40, 52, 56, 64, 108, 124];

const matches = (head: string, { offset = 0, text }: Signature) =>
  head.length >= offset + text.length &&
  Array.from(text).every((character, at) => character === '.' || character === head[offset + at]);

const isBmp = (head: string) => head.startsWith('BM') && BMP_HEADER_SIZES.includes(head.charCodeAt(14));

function refuseMarkup(head: string): void {
  const text = head.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (!text.startsWith('<')) return;
  if (/<svg[\s>]/i.test(text)) throw formatNotAccepted('an SVG drawing');
  throw formatNotAccepted('an HTML or XML document');
}

/**
 * The format of an image by its first bytes; the name of the file plays no part.
 *
 * @param bytes the whole file
 * @throws IMAGE_EMPTY, IMAGE_TOO_LARGE, IMAGE_FORMAT_NOT_ACCEPTED (a known kind of file that is refused by name) or
 *   IMAGE_NOT_AN_IMAGE (anything else)
 */
export function sniffImage(bytes: Uint8Array): ImageFormat {
  refuseSize(bytes.byteLength);
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(HEAD_BYTES, bytes.byteLength)).toString('latin1');
  for (const [name, signature] of REFUSED) if (matches(head, signature)) throw formatNotAccepted(name);
  for (const [format, signature] of ACCEPTED) if (matches(head, signature)) return format;
  if (isBmp(head)) return 'bmp';
  refuseMarkup(head);
  throw refuseImage(
    'IMAGE_NOT_AN_IMAGE',
    'The file does not begin like any image that is known here.',
    'Check what the file is. JPEG, PNG, TIFF, WebP and 24-bit BMP images are accepted.',
  );
}

/** @throws IMAGE_EMPTY, IMAGE_TOO_LARGE */
export function refuseSize(byteLength: number): void {
  if (byteLength === 0) {
    throw refuseImage('IMAGE_EMPTY', 'The file is empty.', 'Copy the file again from where it came.');
  }
  if (byteLength > MAX_FILE_BYTES) {
    throw refuseImage(
      'IMAGE_TOO_LARGE',
      `The file has ${Math.ceil(byteLength / 1024 / 1024)} MiB; at most ${MAX_FILE_BYTES / 1024 / 1024} MiB are read.`,
      'Save the image as JPEG, or with fewer pixels, and import that file.',
    );
  }
}
