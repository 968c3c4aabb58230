import { randomUUID } from 'node:crypto';
import type { Reviewer } from '../../../shared/contract/app/session.ts';
import type { ReadableDb } from '../db/connection.ts';
import { sql } from '../db/schema.ts';
import type { WritableDb } from '../db/writableDb.ts';

const reviewers = sql.selectFrom('reviewers').select(['id', 'name', 'role']);

/** In the order in which they were added. */
export const listReviewers = (db: ReadableDb): Reviewer[] => db.all(reviewers.orderBy(sql.dynamic.ref('rowid')));

/** The reviewer of this id, if there is one. */
export const findReviewer = (db: ReadableDb, id: string): Reviewer | undefined =>
  db.first(reviewers.where('id', '=', id));

/** Adds a reviewer; two of one name are two people. The name stands in no log. */
export function addReviewer(db: WritableDb, person: Omit<Reviewer, 'id'>): Reviewer {
  const reviewer: Reviewer = { id: randomUUID(), name: person.name, role: person.role };
  db.change({ act: 'reviewer.added', details: { reviewerId: reviewer.id } }, (transaction) =>
    transaction.run(sql.insertInto('reviewers').values({ ...reviewer, created_at: db.clock.now() })),
  );
  return reviewer;
}
