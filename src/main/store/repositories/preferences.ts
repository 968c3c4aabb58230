/** What is chosen in this workspace: two models to compare, who reviews, and whether their reading is blind. */
import type { Selection } from '../../../shared/contract/app/library.ts';
import type { ModelPair } from '../../../shared/contract/app/session.ts';
import type { LogEntry } from '../audit/log.ts';
import { canonicalJson } from '../audit/chain.ts';
import type { ReadableDb, WriteTransaction } from '../db/connection.ts';
import { sql } from '../db/schema.ts';
import type { WritableDb } from '../db/writableDb.ts';
import { refreshAllCases } from './listing.ts';

const blindKey = (reviewerId: string) => `blind/${reviewerId}`;

function read(db: ReadableDb, key: string): unknown {
  const row = db.first(sql.selectFrom('preferences').select('value').where('key', '=', key));
  return row === undefined ? undefined : (JSON.parse(row.value) as unknown);
}

/** Nothing is written, and nothing stands in the log, where the value is what it was. */
function write(
  db: WritableDb,
  key: string,
  value: unknown,
  entry: LogEntry,
  also: (transaction: WriteTransaction) => void = () => undefined,
): void {
  if (canonicalJson(read(db, key) ?? null) === canonicalJson(value)) return;
  db.change(entry, (transaction) => {
    transaction.run(sql.replaceInto('preferences').values({ key, value: canonicalJson(value) }));
    also(transaction);
  });
}

/** The pair that the listing shows; null: none was chosen yet. */
export const chosenPair = (db: ReadableDb): ModelPair | null => (read(db, 'pair') as ModelPair | undefined) ?? null;

/** Chooses the pair; the listing then shows its verdicts (100,000 cases take some seconds). */
export function choosePair(db: WritableDb, { first, second }: ModelPair): void {
  write(db, 'pair', { first, second }, { act: 'pair.chosen', details: { first, second } }, refreshAllCases);
}

/** Who was at work last; null: nobody yet. */
export const chosenReviewerId = (db: ReadableDb): string | null => (read(db, 'reviewer') as string | undefined) ?? null;

/** Notes who is at work. */
export function chooseReviewerId(db: WritableDb, reviewerId: string): void {
  write(db, 'reviewer', reviewerId, { act: 'reviewer.chosen', details: { reviewerId } });
}

/** Whether this reviewer reads blind; not, unless they chose to. */
export const readsBlind = (db: ReadableDb, reviewerId: string): boolean => read(db, blindKey(reviewerId)) === true;

/** Sets whether this reviewer reads blind, with an entry in the log for each change. */
export function setReadsBlind(db: WritableDb, reviewerId: string, blind: boolean): void {
  if (readsBlind(db, reviewerId) === blind) return;
  const act = blind ? 'reading.blind' : 'reading.unblinded';
  write(db, blindKey(reviewerId), blind, { act, details: { reviewerId } });
}

/** A screening that was asked for and has not come to its end. */
export interface AskedScreening {
  readonly selection: Selection;
  /** SHA-256 of their cards. */
  readonly models: readonly string[];
}

/** The screening to go on with; null: none. */
export const askedScreening = (db: ReadableDb): AskedScreening | null =>
  (read(db, 'screening') as AskedScreening | null | undefined) ?? null;

/** Notes that a screening is wanted, so that it goes on after a kill; null: it has come to its end, or is not wanted. */
export function noteScreening(db: WritableDb, asked: AskedScreening | null): void {
  const details = { models: asked?.models ?? [] };
  write(db, 'screening', asked, { act: asked === null ? 'screening.ended' : 'screening.asked', details });
}
