import { describe, expect, it } from 'vitest';
import type { AuditCase, AuditContent } from '../../../../src/shared/contract/audit.ts';
import type { CaseEvidence } from '../../../../src/shared/contract/auditEvidence.ts';
import { contradictions } from '../../../../src/main/services/audit/contradictions.ts';
import { verifyAudit } from '../../../../src/main/services/audit/verify.ts';
import { handMadeFullAudit, signed } from './handMade.ts';

const FULL = handMadeFullAudit();

function fail(): never {
  throw new Error('expected it to be there');
}
const caseOf = (content: AuditContent, at: number): AuditCase => content.cases[at] ?? fail();
const entryOf = (content: AuditContent, at: number) => caseOf(content, at).models[0] ?? fail();

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
