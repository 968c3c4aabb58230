import { workspaceTables } from './0001-workspace.ts';
import type { Migration } from './migration.ts';

/** All migrations in order. */
export const MIGRATIONS: readonly Migration[] = [workspaceTables];
