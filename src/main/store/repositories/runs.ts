import { randomUUID } from 'node:crypto';
import { sha256, type Sha256 } from '../../../shared/kernel/ids.ts';
import { canonicalJson, hashOf } from '../audit/chain.ts';
import type { ReadableDb } from '../db/connection.ts';
import { sql } from '../db/schema.ts';
import type { WritableDb } from '../db/writableDb.ts';

/** A piece of planned work (an audit), which may be broken off and gone on with any number of times. */
export interface RunRecord {
  readonly id: string;
  /** Equal plans on equal numerics are one run. */
  readonly planSha256: Sha256;
  /** JSON, as it was given. */
  readonly plan: unknown;
  readonly state: 'running' | 'finished';
  readonly startedAt: string;
  readonly finishedAt: string | null;
}

/** What one unit of a run produced. */
export interface UnitResult {
  /** JSON. */
  readonly result: unknown;
  /** Larger results, such as pixels. */
  readonly data: Uint8Array | null;
}

/** The run of this plan, if there is one. */
export function findRun(db: ReadableDb, planSha256: Sha256): RunRecord | undefined {
  const row = db.first(sql.selectFrom('runs').selectAll().where('plan_sha256', '=', planSha256));
  if (row === undefined) return undefined;
  return {
    id: row.id,
    planSha256: sha256(row.plan_sha256),
    plan: JSON.parse(row.plan) as unknown,
    state: row.state,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  };
}

/** The run of this plan, to go on with or finished; a new one where there is none. */
export function openRun(db: WritableDb, planSha256: Sha256, plan: unknown): RunRecord {
  const known = findRun(db, planSha256);
  if (known !== undefined) return known;
  const run = {
    id: randomUUID(),
    planSha256,
    plan,
    state: 'running',
    startedAt: db.clock.now(),
    finishedAt: null,
  } as const;
  db.change({ act: 'run.opened', details: { runId: run.id, planSha256 } }, (transaction) =>
    transaction.run(
      sql.insertInto('runs').values({
        id: run.id,
        plan_sha256: planSha256,
        plan: canonicalJson(plan),
        state: run.state,
        started_at: run.startedAt,
        finished_at: null,
      }),
    ),
  );
  return run;
}

/** The keys of the units whose results are stored. */
export const finishedUnits = (db: ReadableDb, runId: string): Set<string> =>
  new Set(
    db.all(sql.selectFrom('work_units').select('unit_key').where('run_id', '=', runId)).map((row) => row.unit_key),
  );

/**
 * Stores what a unit produced. When this returns, the unit is done for good: it survives a kill and a loss of power.
 *
 * @param unitKey says which piece of the plan it is (model, attack, image hash); never an original name: it stands in the log
 * @throws when the unit is recorded already (a defect of the caller: ask `finishedUnits` first)
 */
export function recordUnit(db: WritableDb, runId: string, unitKey: string, { result, data }: UnitResult): void {
  const text = canonicalJson(result);
  const resultSha256 = hashOf(canonicalJson({ result: text, data: data === null ? null : hashOf(data) }));
  db.change({ act: 'unit.recorded', details: { runId, unitKey, resultSha256 } }, (transaction) =>
    transaction.run(
      sql.insertInto('work_units').values({
        run_id: runId,
        unit_key: unitKey,
        finished_at: db.clock.now(),
        result: text,
        data: data === null ? null : Buffer.from(data),
      }),
    ),
  );
}

/** The JSON that the finished units produced, in the order of their keys: the same after any number of breaks. */
export function* unitResults(
  db: ReadableDb,
  runId: string,
): Generator<{ readonly unitKey: string; readonly result: unknown }> {
  const query = sql
    .selectFrom('work_units')
    .select(['unit_key', 'result'])
    .where('run_id', '=', runId)
    .orderBy('unit_key');
  for (const row of db.each(query)) {
    yield { unitKey: row.unit_key, result: JSON.parse(row.result) as unknown };
  }
}

/** The JSON that one unit produced; undefined where it is not finished. */
export const unitResult = (db: ReadableDb, runId: string, unitKey: string): unknown => {
  const row = db.first(
    sql.selectFrom('work_units').select('result').where('run_id', '=', runId).where('unit_key', '=', unitKey),
  );
  return row === undefined ? undefined : (JSON.parse(row.result) as unknown);
};

/** The larger result of one unit, or null where it has none or is not finished. */
export const unitData = (db: ReadableDb, runId: string, unitKey: string): Uint8Array | null =>
  db.first(sql.selectFrom('work_units').select('data').where('run_id', '=', runId).where('unit_key', '=', unitKey))
    ?.data ?? null;

/** Marks the run as done. */
export function finishRun(db: WritableDb, runId: string): void {
  db.change({ act: 'run.finished', details: { runId } }, (transaction) =>
    transaction.run(
      sql.updateTable('runs').set({ state: 'finished', finished_at: db.clock.now() }).where('id', '=', runId),
    ),
  );
}
