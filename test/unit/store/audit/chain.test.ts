import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalJson,
  EMPTY_HEAD,
  hashOfRow,
  verifyChain,
  type LogRow,
} from '../../../../src/main/store/audit/chain.ts';

type Content = Pick<LogRow, 'at' | 'act' | 'details'>;

function chainOf(contents: readonly Content[]): LogRow[] {
  const rows: LogRow[] = [];
  for (const content of contents) {
    const row = { ...content, seq: rows.length + 1, prev_hash: rows.at(-1)?.hash ?? EMPTY_HEAD.hash };
    rows.push({ ...row, hash: hashOfRow(row) });
  }
  return rows;
}

const content: fc.Arbitrary<Content> = fc.record({ at: fc.string(), act: fc.string(), details: fc.string() });
const log = fc.array(content, { minLength: 3, maxLength: 12 }).map(chainOf);
const logAndPlace = log.chain((rows) => fc.tuple(fc.constant(rows), fc.nat({ max: rows.length - 2 })));

const isIntact = (rows: readonly LogRow[]) => verifyChain(rows).intact;
const headOf = (rows: readonly LogRow[]) => rows.at(-1) ?? EMPTY_HEAD;

describe('the chain of the audit log', () => {
  it('holds over whatever was appended', () => {
    fc.assert(
      fc.property(log, (rows) => {
        const { seq, hash } = headOf(rows);
        expect(verifyChain(rows)).toEqual({ intact: true, head: { seq, hash } });
      }),
    );
  });

  it('is intact and empty at the start', () => {
    expect(verifyChain([])).toEqual({ intact: true, head: EMPTY_HEAD });
  });

  it('breaks at an entry that was edited, in any field', () => {
    const field = fc.constantFrom('at', 'act', 'details', 'prev_hash', 'hash');
    fc.assert(
      fc.property(logAndPlace, field, ([rows, place], name) => {
        const edited = rows.map((row, index) => (index === place ? { ...row, [name]: `${row[name]}0` } : row));
        expect(verifyChain(edited)).toMatchObject({ intact: false, seq: place + 1 });
      }),
    );
  });

  it('breaks after an entry that was edited and hashed anew', () => {
    fc.assert(
      fc.property(logAndPlace, ([rows, place]) => {
        const forged = rows.map((row, index) => {
          const changed = { ...row, details: `${row.details}0` };
          return index === place ? { ...changed, hash: hashOfRow(changed) } : row;
        });
        expect(verifyChain(forged)).toMatchObject({ intact: false, seq: place + 2 });
      }),
    );
  });

  it('breaks where an entry was deleted, renumbered or not', () => {
    fc.assert(
      fc.property(logAndPlace, ([rows, place]) => {
        const deleted = rows.filter((_, index) => index !== place);
        expect(isIntact(deleted)).toBe(false);
        expect(isIntact(deleted.map((row, index) => ({ ...row, seq: index + 1 })))).toBe(false);
      }),
    );
  });

  it('breaks where two entries changed places, renumbered or not', () => {
    fc.assert(
      fc.property(logAndPlace, ([rows, place]) => {
        const swapped = rows.toSpliced(place, 2, ...rows.slice(place, place + 2).reverse());
        expect(isIntact(swapped)).toBe(false);
        expect(isIntact(swapped.map((row, index) => ({ ...row, seq: index + 1 })))).toBe(false);
      }),
    );
  });

  it('breaks where an entry was inserted, even one with a right hash', () => {
    fc.assert(
      fc.property(logAndPlace, content, ([rows, place], added) => {
        const row = { ...added, seq: place + 1, prev_hash: rows[place - 1]?.hash ?? EMPTY_HEAD.hash };
        const inserted = rows.toSpliced(place, 0, { ...row, hash: hashOfRow(row) });
        expect(isIntact(inserted)).toBe(false);
        expect(isIntact(inserted.map((each, index) => ({ ...each, seq: index + 1 })))).toBe(false);
      }),
    );
  });

  it('does not see by itself that its end was cut off, but does with an anchor from outside', () => {
    fc.assert(
      fc.property(logAndPlace, ([rows, place]) => {
        const cut = rows.slice(0, place + 1);
        expect(isIntact(cut)).toBe(true);
        expect(verifyChain(cut, headOf(rows))).toMatchObject({ intact: false, reason: 'the log was cut short' });
      }),
    );
  });

  it('shows with an anchor that everything from some entry on was computed anew', () => {
    fc.assert(
      fc.property(logAndPlace, ([rows, place]) => {
        const rewritten = chainOf(
          rows.map((row, index) => (index === place ? { ...row, details: `${row.details}0` } : row)),
        );
        expect(isIntact(rewritten)).toBe(true);
        expect(verifyChain(rewritten, headOf(rows))).toMatchObject({ intact: false, seq: rows.length });
      }),
    );
  });
});

describe('canonical JSON', () => {
  it('orders keys and writes numbers as RFC 8785 does', () => {
    expect(canonicalJson({ b: 1e21, a: [0.1, -0, 'é'] })).toBe('{"a":[0.1,0,"é"],"b":1e+21}');
  });

  it.each([NaN, Infinity, undefined])('refuses %s', (value) => {
    expect(() => canonicalJson(value)).toThrow();
  });
});
