import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Audit, AuditCase, AuditContent } from '../../../../src/shared/contract/audit.ts';
import { verifyAudit } from '../../../../src/main/services/audit/verify.ts';
import { canonicalJson, hashOf } from '../../../../src/main/store/index.ts';
import { handMadeAudit, handMadeFullAudit, signed } from './handMade.ts';

const AUDIT = handMadeAudit();
const TEXT = JSON.stringify(AUDIT, null, 1);

const failing = (text: string) =>
  verifyAudit(text)
    .checks.filter(({ ok }) => !ok)
    .map(({ name }) => name);

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Path = readonly (string | number)[];

/** All places inside a value that hold a single value. */
function leaves(value: Json, path: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [path];
  const children = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return children.flatMap(([key, child]) => leaves(child, [...path, key]));
}

/** A copy in which one place is another. */
function edited(value: Json, [key, ...rest]: Path, edit: (leaf: Json) => Json): Json {
  if (key === undefined) return edit(value);
  if (Array.isArray(value)) return value.map((child, at) => (at === key ? edited(child, rest, edit) : child));
  if (value === null || typeof value !== 'object') throw new Error('expected a place inside');
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [name, name === key ? edited(child, rest, edit) : child]),
  );
}

const otherValue: fc.Arbitrary<Json> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constantFrom(1e308, -1, 0, 0.5, 2 / 255, 1),
  fc.constantFrom('mel', 'nv', 'pgd', 'fgsm', 'standard', '', '__proto__'),
  fc.constant<Json>([]),
  fc.constant<Json>({}),
);

const CONTENT = JSON.parse(canonicalJson(AUDIT.content)) as Json;
const contentPath = fc.constantFrom(...leaves(CONTENT));

describe('an audit.json that nobody changed', () => {
  it('passes every check', () => {
    const { ok, checks } = verifyAudit(TEXT);
    expect(checks.filter((check) => !check.ok)).toEqual([]);
    expect(ok).toBe(true);
    expect(checks.map(({ name }) => name)).toEqual([
      'form',
      'content hash',
      'sample',
      'work',
      'words',
      'cases',
      'figures',
      'recommendations',
    ]);
  });

  it('may be written in another way: its values count', () => {
    expect(verifyAudit(canonicalJson(AUDIT)).ok).toBe(true);
    expect(verifyAudit(JSON.stringify(AUDIT, null, 4)).ok).toBe(true);
  });

  it('may come from another run, at another time, on another host', () => {
    const run = { ...AUDIT.run, id: 'other', finishedAt: '2027-01-01T00:00:00.000Z', resumed: true };
    expect(verifyAudit(JSON.stringify({ ...AUDIT, run })).ok).toBe(true);
  });
});

describe('any single value of the content that was changed', () => {
  it('is found', () => {
    fc.assert(
      fc.property(contentPath, otherValue, (path, other) => {
        const content = edited(CONTENT, path, (leaf) => {
          fc.pre(canonicalJson(leaf) !== canonicalJson(other));
          return other;
        });
        expect(verifyAudit(JSON.stringify({ ...AUDIT, content })).ok).toBe(false);
      }),
      { numRuns: 80, seed: 3 },
    );
  });

  it('is found where a value is dropped or repeated', () => {
    const places = leaves(CONTENT).map((path) => path.slice(0, -1));
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.boolean(), (path, drop) => {
        const content = edited(CONTENT, path, (parent) => {
          if (Array.isArray(parent)) return drop ? parent.slice(1) : [...parent, ...parent.slice(0, 1)];
          if (parent === null || typeof parent !== 'object') throw new Error('expected a parent');
          return drop ? Object.fromEntries(Object.entries(parent).slice(1)) : { ...parent, more: 1 };
        });
        expect(verifyAudit(JSON.stringify({ ...AUDIT, content })).ok).toBe(false);
      }),
      { numRuns: 30, seed: 4 },
    );
  });

  it('never makes the check itself fail, also with a hash that fits', () => {
    fc.assert(
      fc.property(contentPath, otherValue, (path, other) => {
        const content = edited(CONTENT, path, () => other);
        const contentSha256 = hashOf(canonicalJson(content));
        expect(verifyAudit(JSON.stringify({ ...AUDIT, content, contentSha256 })).checks.length).toBeGreaterThan(0);
      }),
      { numRuns: 60, seed: 5 },
    );
  });
});

/** A copy with an edit, and the hash that fits it. */
function forged(edit: (content: AuditContent) => void): string {
  const audit = structuredClone<Audit>(AUDIT);
  edit(audit.content);
  return JSON.stringify(signed(audit));
}

const caseOf = (content: AuditContent, at: number): AuditCase => content.cases[at] ?? fail();
const entryOf = (content: AuditContent, at: number, model = 0) => caseOf(content, at).models[model] ?? fail();
const attackedOf = (content: AuditContent, at: number, which: number) => entryOf(content, at).attacked[which] ?? fail();
function fail(): never {
  throw new Error('expected it to be there');
}

const FORGERIES: [string, string[], (content: AuditContent) => void][] = [
  [
    'a figure',
    ['figures'],
    ({ results: [first] }) => {
      if (first?.accuracy) first.accuracy.value += 0.01;
    },
  ],
  [
    'an interval',
    ['figures'],
    ({ results: [first] }) => {
      if (first?.accuracy) first.accuracy.low -= 0.01;
    },
  ],
  [
    'the comparison',
    ['figures'],
    (content) => {
      if (content.primaryComparison) content.primaryComparison.difference.value = 0.5;
    },
  ],
  [
    'the seed',
    ['work', 'words', 'figures'],
    ({ sample }) => {
      sample.seed += 1;
    },
  ],
  [
    'a row that is left out',
    ['figures'],
    ({ results }) => {
      results.pop();
    },
  ],
  [
    'the recipe of a model',
    ['figures'],
    ({ models: [first] }) => {
      if (first) first.recipe = 'mixed';
    },
  ],
  [
    'the weight of a case',
    ['sample', 'figures'],
    (content) => {
      caseOf(content, 5).weight = 1;
    },
  ],
  [
    'the lesion of a case',
    ['sample', 'figures'],
    (content) => {
      caseOf(content, 1).lesionId = 'lesion-X';
    },
  ],
  [
    'an attack that is told to have failed',
    ['figures'],
    (content) => {
      Object.assign(attackedOf(content, 0, 1), { success: false, verdict: 'mel' });
    },
  ],
  [
    'a dangerous flip',
    ['figures'],
    (content) => {
      attackedOf(content, 0, 3).turnedBenign = false;
    },
  ],
  [
    'a clean verdict',
    ['cases', 'figures'],
    (content) => {
      entryOf(content, 2).clean = { verdict: 'mel', probabilities: [0, 0, 0, 0, 1, 0, 0] };
    },
  ],
  [
    'a success that its verdict contradicts',
    ['cases', 'figures'],
    (content) => {
      attackedOf(content, 0, 1).success = false;
    },
  ],
  [
    'a verdict that its success contradicts',
    ['cases', 'figures'],
    (content) => {
      attackedOf(content, 0, 1).verdict = 'mel';
    },
  ],
  [
    'the verdict of an unlabelled case',
    ['cases'],
    (content) => {
      attackedOf(content, 7, 1).verdict = 'nv';
    },
  ],
  [
    'a clean verdict that is not the most probable',
    ['cases'],
    (content) => {
      entryOf(content, 7, 1).clean.verdict = 'vasc';
    },
  ],
  [
    'a smallest epsilon that changes nothing',
    ['cases'],
    (content) => {
      entryOf(content, 0).minimalEpsilonVerdict = 'mel';
    },
  ],
  [
    'an attack that is left out of a case',
    ['cases'],
    (content) => {
      entryOf(content, 7).attacked.pop();
    },
  ],
  [
    'a model that is left out of a case',
    ['cases', 'figures'],
    (content) => {
      caseOf(content, 7).models.pop();
    },
  ],
  [
    'a label',
    ['sample', 'cases', 'figures'],
    (content) => {
      caseOf(content, 3).label = 'mel';
    },
  ],
  [
    'the name of an image',
    ['sample'],
    (content) => {
      caseOf(content, 3).imageId = 'img-x';
    },
  ],
  [
    'a case that is left out',
    ['sample', 'figures'],
    ({ cases }) => {
      cases.splice(1, 1);
    },
  ],
  [
    'the number of unlabelled cases',
    ['sample'],
    ({ sample }) => {
      sample.unlabelled = 0;
    },
  ],
];

describe('a change whose author has recomputed the hash', () => {
  it.each(FORGERIES)('is found in %s', (_, checks, edit) => {
    expect(failing(forged(edit))).toEqual(checks);
  });

  it('is not found where the audit says a thing only once: the hash is no signature', () => {
    expect(
      verifyAudit(
        forged(({ environment }) => {
          environment.cpu = 'Another processor';
        }),
      ).ok,
    ).toBe(true);
  });
});

const FULL = handMadeFullAudit();

describe('the evidence of a full audit', () => {
  it('agrees with itself', () => {
    expect(verifyAudit(JSON.stringify(FULL)).checks.filter(({ ok }) => !ok)).toEqual([]);
  });

  const content = JSON.parse(canonicalJson(FULL.content)) as Json;
  const digits = leaves(content).filter((path) => {
    const leaf = path.reduce<Json | undefined>((value, key) => (value as Record<string, Json>)[key], content);
    return path.includes('evidence') && typeof leaf === 'string' && /^[0-6]+$/.test(leaf);
  });

  it('is told apart from that with any one digit changed', () => {
    expect(digits.length).toBeGreaterThan(100);
    fc.assert(
      fc.property(fc.constantFrom(...digits), fc.nat(), fc.integer({ min: 1, max: 6 }), (path, place, more) => {
        const changed = edited(content, path, (leaf) => {
          const text = typeof leaf === 'string' ? leaf : '';
          const at = place % text.length;
          return `${text.slice(0, at)}${(Number(text[at]) + more) % 7}${text.slice(at + 1)}`;
        });
        expect(verifyAudit(JSON.stringify({ ...FULL, content: changed })).ok).toBe(false);
      }),
      { numRuns: 30, seed: 6 },
    );
  });
});

describe('a file that is no audit.json', () => {
  it.each([
    ['cut short', TEXT.slice(0, -10)],
    ['empty', ''],
    ['another format', JSON.stringify({ ...AUDIT, format: 'other' })],
    ['a newer version', JSON.stringify({ ...AUDIT, formatVersion: 2 })],
    ['null', 'null'],
    ['without content', JSON.stringify({ ...AUDIT, content: undefined })],
  ])('is told so: %s', (_, text) => {
    expect(failing(text)).toEqual(['form']);
  });

  it('is told so where only the hash was changed', () => {
    expect(failing(JSON.stringify({ ...AUDIT, contentSha256: '0'.repeat(64) }))).toEqual(['content hash']);
  });
});
