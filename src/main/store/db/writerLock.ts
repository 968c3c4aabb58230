import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Clock } from '../../../shared/kernel/clock.ts';
import { failed } from '../../../shared/kernel/errors.ts';
import { explained, isBusy } from './errors.ts';

/** Who writes to a workspace. */
interface LockHolder {
  readonly pid: number;
  readonly host: string;
  readonly command: string;
  readonly since: string;
}

export interface WriterLock {
  readonly release: () => void;
}

/**
 * One writer at a time. The lock is an open exclusive transaction on `lock.db`: the operating system drops it
 * when the process ends, however it ends, so nothing is ever stale and nobody deletes a lock by hand.
 * `writer.json` only tells a person who holds it; no decision rests on it.
 *
 * Do not open `lock.db` by any other means in this process: POSIX drops a process's locks on a file when *any*
 * of its descriptors is closed. SQLite takes care of this among its own connections only.
 *
 * @param command what the process does, in words for the person who is kept waiting; without file names.
 * @throws EpsiloscopeError `WORKSPACE_IN_USE`
 */
export function acquireWriterLock(folder: string, command: string, clock: Clock): WriterLock {
  const facts = join(folder, 'writer.json');
  const connection = openLock(join(folder, 'lock.db'), facts);
  const holder: LockHolder = { pid: process.pid, host: hostname(), command, since: clock.now() };
  writeFileSync(`${facts}.new`, JSON.stringify(holder));
  renameSync(`${facts}.new`, facts);
  return {
    release: () => {
      rmSync(facts, { force: true });
      connection.close();
    },
  };
}

function openLock(file: string, facts: string): Database.Database {
  let connection: Database.Database | undefined;
  try {
    connection = new Database(file, { timeout: 0 });
    connection.exec('BEGIN EXCLUSIVE');
    return connection;
  } catch (error) {
    connection?.close();
    throw isBusy(error) ? inUse(describeHolder(facts)) : explained(error);
  }
}

const inUse = (holder: string) =>
  failed('WORKSPACE_IN_USE', {
    happened: `The workspace is in use by ${holder}.`,
    kept: 'Nothing was changed; the other program goes on.',
    toDo: 'Wait until it has finished, or end it; then run the same again. Nothing needs to be deleted.',
  });

function describeHolder(facts: string): string {
  try {
    const { pid, host, command, since } = JSON.parse(readFileSync(facts, 'utf8')) as LockHolder;
    return `${command} (process ${pid} on ${host}, since ${since})`;
  } catch {
    // It holds the lock and has not yet written who it is, or the file is unreadable: the lock counts all the same.
    return 'another process';
  }
}
