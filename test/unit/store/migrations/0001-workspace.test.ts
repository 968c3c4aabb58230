import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { workspaceTables } from '../../../../src/main/store/migrations/0001-workspace.ts';
import { MIGRATIONS } from '../../../../src/main/store/migrations/index.ts';

const HASH = 'a'.repeat(64);
const ENTRY = `'2026-01-31T09:30:00.000Z', 'act', '{}', '${HASH}', '${HASH}'`;
let database: Database.Database;

beforeEach(() => {
  database = new Database(':memory:');
  database.exec(workspaceTables.up);
});

describe('the migrations', () => {
  it('are numbered 1, 2, 3, ...', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  });
});

describe('migration 1', () => {
  it('makes the tables', () => {
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all();
    expect(tables).toEqual([
      ...['cases', 'images', 'log', 'models', 'original_names', 'runs', 'work_units', 'workspace'],
    ]);
  });

  it.each([
    ['a second workspace', `INSERT INTO workspace VALUES (2, 'id', 'now')`, /CHECK/],
    ['a hash that is none', `INSERT INTO images VALUES ('ab', 1, 'jpeg', 1, 1)`, /CHECK/],
    ['an image without pixels', `INSERT INTO images VALUES ('${HASH}', 1, 'jpeg', 0, 1)`, /CHECK/],
    ['text as a number', `INSERT INTO images VALUES ('${HASH}', 'many', 'jpeg', 1, 1)`, /cannot store TEXT/],
    [
      'a case without its image',
      `INSERT INTO cases VALUES ('c', '${HASH}', 'l', 'nv', null, null, null, null, 'd')`,
      /FOREIGN KEY/,
    ],
    ['a name without its case', `INSERT INTO original_names VALUES ('c', 'i', 'f', null)`, /FOREIGN KEY/],
    ['a unit without its run', `INSERT INTO work_units VALUES ('r', 'u', 'now', '{}', null)`, /FOREIGN KEY/],
    ['a plan that is no JSON', `INSERT INTO runs VALUES ('r', '${HASH}', '{', 'running', 'now', null)`, /CHECK/],
    [
      'a finished run without an end',
      `INSERT INTO runs VALUES ('r', '${HASH}', '{}', 'finished', 'now', null)`,
      /CHECK/,
    ],
    ['a log entry with a gap before it', `INSERT INTO log VALUES (3, ${ENTRY})`, /append-only/],
    ['a replaced log entry', `INSERT OR REPLACE INTO log VALUES (1, ${ENTRY})`, /append-only/],
    ['an edited log entry', `UPDATE log SET act = 'other'`, /append-only/],
    ['a deleted log entry', `DELETE FROM log`, /append-only/],
  ])('refuses %s', (_, statement, reason) => {
    database.exec(`INSERT INTO log VALUES (1, ${ENTRY})`);
    expect(() => database.exec(statement)).toThrow(reason);
  });

  it('refuses a second run of one plan', () => {
    const insert = (id: string) => `INSERT INTO runs VALUES ('${id}', '${HASH}', '{}', 'running', 'now', null)`;
    database.exec(insert('first'));
    expect(() => database.exec(insert('second'))).toThrow(/UNIQUE/);
  });
});
