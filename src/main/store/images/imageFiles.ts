import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Sha256 } from '../../../shared/kernel/ids.ts';
import { failed } from '../../../shared/kernel/errors.ts';
import { hashOf } from '../audit/chain.ts';
import { explainingAsync, isMissing } from '../db/errors.ts';

/** Originals by the SHA-256 of their bytes: `images/ab/abcdef...`. No name from outside ever becomes a path here. */
export class ImageFiles {
  protected readonly folder: string;

  /** @param workspaceFolder the folder that holds `images/` */
  constructor(workspaceFolder: string) {
    this.folder = join(workspaceFolder, 'images');
  }

  /** Where the original lies, for a process that reads it itself and checks its hash. */
  pathOf(sha256: Sha256): string {
    return join(this.folder, sha256.slice(0, 2), sha256);
  }

  /**
   * The original's bytes, their hash checked.
   *
   * @throws EpsiloscopeError `IMAGE_FILE_MISSING`, `IMAGE_FILE_DAMAGED`
   */
  async read(sha256: Sha256): Promise<Buffer> {
    const path = this.pathOf(sha256);
    const bytes = await explainingAsync(() => readFile(path)).catch((error: unknown) => {
      throw isMissing(error) ? unusable('IMAGE_FILE_MISSING', 'missing', path) : error;
    });
    if (hashOf(bytes) !== sha256) throw unusable('IMAGE_FILE_DAMAGED', 'damaged: its content changed', path);
    return bytes;
  }
}

const unusable = (code: string, state: string, path: string) =>
  failed(code, {
    happened: `A stored image is ${state} (${path}).`,
    kept: 'Everything else in the workspace.',
    toDo: 'Move the file away if it is there, and import the images again.',
  });

/** The writer's side. A file that has its final name is never written again and never deleted. */
export class ImageStore extends ImageFiles {
  readonly #incoming: string;

  /** Removes what a broken import left unnamed. Named files without a row stay: they are whole, and used again. */
  constructor(workspaceFolder: string) {
    super(workspaceFolder);
    this.#incoming = join(this.folder, 'incoming');
    mkdirSync(this.#incoming, { recursive: true });
    for (const name of readdirSync(this.#incoming)) rmSync(join(this.#incoming, name));
  }

  /**
   * Stores an original. When this returns, it survives a loss of power; bytes that are there already are only checked.
   *
   * @throws EpsiloscopeError `IMAGE_FILE_DAMAGED` when there is a file of this name with other bytes; `DISK_FULL`, ...
   */
  async put(bytes: Uint8Array): Promise<Sha256> {
    const sha256 = hashOf(bytes);
    const target = this.pathOf(sha256);
    if (existsSync(target)) {
      await this.read(sha256);
    } else {
      await explainingAsync(() => this.#write(target, bytes));
    }
    return sha256;
  }

  /** No reader ever sees a part of a file: it gets its name once all of it is on the disk. */
  async #write(target: string, bytes: Uint8Array): Promise<void> {
    const incoming = join(this.#incoming, randomUUID());
    try {
      await writeDurably(incoming, bytes);
      const made = await mkdir(dirname(target), { recursive: true });
      if (made !== undefined) await syncFolder(this.folder);
      await rename(incoming, target);
      await syncFolder(dirname(target));
    } finally {
      await rm(incoming, { force: true });
    }
  }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  // Read-only from the start: an original is never edited.
  const file = await open(path, 'wx', 0o400);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A new name is on the disk only when its folder is. Windows has no such call, and journals its folders. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
