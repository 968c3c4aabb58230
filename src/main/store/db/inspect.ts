import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { EpsiloscopeError } from '../../../shared/kernel/errors.ts';
import { badInput, failed } from '../../../shared/kernel/errors.ts';
import { fileStamp, latestBackup } from './backup.ts';
import { explained, isCorruption } from './errors.ts';

/** SQLite's `application_id` of our databases: "EPSC". */
export const APPLICATION_ID = 0x45505343;

export const databaseFile = (folder: string): string => join(folder, 'epsiloscope.db');

export const numberPragma = (connection: Database.Database, name: string): number =>
  Number(connection.pragma(name, { simple: true }));

const UNTOUCHED = 'The database, untouched.';

const corrupt = (cause: unknown) =>
  failed(
    'DATABASE_CORRUPT',
    {
      happened: 'The database of the workspace is damaged.',
      kept: 'All files of the workspace, as they are.',
      toDo: 'Open the workspace with a command that writes: the damaged database is then set aside.',
    },
    { cause },
  );

/**
 * Looks at an existing database through a connection that cannot write, before anything else touches it.
 *
 * @returns its version; 0 when there is none yet, or one whose making was broken off before its first migration
 * @throws EpsiloscopeError `DATABASE_CORRUPT`, `DATABASE_FOREIGN`, `DATABASE_NEWER`
 */
export function inspectDatabase(folder: string, latestVersion: number): number {
  const file = databaseFile(folder);
  if (!existsSync(file)) return 0;
  try {
    const connection = new Database(file, { readonly: true, fileMustExist: true });
    try {
      return inspectedVersion(connection, latestVersion);
    } finally {
      connection.close();
    }
  } catch (error) {
    throw isCorruption(error) ? corrupt(error) : explained(error);
  }
}

function inspectedVersion(connection: Database.Database, latestVersion: number): number {
  const version = numberPragma(connection, 'user_version');
  const empty = connection.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
  if (version === 0 && empty) return 0;
  if (numberPragma(connection, 'application_id') !== APPLICATION_ID) {
    throw badInput('DATABASE_FOREIGN', {
      happened: 'epsiloscope.db in this folder was not made by Epsiloscope.',
      kept: UNTOUCHED,
      toDo: 'Choose another workspace folder.',
    });
  }
  if (version > latestVersion) {
    throw badInput('DATABASE_NEWER', {
      happened: `The workspace was made by a newer Epsiloscope (its version ${version}, this one knows ${latestVersion}).`,
      kept: UNTOUCHED,
      toDo: 'Install the newer Epsiloscope, or choose another workspace folder.',
    });
  }
  const check = connection.pragma('quick_check(1)', { simple: true });
  if (check !== 'ok') throw corrupt(check);
  return version;
}

/**
 * Moves a damaged database out of the way, never deletes it; the images stay where they are.
 *
 * @returns the error to throw: it names where the database went and the last verified backup
 */
export function setAside(folder: string, at: string, damage: EpsiloscopeError): EpsiloscopeError {
  const file = databaseFile(folder);
  const target = join(folder, 'set-aside', `epsiloscope-${fileStamp(at)}.db`);
  for (const suffix of ['-wal', '-shm', '']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, target + suffix);
  }
  const backup = latestBackup(folder);
  return failed(
    'DATABASE_CORRUPT',
    {
      happened: damage.explanation.happened,
      kept: `The damaged database, now at ${target}, and all images.`,
      toDo:
        backup === null
          ? 'There is no backup. Open the workspace again to start with an empty database, and import again.'
          : `Copy the last verified backup ${backup} to ${file}, or open the workspace again to start with an empty database.`,
    },
    { cause: damage },
  );
}
