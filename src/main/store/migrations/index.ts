import { workspaceTables } from './0001-workspace.ts';
import { reviewTables } from './0002-reviews.ts';
import type { Migration } from './migration.ts';

/** All migrations in order. */
export const MIGRATIONS: readonly Migration[] = [workspaceTables, reviewTables];
