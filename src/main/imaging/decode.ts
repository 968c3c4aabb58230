/**
 * Untrusted bytes in, validated pixels out. Runs only inside the imaging process (hosts/worker/imaging.ts): libvips and
 * the codecs under it are C, and meet here what a stranger made. Importing this file sets libvips up for the process.
 */
import sharp, { type Metadata } from 'sharp';
import type { ModelCard } from '../../shared/contract/modelCard.ts';
import { EpsiloscopeError } from '../../shared/kernel/errors.ts';
import { readBmpLayout, readBmpPixels } from './bmp.ts';
import { MAX_PHOTOGRAPH_PIXELS, MAX_PIXELS, MAX_SIDE, MIN_SIDE, THUMBNAIL_SIDE } from './limits.ts';
import { withoutPngMetadata } from './png.ts';
import { damaged, formatNotAccepted, refuseImage, severalPages, truncated } from './refusals.ts';
import { sniffImage, type ImageFormat } from './sniff.ts';

sharp.cache(false);
sharp.concurrency(1);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadTiffBuffer',
    'VipsForeignLoadWebpBuffer',
  ],
});

/** What an image is, once its orientation has been applied. Sides in pixels. */
export interface ImageFacts {
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly height: number;
  readonly width: number;
}

export interface ModelInputTarget extends Size {
  readonly preprocessing: ModelCard['input']['preprocessing'];
}

/** A photograph as it is shown: `png` has `width * height` pixels. */
export interface Photograph {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
}

interface DecodedImage extends ImageFacts {
  /** `height * width * 3` bytes: 8-bit sRGB, row-major. */
  readonly pixels: Uint8Array;
}

const NAMES: Readonly<Record<ImageFormat, string>> = {
  jpeg: 'JPEG',
  png: 'PNG',
  tiff: 'TIFF',
  bmp: 'BMP',
  webp: 'WebP',
};

/** libvips' names of what is converted to 8-bit sRGB; Lab, floating-point and multispectral images are not. */
const ACCEPTED_SPACES: ReadonlySet<string | undefined> = new Set(['srgb', 'rgb16', 'b-w', 'grey16', 'cmyk']);
const ACCEPTED_DEPTHS: ReadonlySet<string | undefined> = new Set(['uchar', 'ushort']);

function refuseSides(width: number, height: number): void {
  const size = `The image has ${width} x ${height} pixels`;
  if (width * height > MAX_PIXELS) {
    throw refuseImage(
      'IMAGE_TOO_MANY_PIXELS',
      `${size}; at most ${MAX_PIXELS / 1e6} million are decoded.`,
      'Save the image with fewer pixels, and import that file.',
    );
  }
  if (Math.max(width, height) > MAX_SIDE) {
    throw refuseImage(
      'IMAGE_SIDE_TOO_LONG',
      `${size}; no side may be longer than ${MAX_SIDE}.`,
      'Crop the image to the lesion, and import that file.',
    );
  }
  if (Math.min(width, height) < MIN_SIDE) {
    throw refuseImage(
      'IMAGE_TOO_SMALL',
      `${size}; each side needs at least ${MIN_SIDE}.`,
      'Import the photograph itself, not a thumbnail or an icon.',
    );
  }
}

function refuseHeader(format: ImageFormat, header: Metadata): void {
  const name = NAMES[format];
  if ((header.pages ?? 1) > 1) throw severalPages(`a ${name} with ${header.pages ?? 1} pictures in it`);
  // Raw photographs of several makers are TIFFs whose first picture is a small preview, the real one a sub-image.
  if ((header.subifds ?? 0) > 0) throw severalPages(`a ${name} with further pictures inside its first`);
  if (!ACCEPTED_SPACES.has(header.space) || !ACCEPTED_DEPTHS.has(header.depth)) {
    throw formatNotAccepted(`a ${name} in a colour space or depth (${header.space}, ${header.depth})`);
  }
  refuseSides(header.width, header.height);
}

/** What libvips reads: a PNG without its metadata, a WebP that is complete, anything else as it is. */
function prepare(format: ImageFormat, bytes: Uint8Array): Uint8Array {
  if (format === 'png') return withoutPngMetadata(bytes);
  if (format === 'webp') {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const riffHeaderBytes = 8;
    if (riffHeaderBytes + view.getUint32(4, true) > bytes.byteLength) throw truncated('WebP');
  }
  return bytes;
}

/** libvips says in words only why it stopped; what is not about a missing end is called damaged. */
function refuseCodecError(format: ImageFormat, error: unknown): never {
  if (error instanceof EpsiloscopeError) throw error;
  const reason = error instanceof Error ? error.message : '';
  if (/premature end/i.test(reason)) throw truncated(NAMES[format], { cause: error });
  throw damaged(NAMES[format], { cause: error });
}

async function decodeByLibvips(format: ImageFormat, bytes: Uint8Array): Promise<DecodedImage> {
  const input = prepare(format, bytes);
  const options = { failOn: 'warning', sequentialRead: true } as const;
  // The header is read without a pixel limit, so that the refusal can say how many pixels there are.
  refuseHeader(format, await sharp(input, { ...options, limitInputPixels: false }).metadata());
  const { data, info } = await sharp(input, { ...options, limitInputPixels: MAX_PIXELS })
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { format, width: info.width, height: info.height, pixels: data };
}

function decodeBmp(bytes: Uint8Array): DecodedImage {
  const layout = readBmpLayout(bytes);
  refuseSides(layout.width, layout.height);
  return { format: 'bmp', width: layout.width, height: layout.height, pixels: readBmpPixels(bytes, layout) };
}

/** Decodes every pixel: a file that is accepted once cannot turn out to be cut short later. */
async function decodeImage(bytes: Uint8Array): Promise<DecodedImage> {
  const format = sniffImage(bytes);
  if (format === 'bmp') return decodeBmp(bytes);
  return decodeByLibvips(format, bytes).catch((error: unknown) => refuseCodecError(format, error));
}

/** A new pipeline over decoded pixels; nothing of the file, no profile and no metadata, gets this far. */
const pipeline = ({ pixels, width, height }: DecodedImage) =>
  sharp(pixels, { raw: { width, height, channels: 3 }, limitInputPixels: MAX_PIXELS });

/** Offset that puts `part` in the middle of `whole`; an odd remainder goes to the right and bottom. */
const centred = (whole: number, part: number) => Math.floor((whole - part) / 2);

/**
 * Validates an image by decoding all of it.
 *
 * @param bytes the whole file
 * @throws any IMAGE_... refusal but those about files and processes
 */
export async function inspectImage(bytes: Uint8Array): Promise<ImageFacts> {
  const { format, width, height } = await decodeImage(bytes);
  return { format, width, height };
}

/**
 * The model input of a photograph: its middle square, resized with Lanczos-3 as libvips computes it (from a reduction
 * of 4 on, a box filter takes the first step).
 *
 * @returns `height * width * 3` bytes: 8-bit sRGB, row-major
 * @throws any IMAGE_... refusal but those about files and processes
 */
export async function modelInput(bytes: Uint8Array, target: ModelInputTarget): Promise<Uint8Array> {
  const { height, width, preprocessing } = target;
  if (height !== width) throw new RangeError(`${preprocessing.framing} framing needs a square input.`);
  const image = await decodeImage(bytes);
  const side = Math.min(image.width, image.height);
  return pipeline(image)
    .extract({ left: centred(image.width, side), top: centred(image.height, side), width: side, height: side })
    .resize(width, height, { kernel: preprocessing.resize, fit: 'fill' })
    .raw()
    .toBuffer();
}

/**
 * A photograph as training keeps it, with room at the sides for shifts and rotations: scaled so that the short side
 * becomes `height`, then cropped to the middle `width`. An upright photograph is laid on its side first (a lesion has no
 * up); one squarer than `width` to `height` is scaled until it fills the width.
 *
 * @returns `height * width * 3` bytes: 8-bit sRGB, row-major
 * @throws any IMAGE_... refusal but those about files and processes
 */
export async function trainingInput(bytes: Uint8Array, { height, width }: Size): Promise<Uint8Array> {
  const image = await decodeImage(bytes);
  const upright = image.height > image.width;
  return pipeline(image)
    .rotate(upright ? 90 : 0)
    .resize(width, height, { kernel: 'lanczos3', fit: 'cover', position: 'centre' })
    .raw()
    .toBuffer();
}

/**
 * The whole photograph for the page, every pixel as it was decoded, without any metadata of the original. One of more than
 * 16 million pixels is reduced to that.
 *
 * PNG of level 1: on the demo's images it takes 12 ms at 1.4 MB, against 35 ms at 0.8 MB with level 3 and adaptive filters
 * and 152 ms at 0.5 MB as lossless WebP; between two processes of one machine time is what counts.
 *
 * @throws any IMAGE_... refusal but those about files and processes
 */
export async function photograph(bytes: Uint8Array): Promise<Photograph> {
  const image = await decodeImage(bytes);
  const scale = Math.min(1, Math.sqrt(MAX_PHOTOGRAPH_PIXELS / (image.width * image.height)));
  const [width, height] = [Math.floor(image.width * scale), Math.floor(image.height * scale)];
  const shown = scale < 1 ? pipeline(image).resize(width, height, { fit: 'fill' }) : pipeline(image);
  const png = await shown.png({ compressionLevel: 1 }).toBuffer();
  return { png, width, height };
}

/**
 * A small picture for lists, without any metadata of the original.
 *
 * @returns WebP bytes, the long side at most 256 pixels
 * @throws any IMAGE_... refusal but those about files and processes
 */
export async function thumbnail(bytes: Uint8Array): Promise<Uint8Array> {
  return pipeline(await decodeImage(bytes))
    .resize(THUMBNAIL_SIDE, THUMBNAIL_SIDE, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 80 })
    .toBuffer();
}
