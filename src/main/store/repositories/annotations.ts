import type { Annotation } from '../../../shared/domain/annotation.ts';
import { canonicalJson, hashOf } from '../audit/chain.ts';
import { sql as raw } from 'kysely';
import type { ReadableDb } from '../db/connection.ts';
import { sql, statement, type Schema } from '../db/schema.ts';
import type { WritableDb } from '../db/writableDb.ts';
import { refreshCases } from './listing.ts';

/** All that one reviewer said of one case at one time. None is ever changed or removed. */
export interface AnnotationRevision {
  readonly caseId: string;
  readonly reviewerId: string;
  /** 1, 2, 3, ... for each reviewer and case. */
  readonly revision: number;
  readonly at: string;
  /** The reviewer could see verdicts when this was stored. */
  readonly seen: boolean;
  readonly content: Annotation;
}

/**
 * Stores a revision and its log entry in one change; the library shows it. When this returns, it survives a kill and a
 * loss of power. The case, the reviewer and the revision before it must be there.
 */
export function addRevision(db: WritableDb, said: Omit<AnnotationRevision, 'at'>): AnnotationRevision {
  const { caseId, reviewerId, revision } = said;
  const content = canonicalJson(said.content);
  const at = db.clock.now();
  const details = { caseId, reviewerId, revision, contentSha256: hashOf(content) };
  db.change({ act: 'annotation.saved', details }, (transaction) => {
    const key = { case_id: caseId, reviewer_id: reviewerId, revision };
    transaction.run(sql.insertInto('annotations').values({ ...key, at, seen: said.seen ? 1 : 0, content }));
    refreshCases(transaction, [caseId]);
  });
  return { ...said, at };
}

type Row = Pick<Schema['annotations'], 'case_id' | 'reviewer_id' | 'revision' | 'at' | 'seen' | 'content'>;

const COLUMNS = ['case_id', 'reviewer_id', 'revision', 'at', 'seen', 'content'] as const;

const revisionOf = (row: Row): AnnotationRevision => ({
  caseId: row.case_id,
  reviewerId: row.reviewer_id,
  revision: row.revision,
  at: row.at,
  seen: row.seen === 1,
  content: JSON.parse(row.content) as Annotation,
});

/** What each reviewer says of the case now, by the time of it. */
export const currentRevisions = (db: ReadableDb, caseId: string): AnnotationRevision[] =>
  db
    .all(sql.selectFrom('current_annotations').select(COLUMNS).where('case_id', '=', caseId).orderBy('at'))
    .map(revisionOf);

/** All that was ever said of the case, in the order in which it was. */
export const allRevisions = (db: ReadableDb, caseId: string): AnnotationRevision[] =>
  db
    .all(sql.selectFrom('annotations').select(COLUMNS).where('case_id', '=', caseId).orderBy(sql.dynamic.ref('rowid')))
    .map(revisionOf);

/** Whether verdicts could be seen when the reviewer first gave a reading of the case; undefined: there is none yet. */
export function firstAnswer(
  db: ReadableDb,
  caseId: string,
  reviewerId: string,
): { readonly seen: boolean } | undefined {
  const row = db.first(
    sql
      .selectFrom('annotations')
      .select('seen')
      .where('case_id', '=', caseId)
      .where('reviewer_id', '=', reviewerId)
      .where('answered', '=', 1)
      .orderBy('revision')
      .limit(1),
  );
  return row === undefined ? undefined : { seen: row.seen === 1 };
}

/** Those of the cases of which the reviewer has given a reading at some time. */
export const answeredCases = (db: ReadableDb, reviewerId: string, caseIds: readonly string[]): Set<string> =>
  new Set(
    db
      .all(
        statement(raw<{ case_id: string }>`
          SELECT DISTINCT case_id FROM annotations
          WHERE case_id IN (SELECT value FROM json_each(${JSON.stringify(caseIds)}))
            AND reviewer_id = ${reviewerId} AND answered`),
      )
      .map((row) => row.case_id),
  );

/** Tags of what is said now, the most frequent first, then by name. */
export const tagsInUse = (db: ReadableDb): string[] =>
  db
    .all(
      statement(raw<{ tag: string }>`
        SELECT tag.value AS tag FROM current_annotations, json_each(content, '$.tags') AS tag
        GROUP BY tag.value ORDER BY count(*) DESC, tag.value`),
    )
    .map((row) => row.tag);
