import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Audit, AuditCase, AuditContent } from '../../../../src/shared/contract/audit.ts';
import type { CaseEvidence } from '../../../../src/shared/contract/auditEvidence.ts';
import { contradictions } from '../../../../src/main/services/audit/contradictions.ts';
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
    expect(checks.map(({ name }) => name)).toEqual(['form', 'content hash', 'sample', 'cases', 'figures']);
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
    'the seed of the intervals',
    ['figures'],
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
    ['figures'],
    (content) => {
      caseOf(content, 5).weight = 1;
    },
  ],
  [
    'the lesion of a case',
    ['figures'],
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
    ['cases'],
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

/** What is said of one case after an edit of its evidence, or of anything else, for the model called robust. */
function foundIn(at: number, edit: (evidence: CaseEvidence, one: AuditCase, content: AuditContent) => void): string[] {
  const { content } = structuredClone(FULL);
  const one = caseOf(content, at);
  edit(entryOf(content, at).evidence, one, content);
  return contradictions(content, one);
}

const worst = ({ worstCase }: CaseEvidence, at: number) => worstCase?.[at] ?? fail();
const runs = ({ checks }: CaseEvidence) => checks?.runs ?? fail();
const runToTheEnd = (evidence: CaseEvidence) => evidence.runToTheEnd ?? fail();

/** Case 0 falls to FGSM at 4/255, case 1 to APGD; case 3 too; case 2 is wrong when clean, case 7 has no label. */
const CONTRADICTIONS: [string[], number, (evidence: CaseEvidence, one: AuditCase, content: AuditContent) => void][] = [
  [['its worst case is of other epsilons'], 3, (evidence) => void evidence.worstCase?.splice(0, 1)],
  [
    ['a verdict contradicts the success of its worst case', 'its worst case does not say which attack it is'],
    3,
    (evidence) => void (worst(evidence, 1).success = false),
  ],
  [['its worst case does not say which attack it is'], 3, (evidence) => void (worst(evidence, 1).by = null)],
  [['its worst case names an attack that was not run'], 3, (evidence) => void (worst(evidence, 1).by = 'apgd-dlr')],
  [
    ['its worst case names Square where Square was not run'],
    3,
    (evidence) => {
      worst(evidence, 1).by = 'square';
      runs(evidence).square = null;
    },
  ],
  [
    ['its worst case is weaker than an attack on file'],
    0,
    (evidence) => void Object.assign(worst(evidence, 1), { success: false, by: null, verdict: 'mel' }),
  ],
  [['its worst case is weaker than an attack on file'], 3, (evidence) => void (runs(evidence).square = '44')],
  [
    ['its worst case is weaker than an attack on file'],
    0,
    (evidence) => void (worst(evidence, 1).turnedBenign = false),
  ],
  [['its worst case is not what the attack it names found'], 0, (evidence) => void (worst(evidence, 1).by = 'pgd')],
  [['its worst case is not what the attack it names found'], 0, (evidence) => void (worst(evidence, 1).by = 'square')],
  [
    ['its worst case is not what the attack it names found'],
    0,
    (evidence) => void (worst(evidence, 1).verdict = 'bkl'),
  ],
  [['its worst case is not what the attack it names found'], 3, (evidence) => void (worst(evidence, 1).by = 'fgsm')],
  [
    ['an attack on file changed it below its smallest epsilon', 'its worst case is weaker at a larger epsilon'],
    3,
    (evidence) => {
      const [small, large] = [worst(evidence, 0), worst(evidence, 1)];
      evidence.worstCase = [
        { ...large, epsilon: small.epsilon },
        { ...small, epsilon: large.epsilon },
      ];
    },
  ],
  [['its worst case is weaker at a larger epsilon'], 1, (evidence) => void (worst(evidence, 0).turnedBenign = true)],
  [
    ['its worst case counts a dangerous flip that is none'],
    3,
    (evidence) => void (worst(evidence, 1).turnedBenign = true),
  ],
  [
    ['its worst case counts a dangerous flip that is none'],
    1,
    (evidence) => void (worst(evidence, 1).turnedBenign = null),
  ],
  [
    ['it counts a dangerous flip that is none'],
    3,
    (_, one) => void Object.assign(one.models[0]?.attacked[0] ?? fail(), { turnedBenign: true }),
  ],
  [
    [
      'an attack repairs its clean verdict',
      'an attack on file changed it below its smallest epsilon',
      'its worst case is not what the attack it names found',
    ],
    2,
    (_, one) => void Object.assign(one.models[0]?.attacked[0] ?? fail(), { verdict: 'mel', success: false }),
  ],
  [
    ['an attack on file changed it below its smallest epsilon'],
    0,
    (_, one) => void Object.assign(one.models[0] ?? fail(), { minimalEpsilon: 5 / 255 }),
  ],
  [
    ['its run to the end was judged by a model of another audit'],
    0,
    (evidence) => void (runToTheEnd(evidence).judgedBy['stranger'] = '44'),
  ],
  [
    ['its run to the end is of other epsilons'],
    0,
    (evidence) => void (runToTheEnd(evidence).judgedBy['plain'] = '444'),
  ],
  [['its run to the end is of other epsilons'], 0, (evidence) => void runToTheEnd(evidence).probabilities.pop()],
  [
    ['its last verdict is not the most probable one'],
    0,
    (evidence) => void (runToTheEnd(evidence).judgedBy['robust'] = '44'),
  ],
  [['a corruption is unknown'], 0, (evidence) => void Object.assign(evidence.corrupted ?? fail(), { snow: '44444' })],
  [
    ['a corruption is of other severities'],
    0,
    (evidence) => void Object.assign(evidence.corrupted ?? fail(), { blur: '4444' }),
  ],
  [
    ['its certificate abstains and has a radius, or neither'],
    0,
    (evidence) => void (evidence.certificate = { verdict: null, radius: 0.3 }),
  ],
  [
    ['its certificate abstains and has a radius, or neither'],
    0,
    (evidence) => void (evidence.certificate = { verdict: 'mel', radius: 0 }),
  ],
  [
    ['it has no label, and was checked against one'],
    7,
    (evidence, _, content) => {
      const { runs: own, ...checks } = entryOf(content, 0).evidence.checks ?? fail();
      evidence.checks = { ...checks, runs: { ...own, square: null } };
    },
  ],
  [['a run of its checks is of other epsilons'], 0, (evidence) => void (runs(evidence).pgd = '4')],
  [['a run of its checks is of other epsilons'], 0, (evidence) => void (runs(evidence).pgdTwiceTheSteps = '444')],
  [['a run of its checks is of other epsilons'], 0, (evidence) => void (runs(evidence).pgdAtLargeEpsilons = '6')],
  [['a run of its checks repairs its clean verdict'], 2, (evidence) => void (runs(evidence).noise = '45')],
  [
    ['its logit margin is not that of its probabilities'],
    0,
    (evidence) => void Object.assign(evidence.checks ?? fail(), { logitMargin: 2.6 }),
  ],
];

describe('a case of a full audit that contradicts itself', () => {
  it.each(CONTRADICTIONS)('%s: case %i', (expected, at, edit) => {
    expect(foundIn(at, edit)).toEqual(expected);
  });

  it('is not seen in one that nobody edited', () => {
    for (const at of FULL.content.cases.keys()) expect(foundIn(at, () => undefined)).toEqual([]);
  });

  it('fails the verification, with the case and what is wrong with it', () => {
    const audit = structuredClone(FULL);
    worst(entryOf(audit.content, 0).evidence, 1).by = 'pgd';
    const { checks } = verifyAudit(JSON.stringify(signed(audit)));
    expect(checks.find(({ name }) => name === 'cases')).toEqual({
      name: 'cases',
      ok: false,
      detail: 'img-1: its worst case is not what the attack it names found',
    });
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
