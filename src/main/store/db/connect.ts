import Database from 'better-sqlite3';
import { failed } from '../../../shared/kernel/errors.ts';
import { folded } from './folded.ts';
import { numberPragma } from './inspect.ts';

/** https://sqlite.org/pragma.html#pragma_synchronous */
const SYNCHRONOUS_FULL = 2;

/** Opens the database to write: WAL, every commit on the disk before it is acknowledged, foreign keys enforced. */
export function connectWriter(file: string): Database.Database {
  const connection = new Database(file);
  try {
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = FULL');
    // macOS: its fsync leaves data in the drive's cache; elsewhere this changes nothing.
    connection.pragma('fullfsync = ON');
    harden(connection);
    connection.function('folded', { deterministic: true }, (text) => folded(String(text)));
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Opens an existing database to read, while another process may write to it. */
export function connectReader(file: string): Database.Database {
  const connection = new Database(file, { readonly: true, fileMustExist: true });
  harden(connection);
  return connection;
}

/** A database file is input like any other: its views and triggers may call no function with side effects. */
function harden(connection: Database.Database): void {
  connection.pragma('foreign_keys = ON');
  connection.pragma('trusted_schema = OFF');
}

/**
 * Reads back what the promises rest on, after a write: in WAL mode SQLite replaces a defaulted `synchronous` at the
 * first write, so what it says before proves nothing. The write changes nothing; it also shows that the disk takes one.
 *
 * @throws EpsiloscopeError `DATABASE_UNSAFE`
 */
export function proveDurability(connection: Database.Database): void {
  const version = numberPragma(connection, 'user_version');
  connection.transaction(() => connection.pragma(`user_version = ${version}`)).immediate();
  const journal = connection.pragma('journal_mode', { simple: true });
  const settings = {
    WAL: journal === 'wal',
    'synchronous=FULL': numberPragma(connection, 'synchronous') === SYNCHRONOUS_FULL,
    'foreign keys': numberPragma(connection, 'foreign_keys') === 1,
  };
  const refused = Object.entries(settings).flatMap(([name, holds]) => (holds ? [] : [name]));
  if (refused.length === 0) return;
  throw failed('DATABASE_UNSAFE', {
    happened: `The database refuses the settings that keep results safe (${refused.join(', ')}).`,
    kept: 'Everything that was stored before.',
    toDo: 'Choose a workspace folder on another disk of this computer.',
  });
}
