/** Images made byte by byte, where no encoder would make them: the specification of each format, in short. */
import { crc32, deflateSync } from 'node:zlib';

/** RGB, row-major, `height * width * 3` bytes. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

export function pictureOf(
  width: number,
  height: number,
  colourAt: (row: number, column: number) => readonly number[],
): Picture {
  const pixels = Buffer.alloc(width * height * 3);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) pixels.set(colourAt(row, column), (row * width + column) * 3);
  }
  return { width, height, pixels };
}

function pngChunk(type: string, data: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(named.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  named.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(named), named.length + 4);
  return chunk;
}

export interface PngOptions {
  /** Chunks between the header and the pixels. */
  readonly before?: readonly Buffer[];
}

/** An 8-bit RGB PNG. Where `pixels` are left out they are black, and may be many. */
export function pngBytes(
  { width, height, pixels }: Omit<Picture, 'pixels'> & Partial<Picture>,
  options: PngOptions = {},
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const stride = width * 3;
  const filtered = Buffer.alloc((stride + 1) * height);
  for (let row = 0; pixels !== undefined && row < height; row++) {
    filtered.set(pixels.subarray(row * stride, (row + 1) * stride), row * (stride + 1) + 1);
  }
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    ...(options.before ?? []),
    pngChunk('IDAT', deflateSync(filtered, { level: 9 })),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A compressed text that unpacks to `length` letters. */
export const pngText = (length: number) =>
  pngChunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0'), deflateSync(Buffer.alloc(length, 'A'), { level: 9 })]));

/** The chunk that makes a PNG an animation of `frames` frames. */
export function pngAnimation(frames: number): Buffer {
  const data = Buffer.alloc(8);
  data.writeUInt32BE(frames, 0);
  return pngChunk('acTL', data);
}

export interface BmpOptions {
  readonly bits?: 8 | 24 | 32;
  readonly topDown?: boolean;
  readonly compression?: number;
}

/** A BMP of 24 or 32 bits; with `bits: 8` only its header is right. */
export function bmpBytes({ width, height, pixels }: Picture, options: BmpOptions = {}): Buffer {
  const { bits = 24, topDown = false, compression = 0 } = options;
  const stride = Math.ceil((width * bits) / 32) * 4;
  const bmp = Buffer.alloc(54 + stride * height);
  bmp.write('BM', 'latin1');
  bmp.writeUInt32LE(bmp.length, 2);
  bmp.writeUInt32LE(54, 10);
  bmp.writeUInt32LE(40, 14);
  bmp.writeInt32LE(width, 18);
  bmp.writeInt32LE(topDown ? -height : height, 22);
  bmp.writeUInt16LE(1, 26);
  bmp.writeUInt16LE(bits, 28);
  bmp.writeUInt32LE(compression, 30);
  if (bits === 8) return bmp;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [red = 0, green = 0, blue = 0] = pixels.subarray((row * width + column) * 3);
      const at = 54 + stride * (topDown ? row : height - 1 - row) + (column * bits) / 8;
      bmp.set([blue, green, red], at);
    }
  }
  return bmp;
}

export interface TiffOptions {
  readonly sample?: 'uint8' | 'uint16' | 'float32';
  readonly pages?: number;
  /** Whether the first page points to a further image inside it, as raw photographs do. */
  readonly subImage?: boolean;
}

const SAMPLE_BYTES = { uint8: 1, uint16: 2, float32: 4 } as const;

function tiffSamples(pixels: Uint8Array, sample: keyof typeof SAMPLE_BYTES): Buffer {
  const samples = Buffer.alloc(pixels.length * SAMPLE_BYTES[sample]);
  pixels.forEach((value, index) => {
    if (sample === 'uint8') samples.writeUInt8(value, index);
    else if (sample === 'uint16') samples.writeUInt16LE(value * 257, index * 2);
    else samples.writeFloatLE(value / 255, index * 4);
  });
  return samples;
}

/** A little-endian TIFF, uncompressed RGB in one strip; all pages show the same pixels. */
export function tiffBytes({ width, height, pixels }: Picture, options: TiffOptions = {}): Buffer {
  const { sample = 'uint8', pages = 1, subImage = false } = options;
  const strip = tiffSamples(pixels, sample);
  const bits = SAMPLE_BYTES[sample] * 8;
  const header = Buffer.from('II*\0\0\0\0\0', 'latin1');
  const samplesAt = header.length + strip.length;
  const perSample = Buffer.alloc(12);
  for (let channel = 0; channel < 3; channel++) {
    perSample.writeUInt16LE(bits, channel * 2);
    perSample.writeUInt16LE(sample === 'float32' ? 3 : 1, 6 + channel * 2);
  }
  const directoryAt = samplesAt + perSample.length;
  header.writeUInt32LE(directoryAt, 4);

  const SHORT = 3;
  const LONG = 4;
  const entries = (withSubImage: boolean): number[][] => [
    [256, LONG, 1, width],
    [257, LONG, 1, height],
    [258, SHORT, 3, samplesAt],
    [259, SHORT, 1, 1],
    [262, SHORT, 1, 2],
    [273, LONG, 1, header.length],
    [277, SHORT, 1, 3],
    [278, LONG, 1, height],
    [279, LONG, 1, strip.length],
    [284, SHORT, 1, 1],
    ...(withSubImage ? [[330, LONG, 1, directoryAt + directoryBytes(12)]] : []),
    [339, SHORT, 3, samplesAt + 6],
  ];
  const directoryBytes = (count: number) => 2 + count * 12 + 4;
  const directory = (fields: number[][], next: number): Buffer => {
    const bytes = Buffer.alloc(directoryBytes(fields.length));
    bytes.writeUInt16LE(fields.length, 0);
    fields.forEach(([tag = 0, type = 0, count = 0, value = 0], index) => {
      const at = 2 + index * 12;
      bytes.writeUInt16LE(tag, at);
      bytes.writeUInt16LE(type, at + 2);
      bytes.writeUInt32LE(count, at + 4);
      bytes.writeUInt32LE(value, at + 8);
    });
    bytes.writeUInt32LE(next, bytes.length - 4);
    return bytes;
  };
  const plain = entries(false);
  const directories = subImage
    ? [directory(entries(true), 0), directory(plain, 0)]
    : Array.from({ length: pages }, (_, page) => {
        const end = directoryAt + (page + 1) * directoryBytes(plain.length);
        return directory(plain, page + 1 < pages ? end : 0);
      });
  return Buffer.concat([header, strip, perSample, ...directories]);
}
