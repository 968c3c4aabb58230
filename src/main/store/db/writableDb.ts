import type Database from 'better-sqlite3';
import type { Clock } from '../../../shared/kernel/clock.ts';
import { appendToLog, type LogEntry } from '../audit/log.ts';
import { ReadableDb, WriteTransaction } from './connection.ts';
import { explaining, workspaceGone } from './errors.ts';
import type { FilePlace } from './filePlace.ts';

/** The one writer's handle. There is no way to write but `change`, and no change without its entry in the log. */
export class WritableDb extends ReadableDb {
  readonly #connection: Database.Database;
  readonly #transaction: WriteTransaction;
  readonly #place: FilePlace;
  readonly clock: Clock;

  constructor(connection: Database.Database, place: FilePlace, clock: Clock) {
    super(connection);
    this.#connection = connection;
    this.#transaction = new WriteTransaction(connection);
    this.#place = place;
    this.clock = clock;
  }

  /**
   * Commits `work` and its log entry in one transaction; when either throws, neither happened.
   * When this returns, both survive a loss of power (WAL, `synchronous=FULL`).
   *
   * `work` is synchronous on purpose: nothing can come between its statements, and no transaction can stay
   * open over slow work. Do the slow work first, then change.
   *
   * @throws EpsiloscopeError `DISK_FULL`, `DISK_FAILED`, ...: nothing is acknowledged that would lie where nobody looks
   */
  change<T>(entry: LogEntry, work: (transaction: WriteTransaction) => T): T {
    if (this.#connection.inTransaction) throw new Error('A change inside of a change.');
    const commit = this.#connection.transaction(() => {
      const result = work(this.#transaction);
      if (result instanceof Promise) throw new Error('The work of a change must not be asynchronous.');
      appendToLog(this.#transaction, this.clock.now(), entry);
      return result;
    });
    if (!this.#place.isKept) throw workspaceGone();
    return explaining(() => commit.immediate());
  }
}
