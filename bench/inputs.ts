import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { createImageDecoder } from '../src/main/imaging/index.ts';
import { nodeImagingLauncher } from '../src/main/hosts/node/imagingLauncher.ts';
import { randomStream } from '../src/main/engine/randomness.ts';
import { classIndexOf, isDiagnosis } from '../src/shared/domain/diagnosis.ts';
import type { Inputs } from './protocol.ts';

const SIDE = 64;
const PREPROCESSING = { framing: 'centre-square', resize: 'lanczos3', colour: 'sRGB' } as const;

/** Which photographs the bench works on. */
export interface Photographs {
  /** Folder of JPEG files, `<image_id>.jpg`. */
  readonly images: string;
  /** CSV with the columns `image_id` and `dx`. */
  readonly labels: string;
}

/**
 * Writes `count` photographs, drawn by `seed`, as model inputs into `folder`, which must not exist yet.
 *
 * @returns what was written, and the SHA-256 of the pixels
 */
export async function writeInputs(
  { images, labels }: Photographs,
  count: number,
  seed: number,
  folder: string,
): Promise<{ inputs: Inputs; sha256: string }> {
  const rows = parse<{ image_id: string; dx: string }>(await readFile(labels), { columns: true, bom: true });
  const files = new Set(await readdir(images));
  const chosen = rows
    .flatMap(({ image_id: id, dx }) => (files.has(`${id}.jpg`) && isDiagnosis(dx) ? [{ id, dx }] : []))
    .map((row) => ({ ...row, order: randomStream('bench', seed, row.id).next() }))
    .sort((a, b) => a.order - b.order)
    .slice(0, count);
  if (chosen.length < count) throw new Error(`${images} holds ${chosen.length} labelled images, ${count} are needed.`);
  const { pixels, hashes } = await decode(chosen.map(({ id }) => join(images, `${id}.jpg`)));
  const inputs: Inputs = {
    height: SIDE,
    width: SIDE,
    labels: chosen.map(({ dx }) => classIndexOf(dx)),
    imageSha256: hashes,
  };
  await mkdir(folder);
  await writeFile(join(folder, 'images.u8'), pixels);
  await writeFile(join(folder, 'inputs.json'), JSON.stringify(inputs));
  return { inputs, sha256: hashOf(pixels) };
}

async function decode(paths: readonly string[]): Promise<{ pixels: Uint8Array; hashes: string[] }> {
  const decoder = createImageDecoder(
    nodeImagingLauncher(join(import.meta.dirname, '../src/main/hosts/worker/imaging.ts')),
  );
  try {
    const decoded = await Promise.all(
      paths.map(async (path) => {
        const target = { height: SIDE, width: SIDE, preprocessing: PREPROCESSING };
        return { input: await decoder.modelInput({ path }, target), hash: hashOf(await readFile(path)) };
      }),
    );
    return { pixels: Buffer.concat(decoded.map(({ input }) => input)), hashes: decoded.map(({ hash }) => hash) };
  } finally {
    decoder.close();
  }
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
