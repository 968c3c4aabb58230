import { damaged, severalPages, truncated } from './refusals.ts';

const SIGNATURE_BYTES = 8;
/** Length and type before the data of a chunk, checksum after it. */
const CHUNK_OVERHEAD = 12;

/**
 * What shows in the pixels: the image itself, transparency, colour space, orientation. Everything else (texts, time
 * stamps, private chunks) is dropped: compressed texts are a decompression bomb that libpng's limit, which counts per
 * chunk, does not stop: 50 chunks in 366 kB were measured to cost libvips 2.4 GB and 8 s.
 */
const KEPT_CHUNKS: ReadonlySet<string> = new Set([
  ...['IHDR', 'PLTE', 'IDAT', 'IEND'],
  ...['tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'sBIT', 'cICP', 'eXIf'],
]);

/**
 * A PNG reduced to the chunks that show in the pixels, up to its end chunk.
 *
 * @param bytes a file that begins with the PNG signature
 * @returns a well-formed chain of chunks; the data in them is not checked
 * @throws IMAGE_TRUNCATED (no end chunk), IMAGE_SEVERAL_PAGES (an animation), IMAGE_DAMAGED
 */
export function withoutPngMetadata(bytes: Uint8Array): Buffer {
  const png = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Buffer[] = [png.subarray(0, SIGNATURE_BYTES)];
  for (let at = SIGNATURE_BYTES; ;) {
    if (at + CHUNK_OVERHEAD > png.length) throw truncated('PNG');
    const end = at + CHUNK_OVERHEAD + png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    if (!/^[A-Za-z]{4}$/.test(type)) throw damaged('PNG');
    if (end > png.length) throw truncated('PNG');
    if (type === 'acTL') throw severalPages('an animated PNG');
    if (KEPT_CHUNKS.has(type)) kept.push(png.subarray(at, end));
    if (type === 'IEND') return Buffer.concat(kept);
    at = end;
  }
}
