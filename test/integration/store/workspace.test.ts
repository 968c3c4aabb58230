import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../../../src/main/store/migrations/index.ts';
import { sql } from '../../../src/main/store/db/schema.ts';
import { openWorkspace, openWorkspaceToRead, verifyLog, type Workspace } from '../../../src/main/store/index.ts';
import { FIRST_ENTRIES, noTinyDisk, openedWorkspace, options, temporaryFolder, tinyDisk } from './support.ts';

const refusal = (code: string) => expect.objectContaining({ name: 'EpsiloscopeError', code }) as Error;

async function closedWorkspace(folder = temporaryFolder()): Promise<string> {
  (await openWorkspace(folder, options())).close();
  return folder;
}

function idOf(folder: string): string {
  const { id, close } = openWorkspaceToRead(folder);
  close();
  return id;
}

const databaseOf = (folder: string) => join(folder, 'epsiloscope.db');

function editDatabase(folder: string, statements: string): void {
  const database = new Database(databaseOf(folder));
  database.exec(statements);
  database.close();
}

/** Overwrites bytes of the closed database file. */
function flip(folder: string, from: number, to: number): Buffer {
  const bytes = readFileSync(databaseOf(folder));
  bytes.fill(0xa5, from, to);
  writeFileSync(databaseOf(folder), bytes);
  return bytes;
}

const logged = ({ db }: Workspace) => db.all(sql.selectFrom('log').select('act').orderBy('seq')).map(({ act }) => act);

describe('a new workspace', () => {
  it('is a folder for one person with all its parts', async () => {
    const { folder } = await openedWorkspace(join(temporaryFolder(), 'new', 'workspace'));
    expect(readdirSync(folder)).toEqual(
      expect.arrayContaining(['backups', 'epsiloscope.db', 'exports', 'images', 'models', 'set-aside']),
    );
    if (process.platform !== 'win32') expect(statSync(folder).mode & 0o077).toBe(0);
  });

  it('has a random id that stays', async () => {
    const folder = await closedWorkspace();
    const first = idOf(folder);
    expect((await openedWorkspace(folder)).id).toBe(first);
    expect((await openedWorkspace()).id).not.toBe(first);
  });

  it('begins its log with its own making', async () => {
    const workspace = await openedWorkspace();
    expect(logged(workspace)).toEqual(FIRST_ENTRIES);
    expect(verifyLog(workspace.db)).toMatchObject({ intact: true, head: { seq: FIRST_ENTRIES.length } });
  });
});

describe('a change', () => {
  const entry = { act: 'run.finished', details: { runId: 'r' } } as const;

  it('leaves nothing behind when it fails, not even its log entry', async () => {
    const { db } = await openedWorkspace();
    expect(() => {
      db.change(entry, (transaction) => {
        transaction.run(sql.deleteFrom('workspace'));
        throw new Error('no');
      });
    }).toThrow('no');
    expect(db.all(sql.selectFrom('workspace').select('only'))).toHaveLength(1);
    expect(verifyLog(db)).toMatchObject({ head: { seq: FIRST_ENTRIES.length } });
  });

  it('cannot be asynchronous, nor lie in another', async () => {
    const { db } = await openedWorkspace();
    expect(() => db.change(entry, () => Promise.resolve())).toThrow(/asynchronous/);
    expect(() => db.change(entry, () => db.change(entry, () => 1))).toThrow(/inside of a change/);
    expect(verifyLog(db)).toMatchObject({ head: { seq: FIRST_ENTRIES.length } });
  });

  it('is the only way to write', async () => {
    const { db } = await openedWorkspace();
    const write = sql.insertInto('workspace').values({ only: 1, id: 'x', created_at: 'now' }).returning('id');
    expect(() => db.all(write)).toThrow(/outside of a change/);
  });
});

describe('tampering with the log through another program', () => {
  it.each([
    ['an edit', `DROP TRIGGER log_is_never_updated; UPDATE log SET at = '2020' WHERE seq = 1`],
    ['a deletion', `DROP TRIGGER log_is_never_deleted; DELETE FROM log WHERE seq = 1`],
    [
      'an entry',
      `INSERT INTO log SELECT seq + 1, 'now', 'run.finished', '{}', hash, 'x' FROM log ORDER BY seq DESC LIMIT 1`,
    ],
  ])('%s is found', async (_, statements) => {
    const folder = await closedWorkspace();
    editDatabase(folder, statements);
    expect(verifyLog((await openedWorkspace(folder)).db)).toMatchObject({ intact: false });
  });
});

describe('a database that is not ours to change', () => {
  it.each([
    ['DATABASE_NEWER', `PRAGMA user_version = ${MIGRATIONS.length + 1}`],
    ['DATABASE_FOREIGN', 'PRAGMA application_id = 1'],
  ])('is refused untouched: %s', async (code, statements) => {
    const folder = await closedWorkspace();
    editDatabase(folder, statements);
    const before = readFileSync(databaseOf(folder));
    await expect(openWorkspace(folder, options())).rejects.toThrow(refusal(code));
    expect(() => openWorkspaceToRead(folder)).toThrow(refusal(code));
    expect(readFileSync(databaseOf(folder)).equals(before)).toBe(true);
  });
});

describe('an older database', () => {
  const version = MIGRATIONS.length + 1;
  const added = { version, up: 'CREATE TABLE added (text TEXT) STRICT;' };
  const newer = { migrations: [...MIGRATIONS, added] };

  it('is backed up, then migrated, with an entry in the log', async () => {
    const folder = await closedWorkspace();
    const workspace = await openedWorkspace(folder, newer);
    expect(logged(workspace)).toEqual([...FIRST_ENTRIES, 'database.migrated']);
    const backups = readdirSync(join(folder, 'backups'));
    expect(backups).toEqual([expect.stringMatching(/^epsiloscope-2026-01-31T.*\.db$/)]);
  });

  it('comes back from its backup as it was', async () => {
    const folder = await closedWorkspace();
    const id = idOf(folder);
    (await openWorkspace(folder, { ...options(), ...newer })).close();
    const [backup] = readdirSync(join(folder, 'backups'));
    copyFileSync(join(folder, 'backups', String(backup)), databaseOf(folder));
    const restored = await openedWorkspace(folder);
    expect(restored.id).toBe(id);
    expect(verifyLog(restored.db)).toMatchObject({ intact: true, head: { seq: FIRST_ENTRIES.length } });
  });

  it('stays at its version when a migration fails', async () => {
    const folder = await closedWorkspace();
    const failing = [...MIGRATIONS, { version, up: `${added.up} CREATE TABLE added (text TEXT);` }];
    await expect(openWorkspace(folder, { ...options(), migrations: failing })).rejects.toThrow(/already exists/);
    expect(verifyLog((await openedWorkspace(folder)).db)).toMatchObject({
      intact: true,
      head: { seq: FIRST_ENTRIES.length },
    });
  });

  it('is not migrated by a reader', async () => {
    const folder = await closedWorkspace();
    expect(() => openWorkspaceToRead(folder, newer)).toThrow(refusal('WORKSPACE_OLDER'));
  });
});

describe('a damaged database', () => {
  it.each([
    ['its header', 0, 16],
    ['a page', 8192, 12288],
  ])('is set aside with every byte, the next opening starts anew: %s', async (_, from, to) => {
    const folder = await closedWorkspace();
    const damaged = flip(folder, from, to);
    await expect(openWorkspace(folder, options())).rejects.toThrow(refusal('DATABASE_CORRUPT'));
    const [kept] = readdirSync(join(folder, 'set-aside'));
    expect(readFileSync(join(folder, 'set-aside', String(kept))).equals(damaged)).toBe(true);
    expect(logged(await openedWorkspace(folder))).toEqual(FIRST_ENTRIES);
  });

  it('is set aside with the last verified backup named', async () => {
    const folder = await closedWorkspace();
    const migrations = [...MIGRATIONS, { version: MIGRATIONS.length + 1, up: 'CREATE TABLE added (text TEXT);' }];
    (await openWorkspace(folder, { ...options(), migrations })).close();
    flip(folder, 0, 16);
    const toDo = expect.stringContaining(join(folder, 'backups', 'epsiloscope-2026-01-31T')) as string;
    const explanation = expect.objectContaining({ toDo }) as object;
    await expect(openWorkspace(folder, options())).rejects.toMatchObject({ explanation });
  });

  it('stays where it is for a reader', async () => {
    const folder = await closedWorkspace();
    flip(folder, 0, 16);
    expect(() => openWorkspaceToRead(folder)).toThrow(refusal('DATABASE_CORRUPT'));
    expect(existsSync(databaseOf(folder))).toBe(true);
  });
});

describe.skipIf(process.platform === 'win32')('a folder that is moved while it is open (not on Windows)', () => {
  it('takes no change, as long as it is elsewhere', async () => {
    const { db, folder, isInPlace } = await openedWorkspace();
    const change = () => {
      db.change({ act: 'run.finished', details: { runId: 'r' } }, () => undefined);
    };
    const moved = `${folder}-moved`;
    renameSync(folder, moved);
    expect(change).toThrow(refusal('DISK_FAILED'));
    expect(isInPlace()).toBe(false);
    renameSync(moved, folder);
    change();
    expect(verifyLog(db)).toMatchObject({ intact: true, head: { seq: FIRST_ENTRIES.length + 1 } });
  });
});

describe('a folder that cannot hold a workspace', () => {
  it('is refused on a network drive, and nothing is made there', async () => {
    const folder = join(temporaryFolder(), 'workspace');
    const opening = openWorkspace(folder, { ...options(), fileSystemOf: () => 'nfs4' });
    await expect(opening).rejects.toThrow(refusal('WORKSPACE_ON_NETWORK_DRIVE'));
    expect(existsSync(folder)).toBe(false);
  });

  it('has no workspace to read', () => {
    expect(() => openWorkspaceToRead(temporaryFolder())).toThrow(refusal('WORKSPACE_MISSING'));
  });

  it.skipIf(noTinyDisk !== null)(`is read-only, new or not (${noTinyDisk ?? 'a real read-only disk'})`, async () => {
    const disk = tinyDisk('4m');
    await closedWorkspace(disk.folder);
    disk.remount('ro');
    await expect(openWorkspace(disk.folder, options())).rejects.toThrow(refusal('WORKSPACE_NOT_WRITABLE'));
    await expect(openWorkspace(join(disk.folder, 'new'), options())).rejects.toThrow(refusal('WORKSPACE_NOT_WRITABLE'));
  });
});

describe('a reader', () => {
  it('sees what the writer has committed, while it writes', async () => {
    const { db, folder } = await openedWorkspace();
    const reader = openWorkspaceToRead(folder);
    const head = () => verifyLog(reader.db);
    expect(head()).toMatchObject({ head: { seq: FIRST_ENTRIES.length } });
    db.change({ act: 'run.finished', details: { runId: 'r' } }, () => undefined);
    expect(head()).toMatchObject({ intact: true, head: { seq: FIRST_ENTRIES.length + 1 } });
    reader.close();
  });
});
