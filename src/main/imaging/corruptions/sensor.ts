/** What a sensor and its file format do: noise, compression. */
import sharp from 'sharp';
import type { Corrupt } from './picture.ts';

/** Gaussian noise of standard deviation `deviation` (levels in [0, 1]), independent in every level (ImageNet-C). */
export const noise: Corrupt = ({ side, pixels }, deviation, random) => ({
  side,
  pixels: pixels.map((level) => level + 255 * deviation * random.normal()),
});

/** Saved as baseline JPEG of this quality with halved colour resolution, as cameras do, and read again. */
export const jpeg: Corrupt = async ({ side, pixels }, quality) => {
  const file = await sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
    .jpeg({ quality, chromaSubsampling: '4:2:0' })
    .toBuffer();
  return { side, pixels: new Uint8ClampedArray(await sharp(file).raw().toBuffer()) };
};
