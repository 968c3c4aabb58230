import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Sha256 } from '../../../shared/kernel/ids.ts';

const DIGEST_BYTES = 32;
const digestOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

const pathOf = (workspaceFolder: string, image: Sha256): string =>
  join(workspaceFolder, 'cache', 'thumbnails', image.slice(0, 2), image);

/** The kept thumbnail of an image; null where there is none, or what is there is not what was written. */
export async function readThumbnail(workspaceFolder: string, image: Sha256): Promise<Uint8Array | null> {
  const content = await readFile(pathOf(workspaceFolder, image)).catch(() => null);
  if (content === null) return null;
  const webp = content.subarray(DIGEST_BYTES);
  return digestOf(webp).equals(content.subarray(0, DIGEST_BYTES)) ? webp : null;
}

/**
 * Keeps a thumbnail: its SHA-256, then its bytes. Nothing depends on its being kept, so it is not waited for until it is on
 * the disk, and a disk that is full or cannot be written takes nobody's picture away.
 */
export async function keepThumbnail(workspaceFolder: string, image: Sha256, webp: Uint8Array): Promise<void> {
  const path = pathOf(workspaceFolder, image);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFileAtomic(path, Buffer.concat([digestOf(webp), webp]), { fsync: false });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}
