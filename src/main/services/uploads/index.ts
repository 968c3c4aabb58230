/** Files that a page sends: kept under names of the program's own until an import has read them. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UPLOAD_LIMITS } from '../../../shared/contract/app/importing.ts';
import type { EpsiloscopeError } from '../../../shared/kernel/errors.ts';
import { badInput } from '../../../shared/kernel/errors.ts';
import { explainingAsync } from '../../store/index.ts';
import type { ListedFile } from '../import/index.ts';

interface Upload {
  readonly folder: string;
  readonly names: readonly string[];
  readonly arrived: Set<number>;
}

export class Uploads {
  readonly #folder: string;
  readonly #uploads = new Map<string, Upload>();

  /**
   * @param folder holds nothing but uploads, of this program and of others that run: what a program left there that does not
   * run any more is thrown away
   */
  constructor(folder: string) {
    this.#folder = join(folder, String(process.pid));
    for (const program of existsSync(folder) ? readdirSync(folder) : []) {
      if (!isRunningElsewhere(Number(program))) rmSync(join(folder, program), { recursive: true, force: true });
    }
  }

  /** @param names as the person knows them, with `/` for what lay in folders; they become no path */
  begin(names: readonly string[]): string {
    const id = randomUUID();
    const folder = join(this.#folder, id);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#uploads.set(id, { folder, names, arrived: new Set() });
    return id;
  }

  /**
   * Stores one file of an upload; one that breaks off leaves nothing.
   *
   * @throws EpsiloscopeError `UPLOAD_UNKNOWN`, `UPLOAD_TOO_LARGE`, `DISK_FULL`, ...
   */
  async put(id: string, index: number, body: AsyncIterable<Uint8Array>): Promise<void> {
    const upload = this.#upload(id);
    if (!(index in upload.names)) throw unknown();
    const path = join(upload.folder, String(index));
    try {
      await explainingAsync(() => writeBounded(path, body));
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    upload.arrived.add(index);
  }

  /**
   * The files with their names.
   *
   * @throws EpsiloscopeError `UPLOAD_UNKNOWN`, `UPLOAD_INCOMPLETE`
   */
  filesOf(id: string): readonly ListedFile[] {
    const { folder, names, arrived } = this.#upload(id);
    const missing = names.length - arrived.size;
    if (missing > 0) throw incomplete(missing, names.length);
    return names.map((fileName, index) => ({ fileName, path: join(folder, String(index)) }));
  }

  drop(id: string): void {
    const upload = this.#uploads.get(id);
    if (upload === undefined) return;
    this.#uploads.delete(id);
    rmSync(upload.folder, { recursive: true, force: true });
  }

  dropAll(): void {
    for (const id of [...this.#uploads.keys()]) this.drop(id);
  }

  #upload(id: string): Upload {
    const upload = this.#uploads.get(id);
    if (upload === undefined) throw unknown();
    return upload;
  }
}

function isRunningElsewhere(pid: number): boolean {
  if (pid === process.pid || !Number.isInteger(pid)) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's program: it runs.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function writeBounded(path: string, body: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    let bytes = 0;
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      if (bytes > UPLOAD_LIMITS.bytesPerFile) throw tooLarge();
      await file.writeFile(chunk);
    }
  } finally {
    await file.close();
  }
}

const unknown = (): EpsiloscopeError =>
  badInput('UPLOAD_UNKNOWN', {
    happened: 'The program does not expect this file.',
    kept: 'The workspace, unchanged.',
    toDo: 'Choose the files again.',
  });

const tooLarge = (): EpsiloscopeError =>
  badInput('UPLOAD_TOO_LARGE', {
    happened: `A file is larger than ${UPLOAD_LIMITS.bytesPerFile / 1024 ** 2} MiB.`,
    kept: 'The workspace, unchanged, and the other files.',
    toDo: 'Leave that file out, or save the image smaller.',
  });

const incomplete = (missing: number, all: number): EpsiloscopeError =>
  badInput('UPLOAD_INCOMPLETE', {
    happened: `${missing} of ${all} files did not arrive.`,
    kept: 'The workspace, unchanged.',
    toDo: 'Choose the files again.',
  });
