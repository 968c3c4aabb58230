import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { Diagnosis } from '../../../shared/domain/diagnosis.ts';

/** The tables as the newest migration leaves them. Times are ISO 8601 in UTC, hashes 64 lower-case hex digits. */
export interface Schema {
  workspace: { only: 1; id: string; created_at: string };
  images: { sha256: string; bytes: number; format: string; width: number; height: number };
  cases: {
    id: string;
    image_sha256: string;
    lesion_key: string;
    dx: Diagnosis | null;
    dx_type: string | null;
    age: number | null;
    sex: string | null;
    site: string | null;
    dataset: string;
  };
  original_names: { case_id: string; image_id: string; file_name: string; lesion_id: string | null };
  models: { sha256: string; id: string; card: string };
  runs: {
    id: string;
    plan_sha256: string;
    plan: string;
    state: 'running' | 'finished';
    started_at: string;
    finished_at: string | null;
  };
  work_units: { run_id: string; unit_key: string; finished_at: string; result: string; data: Buffer | null };
  log: { seq: number; at: string; act: string; details: string; prev_hash: string; hash: string };
}

/**
 * Builds queries and compiles them; it has no connection, and executes nothing.
 * Why not kysely's own driver: docs/decisions/0002-synchronous-store.md.
 */
export const sql = new Kysely<Schema>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});
