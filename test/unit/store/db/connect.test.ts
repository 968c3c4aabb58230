import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectWriter, proveDurability } from '../../../../src/main/store/db/connect.ts';

function opened(connect: (file: string) => Database.Database): Database.Database {
  const folder = mkdtempSync(join(tmpdir(), 'epsiloscope-'));
  const connection = connect(join(folder, 'any.db'));
  onTestFinished(() => {
    connection.close();
    rmSync(folder, { recursive: true });
  });
  return connection;
}

describe('the connection of the writer', () => {
  it('is WAL with synchronous=FULL and foreign keys, also after writes', () => {
    const connection = opened(connectWriter);
    connection.exec('CREATE TABLE any (text TEXT)');
    proveDurability(connection);
    const settings = ['journal_mode', 'synchronous', 'foreign_keys', 'trusted_schema'];
    expect(settings.map((name) => connection.pragma(name, { simple: true }))).toEqual(['wal', 2, 1, 0]);
  });

  it('would be refused with the defaults, which lose acknowledged writes when the power fails', () => {
    const connection = opened((file) => new Database(file));
    connection.pragma('journal_mode = WAL');
    expect(connection.pragma('synchronous', { simple: true })).toBe(2);
    expect(() => {
      proveDurability(connection);
    }).toThrow(
      expect.objectContaining({
        code: 'DATABASE_UNSAFE',
        message: expect.stringContaining('synchronous=FULL') as string,
      }) as Error,
    );
  });
});
