import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type Database from 'better-sqlite3';
import type { Clock } from '../../shared/kernel/clock.ts';
import { badInput, EpsiloscopeError } from '../../shared/kernel/errors.ts';
import { backUp } from './db/backup.ts';
import { connectReader, connectWriter, proveDurability } from './db/connect.ts';
import { ReadableDb, WriteTransaction } from './db/connection.ts';
import { explained, explaining, isInTheWay, isMissing, notWritable } from './db/errors.ts';
import { FilePlace } from './db/filePlace.ts';
import { fileSystemOf, refuseNetworkDrive, type FileSystemProbe } from './db/fileSystem.ts';
import { databaseFile, inspectDatabase, setAside } from './db/inspect.ts';
import { migrate } from './db/migrate.ts';
import { sql } from './db/schema.ts';
import { WritableDb } from './db/writableDb.ts';
import { acquireWriterLock } from './db/writerLock.ts';
import { ImageFiles, ImageStore } from './images/imageFiles.ts';
import { MIGRATIONS } from './migrations/index.ts';
import type { Migration } from './migrations/migration.ts';
import { bringListingUpToDate } from './repositories/listing.ts';

/** A workspace opened to read; others may read and one may write at the same time. */
export interface ReadOnlyWorkspace {
  /** Absolute path. */
  readonly folder: string;
  /** Random; says nothing about where it lies or whose it is. */
  readonly id: string;
  readonly db: ReadableDb;
  readonly images: ImageFiles;
  readonly close: () => void;
}

/** A workspace opened to write, by this process alone. */
export interface Workspace extends ReadOnlyWorkspace {
  readonly db: WritableDb;
  readonly images: ImageStore;
  /** False once it was moved or deleted, or its disk is gone: then nothing can be written to it. */
  readonly isInPlace: () => boolean;
}

export interface OpenOptions {
  readonly clock: Clock;
  /** What the process does, in words for a second one that is kept waiting ("epsiloscope import"); no file names. */
  readonly command: string;
  readonly fileSystemOf?: FileSystemProbe;
  readonly migrations?: readonly Migration[];
}

const SUBFOLDERS = ['images', 'models', 'exports', 'backups', 'set-aside'];

const latestVersion = (migrations: readonly Migration[]) => migrations.at(-1)?.version ?? 0;

/**
 * Opens the workspace in `folder` to write, and makes it if there is none. An older database is backed up, the backup
 * verified, and only then migrated.
 *
 * @throws EpsiloscopeError `WORKSPACE_ON_NETWORK_DRIVE`, `WORKSPACE_IN_USE`, `WORKSPACE_NOT_WRITABLE`, `DISK_FULL`,
 * `DATABASE_FOREIGN`, `DATABASE_NEWER`, `DATABASE_UNSAFE`, `BACKUP_FAILED`, and `DATABASE_CORRUPT` after the damaged
 * database was set aside
 */
export async function openWorkspace(path: string, options: OpenOptions): Promise<Workspace> {
  const folder = resolve(path);
  refuseNetworkDrive(folder, options.fileSystemOf ?? fileSystemOf);
  try {
    makeFolders(folder);
    const lock = acquireWriterLock(folder, options.command, options.clock);
    try {
      return await openLocked(folder, options, lock.release);
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    throw explained(error);
  }
}

function makeFolders(folder: string): void {
  try {
    // Patient data: for the person who made it only.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of SUBFOLDERS) mkdirSync(join(folder, name), { recursive: true });
  } catch (error) {
    if (isInTheWay(error)) throw notWritable('a file lies where its folder was to be', error);
    // On a read-only disk Node's recursive mkdir says ENOENT, of the folder that it was asked to make.
    throw isMissing(error) ? notWritable('EROFS', error) : error;
  }
}

async function openLocked(folder: string, options: OpenOptions, release: () => void): Promise<Workspace> {
  const migrations = options.migrations ?? MIGRATIONS;
  const version = inspectOrSetAside(folder, latestVersion(migrations), options.clock);
  const connection = connectWriter(databaseFile(folder));
  try {
    if (version > 0 && version < latestVersion(migrations)) await backUp(connection, folder, options.clock.now());
    migrate(connection, migrations, options.clock);
    proveDurability(connection);
    const transaction = new WriteTransaction(connection);
    connection.transaction(bringListingUpToDate).immediate(transaction);
    const place = new FilePlace(databaseFile(folder));
    const db = new WritableDb(connection, place, options.clock);
    return {
      folder,
      id: workspaceId(db) ?? createWorkspaceId(db),
      db,
      images: new ImageStore(folder),
      isInPlace: () => place.isKept,
      close: () => {
        connection.close();
        release();
      },
    };
  } catch (error) {
    connection.close();
    throw error;
  }
}

function inspectOrSetAside(folder: string, latest: number, clock: Clock): number {
  try {
    return inspectDatabase(folder, latest);
  } catch (error) {
    const damaged = error instanceof EpsiloscopeError && error.code === 'DATABASE_CORRUPT';
    throw damaged ? setAside(folder, clock.now(), error) : error;
  }
}

/**
 * Opens an existing workspace to read. Takes no lock, changes nothing.
 *
 * @throws EpsiloscopeError `WORKSPACE_MISSING`, `WORKSPACE_OLDER`, and as `openWorkspace`; sets nothing aside
 */
export function openWorkspaceToRead(
  path: string,
  options: Pick<OpenOptions, 'fileSystemOf' | 'migrations'> = {},
): ReadOnlyWorkspace {
  const folder = resolve(path);
  const latest = latestVersion(options.migrations ?? MIGRATIONS);
  if (!existsSync(databaseFile(folder))) throw missing(folder);
  refuseNetworkDrive(folder, options.fileSystemOf ?? fileSystemOf);
  const version = inspectDatabase(folder, latest);
  if (version === 0) throw missing(folder);
  if (version < latest) throw older(version, latest);
  const connection = explaining(() => connectReader(databaseFile(folder)));
  return readOnly(folder, connection);
}

function readOnly(folder: string, connection: Database.Database): ReadOnlyWorkspace {
  const db = new ReadableDb(connection);
  const close = () => {
    connection.close();
  };
  const id = workspaceId(db);
  if (id !== undefined) return { folder, id, db, images: new ImageFiles(folder), close };
  close();
  throw missing(folder);
}

const missing = (folder: string) =>
  badInput('WORKSPACE_MISSING', {
    happened: `There is no Epsiloscope workspace in ${folder}.`,
    kept: 'Nothing was changed.',
    toDo: 'Check the path, or import images into that folder first.',
  });

const older = (version: number, latest: number) =>
  badInput('WORKSPACE_OLDER', {
    happened: `The workspace was made by an older Epsiloscope (version ${version}, this one needs ${latest}).`,
    kept: 'The workspace, unchanged.',
    toDo: 'Run a command that writes to it, such as import: it makes a backup and brings the workspace up to date.',
  });

const workspaceId = (db: ReadableDb) => db.first(sql.selectFrom('workspace').select('id'))?.id;

function createWorkspaceId(db: WritableDb): string {
  const id = randomUUID();
  db.change({ act: 'workspace.created', details: { workspaceId: id } }, (transaction) =>
    transaction.run(sql.insertInto('workspace').values({ only: 1, id, created_at: db.clock.now() })),
  );
  return id;
}
