/** Draws the app icon at the sizes that systems ask for: `node tools/makeIcons.mjs`, after a change of icon.svg. */
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const SIZES = [16, 24, 32, 48, 64, 128, 256, 512];
const DRAWN_AT = 512;
const POINTS_PER_INCH = 72;

const icons = fileURLToPath(new URL('../resources/icons/', import.meta.url));
for (const size of SIZES) {
  const density = (POINTS_PER_INCH * size) / DRAWN_AT;
  await sharp(`${icons}icon.svg`, { density })
    .resize(size, size)
    .png({ compressionLevel: 9 })
    .toFile(`${icons}icon-${size}.png`);
}
