import { damaged, formatNotAccepted, truncated } from './refusals.ts';

/** The fixed part of a BMP: file header (14 bytes) and BITMAPINFOHEADER (40 bytes), to which later headers only add. */
const HEADER_BYTES = 54;
const INFO_HEADER_BYTES = 40;
const UNCOMPRESSED = 0;

export interface BmpLayout {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bytesPerPixel: 3 | 4;
  readonly pixelsAt: number;
  /** Bytes from one row to the next: rows are padded to a multiple of four. */
  readonly stride: number;
}

/**
 * Reads the header of an uncompressed BMP of 24 or 32 bits, the kind that capture programs and the PH2 data set have.
 * Palettes, run lengths and bit masks are refused: docs/decisions/0009-image-formats.md.
 *
 * @throws IMAGE_FORMAT_NOT_ACCEPTED, IMAGE_TRUNCATED, IMAGE_DAMAGED
 */
export function readBmpLayout(bytes: Uint8Array): BmpLayout {
  const bmp = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bmp.length < HEADER_BYTES) throw truncated('BMP');
  if (bmp.readUInt32LE(14) < INFO_HEADER_BYTES) throw formatNotAccepted('a BMP of an old kind');
  const bits = bmp.readUInt16LE(28);
  if (bits !== 24 && bits !== 32) throw formatNotAccepted(`a BMP of ${bits} bits per pixel`);
  if (bmp.readUInt32LE(30) !== UNCOMPRESSED) throw formatNotAccepted('a compressed BMP');

  const width = bmp.readInt32LE(18);
  const signedHeight = bmp.readInt32LE(22);
  const pixelsAt = bmp.readUInt32LE(10);
  if (width <= 0 || signedHeight === 0 || pixelsAt < HEADER_BYTES) throw damaged('BMP');
  const stride = Math.ceil((width * bits) / 32) * 4;
  const height = Math.abs(signedHeight);
  return { width, height, topDown: signedHeight < 0, bytesPerPixel: bits === 24 ? 3 : 4, pixelsAt, stride };
}

/**
 * The pixels of a BMP whose size has been found acceptable.
 *
 * @returns `height * width * 3` bytes, RGB, row-major, top row first; the unused fourth byte of 32-bit pixels is dropped
 * @throws IMAGE_TRUNCATED
 */
export function readBmpPixels(bytes: Uint8Array, layout: BmpLayout): Uint8Array {
  const { width, height, topDown, bytesPerPixel, pixelsAt, stride } = layout;
  if (pixelsAt + stride * (height - 1) + width * bytesPerPixel > bytes.length) throw truncated('BMP');
  const rgb = new Uint8Array(width * height * 3);
  for (let row = 0, to = 0; row < height; row++) {
    let from = pixelsAt + stride * (topDown ? row : height - 1 - row);
    for (let column = 0; column < width; column++, from += bytesPerPixel, to += 3) {
      rgb[to] = bytes[from + 2] ?? 0;
      rgb[to + 1] = bytes[from + 1] ?? 0;
      rgb[to + 2] = bytes[from] ?? 0;
    }
  }
  return rgb;
}
