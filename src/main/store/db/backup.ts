import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { failed } from '../../../shared/kernel/errors.ts';
import { explainingAsync } from './errors.ts';

/** `2026-01-31T09:30:00.000Z` as part of a file name; sorts by time. */
export const fileStamp = (at: string): string => at.replaceAll(/[:.]/g, '-');

/** The newest verified backup's path, or null. Only verified ones bear the name that is looked for. */
export function latestBackup(folder: string): string | null {
  const names = readdirSync(join(folder, 'backups')).filter((name) => /^epsiloscope-.*\.db$/.test(name));
  const newest = names.sort().at(-1);
  return newest === undefined ? null : join(folder, 'backups', newest);
}

/**
 * Copies the live database to `backups/` (SQLite's backup API: a consistent copy that includes the WAL), checks the copy,
 * and only then gives it its name.
 *
 * @returns the backup's path
 * @throws EpsiloscopeError `BACKUP_FAILED` when the copy does not pass `integrity_check`; disk errors as in `explained`
 */
export async function backUp(connection: Database.Database, folder: string, at: string): Promise<string> {
  const target = join(folder, 'backups', `epsiloscope-${fileStamp(at)}.db`);
  const unverified = `${target}.unverified`;
  return explainingAsync(async () => {
    try {
      await connection.backup(unverified);
      verifyCopy(unverified);
      renameSync(unverified, target);
      return target;
    } finally {
      rmSync(unverified, { force: true });
    }
  });
}

function verifyCopy(file: string): void {
  const copy = new Database(file);
  try {
    // Out of WAL mode the copy is a single file, which a person can put in place by hand.
    copy.pragma('journal_mode = DELETE');
    const answer = copy.pragma('integrity_check', { simple: true });
    if (answer !== 'ok') throw backupFailed(String(answer));
  } finally {
    copy.close();
  }
  const descriptor = openSync(file, 'r+');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

const backupFailed = (answer: string) =>
  failed('BACKUP_FAILED', {
    happened: `The backup of the workspace did not pass its check (${answer}).`,
    kept: 'The workspace, unchanged.',
    toDo: 'Check the disk and copy the workspace folder to another one, then run the same again.',
  });
