import Database from 'better-sqlite3';
import { EpsiloscopeError, failed } from '../../../shared/kernel/errors.ts';

const KEPT = 'Everything that was stored before it. The change that failed was undone as a whole.';

const DISK_FULL = new Set(['SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE', 'ENOSPC', 'EDQUOT']);
const NOT_WRITABLE = new Set(['SQLITE_CANTOPEN', 'SQLITE_PERM', 'EACCES', 'EPERM', 'EROFS']);
const CORRUPT = new Set(['SQLITE_NOTADB', 'SQLITE_CORRUPT']);

/** `SQLITE_CORRUPT_INDEX` to `SQLITE_CORRUPT`, but full codes that are listed above stay themselves. */
const primaryCode = (code: string) => /^SQLITE_(CORRUPT|READONLY|CANTOPEN|PERM|IOERR)/.exec(code)?.[0] ?? code;

function codeOf(error: unknown): string | undefined {
  if (error instanceof Database.SqliteError) return error.code;
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return undefined;
}

/** The database file is no database, or its pages contradict each other. */
export function isCorruption(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && CORRUPT.has(primaryCode(code));
}

/** Another connection holds the lock that was asked for. */
export const isBusy = (error: unknown): boolean => codeOf(error)?.startsWith('SQLITE_BUSY') ?? false;

/** The file or folder that was asked for is not there. */
export const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT';

/** A file lies where a folder was to be made. */
export const isInTheWay = (error: unknown): boolean => ['EEXIST', 'ENOTDIR'].includes(codeOf(error) ?? '');

/**
 * Turns what the disk and the database report into what a person can act on. Codes: `DISK_FULL`,
 * `WORKSPACE_NOT_WRITABLE`, `DATABASE_CORRUPT`, `DISK_FAILED`. Everything else is a defect and stays as it is.
 */
export function explained(error: unknown): unknown {
  const code = codeOf(error);
  if (code === undefined || error instanceof EpsiloscopeError) return error;
  const primary = primaryCode(code);
  const options = { cause: error };
  if (DISK_FULL.has(code)) {
    const happened = 'The disk that holds the workspace is full.';
    return failed('DISK_FULL', { happened, kept: KEPT, toDo: 'Free some space, then run the same again.' }, options);
  }
  if (NOT_WRITABLE.has(primary) || primary === 'SQLITE_READONLY') return notWritable(code, error);
  if (CORRUPT.has(primary)) {
    const happened = 'The database of the workspace is damaged.';
    const toDo = 'Open the workspace again: the damaged database is then set aside and the last backup named.';
    return failed('DATABASE_CORRUPT', { happened, kept: 'All files of the workspace, as they are.', toDo }, options);
  }
  if (primary === 'SQLITE_IOERR' || code === 'EIO') {
    const happened = `The disk that holds the workspace failed (${code}).`;
    return failed('DISK_FAILED', { happened, kept: KEPT, toDo: 'Check the disk, then run the same again.' }, options);
  }
  return error;
}

export function notWritable(code: string, cause: unknown): EpsiloscopeError {
  const happened = `The workspace cannot be written (${code}).`;
  const toDo = 'Give yourself the right to write this folder and the files in it, or choose another folder.';
  return failed('WORKSPACE_NOT_WRITABLE', { happened, kept: KEPT, toDo }, { cause });
}

/** The folder was moved or deleted while it was open, or its disk is gone. */
export const workspaceGone = (): EpsiloscopeError =>
  failed('DISK_FAILED', {
    happened: 'The folder of the workspace is not where it was: it was moved or deleted, or its disk is gone.',
    kept: 'Everything that was stored before, where the folder is now.',
    toDo: 'Put the folder back where it was, or plug its disk in again; then open the workspace again.',
  });

/** Runs `work`, its errors explained. */
export function explaining<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explained(error);
  }
}

/** Awaits `work`, its errors explained. */
export async function explainingAsync<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explained(error);
  }
}
