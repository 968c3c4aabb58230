import type { ReadableDb, WriteTransaction } from '../db/connection.ts';
import { sql } from '../db/schema.ts';
import { canonicalJson, EMPTY_HEAD, hashOfRow, verifyChain, type ChainVerdict, type LogHead } from './chain.ts';

/**
 * What the log can say. The fields are random ids, hashes and counts: nothing that a file or a hospital named
 * has a place here, so that the log can be shown to anyone.
 */
export type LogEntry =
  | { readonly act: 'database.migrated'; readonly details: { from: number; to: number } }
  | { readonly act: 'workspace.created'; readonly details: { workspaceId: string } }
  | {
      readonly act: 'images.imported';
      /** `casesSha256` is taken over the canonical JSON of the rows that were added to `cases`. */
      readonly details: { dialect: string; images: number; cases: number; refused: number; casesSha256: string };
    }
  | { readonly act: 'model.registered'; readonly details: { modelId: string; sha256: string } }
  | { readonly act: 'screening.asked' | 'screening.ended'; readonly details: { models: readonly string[] } }
  | { readonly act: 'run.opened'; readonly details: { runId: string; planSha256: string } }
  | { readonly act: 'unit.recorded'; readonly details: { runId: string; unitKey: string; resultSha256: string } }
  | { readonly act: 'run.finished'; readonly details: { runId: string } }
  | {
      readonly act: 'verdicts.recorded';
      /** `verdictsSha256` is taken over the canonical JSON of the verdicts with their images. */
      readonly details: { verdicts: number; models: readonly string[]; verdictsSha256: string };
    }
  | { readonly act: 'reviewer.added'; readonly details: { reviewerId: string } }
  | { readonly act: 'reviewer.chosen'; readonly details: { reviewerId: string } }
  | {
      readonly act: 'annotation.saved';
      /** `contentSha256` is taken over the canonical JSON of what was said. */
      readonly details: { caseId: string; reviewerId: string; revision: number; contentSha256: string };
    }
  | { readonly act: 'pair.chosen'; readonly details: { first: string; second: string } }
  | { readonly act: 'reading.blind'; readonly details: { reviewerId: string } }
  | { readonly act: 'reading.unblinded'; readonly details: { reviewerId: string } }
  | {
      readonly act: 'worklist.saved';
      /** `cases`: how many were chosen; null for a saved query. */
      readonly details: { worklistId: string; cases: number | null };
    }
  | { readonly act: 'worklist.renamed'; readonly details: { worklistId: string } }
  | { readonly act: 'worklist.removed'; readonly details: { worklistId: string } };

/** The last entry's place and hash. */
export const logHead = (db: ReadableDb): LogHead =>
  db.first(sql.selectFrom('log').select(['seq', 'hash']).orderBy('seq', 'desc').limit(1)) ?? EMPTY_HEAD;

/** Only `WritableDb.change` and the migrations call this, inside their transaction. */
export function appendToLog(transaction: WriteTransaction, at: string, entry: LogEntry): void {
  const head = logHead(transaction);
  const row = {
    seq: head.seq + 1,
    at,
    act: entry.act,
    details: canonicalJson(entry.details),
    prev_hash: head.hash,
  };
  transaction.run(sql.insertInto('log').values({ ...row, hash: hashOfRow(row) }));
}

/** Walks the whole log; see `verifyChain` for what an `anchor` adds. */
export const verifyLog = (db: ReadableDb, anchor?: LogHead): ChainVerdict =>
  verifyChain(db.each(sql.selectFrom('log').selectAll().orderBy('seq')), anchor);
