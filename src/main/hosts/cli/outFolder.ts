import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { badInput, EpsiloscopeError, failed } from '../../../shared/kernel/errors.ts';

const DISK_FULL: readonly string[] = ['ENOSPC', 'EDQUOT'];
/** ENOENT: what Node's recursive mkdir says on a read-only disk, and of a link that leads nowhere. */
const NOT_WRITABLE: readonly string[] = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT', 'EISDIR'];

/**
 * Makes the folder if it is missing, and shows by writing a file that it can be written, before hours of work depend on it.
 *
 * @returns its absolute path
 * @throws EpsiloscopeError `OUT_NOT_WRITABLE`, `DISK_FULL`
 */
export async function provenFolder(path: string): Promise<string> {
  const folder = resolve(path);
  await explaining(folder, async () => {
    await mkdir(folder, { recursive: true });
    const trial = await mkdtemp(join(folder, '.trial-'));
    try {
      await writeFile(join(trial, 'trial'), 'trial', { flush: true });
    } finally {
      await rm(trial, { recursive: true });
    }
  });
  return folder;
}

/** A file of the result: its name in the folder, with `/`, and how it is written to a path. */
export interface OutFile {
  readonly name: string;
  readonly write: (path: string) => Promise<void>;
}

const UNFINISHED = '.unfinished-';

/**
 * Writes all files beside their places first and gives them their names when all are whole, in the order given: so the
 * last one stands for a complete set, and a full disk leaves the files of an earlier run as they were.
 *
 * @param stale names of files of an earlier run that do not go with these, and are removed
 * @throws EpsiloscopeError `DISK_FULL`, `OUT_NOT_WRITABLE`
 */
export async function writeFiles(folder: string, files: readonly OutFile[], stale: readonly string[]): Promise<void> {
  await explaining(folder, async () => {
    await removeUnfinished(folder);
    const staging = await mkdtemp(join(folder, UNFINISHED));
    try {
      for (const { name, write } of files) {
        await mkdir(dirname(join(staging, name)), { recursive: true });
        await write(join(staging, name));
      }
      for (const name of stale) await rm(join(folder, name));
      for (const { name } of files) {
        await mkdir(dirname(join(folder, name)), { recursive: true });
        await rename(join(staging, name), join(folder, name));
      }
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  });
}

/** What a run that was killed while it wrote has left. */
async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(UNFINISHED)) await rm(join(folder, name), { recursive: true });
  }
}

/** A text file of the result, written piece by piece. */
export const textFile = (name: string, text: string | Iterable<string>): OutFile => ({
  name,
  write: (path) => writeFile(path, text, { flush: true }),
});

async function explaining(folder: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw explained(folder, error);
  }
}

function explained(folder: string, error: unknown): unknown {
  if (error instanceof EpsiloscopeError || !(error instanceof Error) || !('code' in error)) return error;
  const code = String(error.code);
  if (DISK_FULL.includes(code)) {
    const happened = `The disk that holds ${folder} is full.`;
    const kept = 'Everything that was computed; files of an earlier run there are as they were.';
    return failed('DISK_FULL', { happened, kept, toDo: 'Free some space, then run the same again.' }, { cause: error });
  }
  if (!NOT_WRITABLE.includes(code)) return error;
  return badInput(
    'OUT_NOT_WRITABLE',
    {
      happened: `The folder ${folder} cannot be written (${code}).`,
      kept: 'Everything that was there before.',
      toDo: 'Choose another folder with --out, or give yourself the right to write this one.',
    },
    { cause: error },
  );
}
