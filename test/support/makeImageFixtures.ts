/**
 * Makes the small files of test/fixtures/images, which are committed so that tests do not hang on today's encoders:
 * `node test/support/makeImageFixtures.ts`. What each must become is in hostileImages.ts.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import { bmpBytes, pictureOf, pngAnimation, pngBytes, tiffBytes, type Picture } from './imageBytes.ts';
import { COLOURS, HEIGHT, IMAGE_FIXTURES, WIDTH } from './hostileImages.ts';

const quadrant = (row: number, column: number) =>
  COLOURS[(row < HEIGHT / 2 ? 0 : 2) + (column < WIDTH / 2 ? 0 : 1)] ?? [0, 0, 0];
const picture = pictureOf(WIDTH, HEIGHT, quadrant);

/**
 * Where a stored pixel lies in the upright picture, for each EXIF orientation (EXIF 2.32, tag 0x0112). For example 6:
 * the stored row 0 is the right side of the upright picture, the stored column 0 its top.
 */
const UPRIGHT: Readonly<Record<number, (row: number, column: number) => readonly [number, number]>> = {
  1: (row, column) => [row, column],
  2: (row, column) => [row, WIDTH - 1 - column],
  3: (row, column) => [HEIGHT - 1 - row, WIDTH - 1 - column],
  4: (row, column) => [HEIGHT - 1 - row, column],
  5: (row, column) => [column, row],
  6: (row, column) => [column, WIDTH - 1 - row],
  7: (row, column) => [HEIGHT - 1 - column, WIDTH - 1 - row],
  8: (row, column) => [HEIGHT - 1 - column, row],
};

const encoder = ({ pixels, width, height }: Picture = picture) =>
  sharp(pixels, { raw: { width, height, channels: 3 } });
const asJpeg = (image: Sharp) => image.jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer();
const firstHalf = (bytes: Buffer) => bytes.subarray(0, bytes.length / 2);

async function rotated(orientation: number): Promise<Buffer> {
  const place = UPRIGHT[orientation] ?? ((row: number, column: number) => [row, column] as const);
  const [width, height] = orientation < 5 ? [WIDTH, HEIGHT] : [HEIGHT, WIDTH];
  const stored = pictureOf(width, height, (row, column) => quadrant(...place(row, column)));
  return asJpeg(encoder(stored).withMetadata({ orientation, exif: { IFD0: { ImageDescription: 'SECRET NAME' } } }));
}

/** The JPEG with another height and width written into its frame header. */
function withClaimedSize(jpeg: Buffer, height: number, width: number): Buffer {
  const claimed = Buffer.from(jpeg);
  const frame = claimed.indexOf(Buffer.from([0xff, 0xc0]));
  claimed.writeUInt16BE(height, frame + 5);
  claimed.writeUInt16BE(width, frame + 7);
  return claimed;
}

function withBrokenProfile(jpeg: Buffer): Buffer {
  const broken = Buffer.from(jpeg);
  const signature = broken.indexOf('acsp');
  broken.fill(0xee, signature - 36, signature + 100);
  return broken;
}

function withFlippedByte(bytes: Buffer): Buffer {
  const flipped = Buffer.from(bytes);
  const middle = bytes.length >> 1;
  flipped.writeUInt8(flipped.readUInt8(middle) ^ 0xff, middle);
  return flipped;
}

const speckled = pictureOf(WIDTH, HEIGHT, (row, column) =>
  [0, 1, 2].map((c) => (row * 7919 + column * 104729 + c * 31) % 251),
);
const jpeg = await asJpeg(encoder());
const progressive = await encoder().jpeg({ quality: 95, chromaSubsampling: '4:4:4', progressive: true }).toBuffer();
const webp = await encoder().webp({ lossless: true }).toBuffer();
const speckledWebp = await encoder(speckled).webp({ lossless: true }).toBuffer();
const png = pngBytes(picture);
const frames = [png, pngBytes(speckled)];
const transparent = Buffer.concat(
  Array.from({ length: WIDTH * HEIGHT }, (_, index) => {
    const row = Math.floor(index / WIDTH);
    return Buffer.from([...quadrant(row, index % WIDTH), row < HEIGHT / 2 ? 255 : 0]);
  }),
);

const files: Readonly<Record<string, Buffer>> = {
  'baseline.jpg': jpeg,
  'progressive.jpg': progressive,
  'jpeg-named.png': jpeg,
  'cmyk.jpg': await asJpeg(encoder().toColourspace('cmyk')),
  'grey.jpg': await asJpeg(encoder().toColourspace('b-w')),
  'display-p3.jpg': await asJpeg(encoder().withIccProfile('p3')),
  'broken-profile.jpg': withBrokenProfile(await asJpeg(encoder().withIccProfile('p3'))),
  'jpeg-and-zip.jpg': Buffer.concat([jpeg, Buffer.from('PK\x03\x04\x14\0\0\0\0\0evil.exe PK\x05\x06', 'latin1')]),
  'jpeg-and-html.jpg': Buffer.concat([jpeg, Buffer.from('<html><script>alert(1)</script></html>')]),
  'rgb.png': png,
  'rgb16.png': await encoder().toColourspace('rgb16').png().toBuffer(),
  'grey16.png': await encoder().toColourspace('grey16').png().toBuffer(),
  'palette.png': await encoder().png({ palette: true }).toBuffer(),
  'interlaced.png': await encoder().png({ progressive: true }).toBuffer(),
  'alpha.png': await sharp(transparent, { raw: { width: WIDTH, height: HEIGHT, channels: 4 } })
    .png()
    .toBuffer(),
  'rgb.webp': webp,
  'rgb.tif': tiffBytes(picture),
  'rgb16.tif': tiffBytes(picture, { sample: 'uint16' }),
  'rgb24.bmp': bmpBytes(picture),
  'rgb32-top-down.bmp': bmpBytes(picture, { bits: 32, topDown: true }),
  'truncated.jpg': firstHalf(jpeg),
  'truncated-progressive.jpg': firstHalf(progressive),
  'truncated-in-header.jpg': jpeg.subarray(0, 30),
  'truncated.png': firstHalf(pngBytes(speckled)),
  'truncated.webp': firstHalf(speckledWebp),
  'truncated.tif': firstHalf(tiffBytes(picture)),
  'truncated.bmp': firstHalf(bmpBytes(picture)),
  'flipped-byte.png': withFlippedByte(pngBytes(speckled)),
  'claims-65500x65500.jpg': withClaimedSize(jpeg, 65500, 65500),
  'zero-by-zero.png': pngBytes({ width: 0, height: 0 }),
  'zero-by-zero.jpg': withClaimedSize(jpeg, 0, 0),
  'one-by-one.png': pngBytes({ width: 1, height: 1 }),
  'thin-20001x32.png': pngBytes({ width: 20001, height: 32 }),
  'animated.png': pngBytes(picture, { before: [pngAnimation(2)] }),
  'animated.webp': await sharp(frames, { join: { animated: true } })
    .webp()
    .toBuffer(),
  'animated.gif': await sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer(),
  'two-pages.tif': tiffBytes(picture, { pages: 2 }),
  'sub-image.tif': tiffBytes(picture, { subImage: true }),
  'float.tif': tiffBytes(picture, { sample: 'float32' }),
  'palette.bmp': bmpBytes(picture, { bits: 8 }),
  'run-length.bmp': bmpBytes(picture, { compression: 1 }),
  'svg-named.jpg': Buffer.from(
    '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48"/>',
  ),
  'html-named.jpg': Buffer.from('<!doctype html><script>alert(1)</script>'),
  'pdf-named.jpg': Buffer.from('%PDF-1.7\n%%EOF\n'),
  'heic-named.jpg': Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'),
  'zip-named.png': Buffer.from('PK\x03\x04\x14\0\0\0\0\0', 'latin1'),
  'exe-named.jpg': Buffer.from('MZ\x90\0\x03\0\0\0', 'latin1'),
  'dicom-named.jpg': Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]),
  'text-named.bmp': Buffer.from('BMP files begin with these two letters, and so does this.'),
  'wrong-magic.jpg': Buffer.concat([Buffer.from([0x00, 0x11, 0x22]), jpeg.subarray(3)]),
  'magic-only.jpg': jpeg.subarray(0, 3),
  'empty.jpg': Buffer.alloc(0),
};

mkdirSync(IMAGE_FIXTURES, { recursive: true });
for (const [name, bytes] of Object.entries(files)) writeFileSync(new URL(name, IMAGE_FIXTURES), bytes);
for (let orientation = 1; orientation <= 8; orientation++) {
  writeFileSync(new URL(`exif-${orientation}.jpg`, IMAGE_FIXTURES), await rotated(orientation));
}
