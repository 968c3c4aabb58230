import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { sha256, type Sha256 } from '../../../shared/kernel/ids.ts';

/** One row of the audit log. `details` is the canonical JSON text (RFC 8785) of what the act did. */
export interface LogRow {
  /** 1, 2, 3, ... without a gap. */
  readonly seq: number;
  readonly at: string;
  readonly act: string;
  readonly details: string;
  /** The `hash` of the row before; 64 zeros in the first. */
  readonly prev_hash: string;
  /** SHA-256 over the canonical JSON of all the fields above. */
  readonly hash: string;
}

/** Where the chain stood at some time. Kept outside of the database, it also shows a log that was cut short. */
export interface LogHead {
  readonly seq: number;
  readonly hash: string;
}

export type ChainVerdict =
  | { readonly intact: true; readonly head: LogHead }
  | { readonly intact: false; readonly seq: number; readonly reason: string };

export const EMPTY_HEAD: LogHead = { seq: 0, hash: '0'.repeat(64) };

/** RFC 8785. Throws on what JSON cannot hold. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('Not representable as JSON.');
  return text;
}

export const hashOf = (data: string | Uint8Array): Sha256 => sha256(createHash('sha256').update(data).digest('hex'));

export const hashOfRow = ({ seq, at, act, details, prev_hash }: Omit<LogRow, 'hash'>): Sha256 =>
  hashOf(canonicalJson({ seq, at, act, details, prev_hash }));

/**
 * Walks the rows in the order of `seq`. An edited, deleted, reordered or inserted row is found by the chain
 * itself. Rows cut off at the end, or a chain that was computed anew from some row on, are found only by an
 * `anchor` that was taken before and kept elsewhere; without one, this is not claimed.
 */
export function verifyChain(rows: Iterable<LogRow>, anchor: LogHead = EMPTY_HEAD): ChainVerdict {
  let head = EMPTY_HEAD;
  for (const row of rows) {
    const broken = (reason: string): ChainVerdict => ({ intact: false, seq: head.seq + 1, reason });
    if (row.seq !== head.seq + 1) return broken('an entry is missing or out of order');
    if (row.prev_hash !== head.hash) return broken('the entry does not follow the one before it');
    if (row.hash !== hashOfRow(row)) return broken('the entry was changed');
    if (row.seq === anchor.seq && row.hash !== anchor.hash) return broken('the entry is not the one that was anchored');
    head = { seq: row.seq, hash: row.hash };
  }
  if (head.seq < anchor.seq) return { intact: false, seq: head.seq + 1, reason: 'the log was cut short' };
  return { intact: true, head };
}
