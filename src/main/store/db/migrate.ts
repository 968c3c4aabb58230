import type Database from 'better-sqlite3';
import type { Clock } from '../../../shared/kernel/clock.ts';
import { appendToLog } from '../audit/log.ts';
import type { Migration } from '../migrations/migration.ts';
import { WriteTransaction } from './connection.ts';
import { APPLICATION_ID, numberPragma } from './inspect.ts';

/**
 * Brings the database to the last of `migrations`: each in one transaction with its log entry and version,
 * so a break leaves the version before or after it, never between.
 */
export function migrate(connection: Database.Database, migrations: readonly Migration[], clock: Clock): void {
  const transaction = new WriteTransaction(connection);
  for (const { version, up } of migrations) {
    const from = numberPragma(connection, 'user_version');
    if (version <= from) continue;
    connection
      .transaction(() => {
        connection.exec(up);
        appendToLog(transaction, clock.now(), { act: 'database.migrated', details: { from, to: version } });
        connection.pragma(`application_id = ${APPLICATION_ID}`);
        connection.pragma(`user_version = ${version}`);
      })
      .immediate();
  }
}
