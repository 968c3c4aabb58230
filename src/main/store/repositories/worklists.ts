import { randomUUID } from 'node:crypto';
import { sql as raw } from 'kysely';
import type { Worklist } from '../../../shared/contract/app/library.ts';
import type { LibraryQuery } from '../../../shared/domain/library.ts';
import { canonicalJson } from '../audit/chain.ts';
import type { ReadableDb } from '../db/connection.ts';
import { sql, statement } from '../db/schema.ts';
import type { WritableDb } from '../db/writableDb.ts';

/** A saved query, or chosen cases by id (each once; all must be there). */
export type WorklistContent =
  | { readonly kind: 'query'; readonly query: LibraryQuery }
  | { readonly kind: 'cases'; readonly caseIds: readonly string[] };

interface WorklistRow {
  readonly id: string;
  readonly name: string;
  readonly query: string | null;
  readonly cases: number;
}

const worklists = sql
  .selectFrom('worklists')
  .select(['id', 'name', 'query'])
  .select((select) =>
    select
      .selectFrom('worklist_cases')
      .select((count) => count.fn.countAll<number>().as('cases'))
      .whereRef('worklist_id', '=', 'worklists.id')
      .as('cases'),
  )
  .$castTo<WorklistRow>();

const worklist = ({ id, name, query, cases }: WorklistRow): Worklist =>
  query === null
    ? { id, name, kind: 'cases', cases }
    : { id, name, kind: 'query', query: JSON.parse(query) as LibraryQuery };

/** In the order in which they were saved. */
export const listWorklists = (db: ReadableDb): Worklist[] =>
  db.all(worklists.orderBy(sql.dynamic.ref('rowid'))).map(worklist);

/** The worklist of this id, if there is one. */
export function findWorklist(db: ReadableDb, id: string): Worklist | undefined {
  const row = db.first(worklists.where('id', '=', id));
  return row === undefined ? undefined : worklist(row);
}

/** Saves a worklist; its name, which may be a patient's, stands in no log. */
export function addWorklist(db: WritableDb, name: string, content: WorklistContent): Worklist {
  const id = randomUUID();
  const query = content.kind === 'query' ? canonicalJson(content.query) : null;
  const caseIds = content.kind === 'cases' ? [...new Set(content.caseIds)] : [];
  const cases = content.kind === 'cases' ? caseIds.length : null;
  db.change({ act: 'worklist.saved', details: { worklistId: id, cases } }, (transaction) => {
    transaction.run(sql.insertInto('worklists').values({ id, name, created_at: db.clock.now(), query }));
    transaction.run(
      statement(raw`INSERT INTO worklist_cases SELECT ${id}, value FROM json_each(${JSON.stringify(caseIds)})`),
    );
  });
  return worklist({ id, name, query, cases: caseIds.length });
}

/** False: there is none of this id, and nothing happens. */
export function renameWorklist(db: WritableDb, id: string, name: string): boolean {
  if (findWorklist(db, id) === undefined) return false;
  db.change({ act: 'worklist.renamed', details: { worklistId: id } }, (transaction) =>
    transaction.run(sql.updateTable('worklists').set({ name }).where('id', '=', id)),
  );
  return true;
}

/** Removes the list, none of its cases. False: there is none of this id, and nothing happens. */
export function removeWorklist(db: WritableDb, id: string): boolean {
  if (findWorklist(db, id) === undefined) return false;
  db.change({ act: 'worklist.removed', details: { worklistId: id } }, (transaction) =>
    transaction.run(sql.deleteFrom('worklists').where('id', '=', id)),
  );
  return true;
}
