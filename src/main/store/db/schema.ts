import {
  type Compilable,
  DummyDriver,
  type GeneratedAlways,
  Kysely,
  type RawBuilder,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { ReviewState } from '../../../shared/domain/annotation.ts';
import type { Diagnosis } from '../../../shared/domain/diagnosis.ts';

interface AnnotationRow {
  case_id: string;
  reviewer_id: string;
  revision: number;
  at: string;
  /** 1: the reviewer could see verdicts when this was stored. */
  seen: 0 | 1;
  content: string;
  /** 1: it holds a reading. */
  answered: GeneratedAlways<0 | 1>;
  state: GeneratedAlways<ReviewState>;
  flagged: GeneratedAlways<0 | 1>;
}

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
  reviewers: { id: string; name: string; role: string; created_at: string };
  annotations: AnnotationRow;
  /** A view: the last revision of each reviewer for each case. */
  current_annotations: AnnotationRow;
  verdicts: {
    image_sha256: string;
    model_sha256: string;
    verdict: Diagnosis;
    probability: number;
    probabilities: string;
    minimal_epsilon: number | null;
    changed_to: Diagnosis | null;
    survives_rounding: 0 | 1 | null;
    provenance: string;
  };
  worklists: { id: string; name: string; created_at: string; query: string | null };
  worklist_cases: { worklist_id: string; case_id: string };
  preferences: { key: string; value: string };
  derivations: { name: string; statement_sha256: string };
  /** The columns that are facets, texts and sort keys are read by name only: see repositories/listing.ts. */
  listing: {
    seq: number;
    case_id: string;
    image_sha256: string;
    image_id: string;
    state: ReviewState;
    flag: 'flagged' | 'plain';
    reference: Diagnosis | 'none';
    first_verdict: Diagnosis | 'none';
    first_probability: number | null;
    first_epsilon: number | null;
    first_changed_to: Diagnosis | null;
    second_verdict: Diagnosis | 'none';
    second_probability: number | null;
    second_epsilon: number | null;
    second_changed_to: Diagnosis | null;
  };
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

/** A statement in SQL's own words, for what kysely's builder does not say. */
export const statement = <Row>(text: RawBuilder<Row>): Compilable<Row> => ({ compile: () => text.compile(sql) });
