import { describe, expect, it } from 'vitest';
import type { AuditCase, AuditContent } from '../../../../../src/shared/contract/audit.ts';
import type { CaseEvidence } from '../../../../../src/shared/contract/auditEvidence.ts';
import { ofCases } from '../../../../../src/main/services/audit/contradictions/index.ts';
import { planAgain } from '../../../../../src/main/services/audit/planAgain.ts';
import { verifyAudit } from '../../../../../src/main/services/audit/verify.ts';
import { handMadeFullAudit, signed } from '../handMade.ts';

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
  return ofCases(content, planAgain(content)).get(at) ?? [];
}

const attacked = (one: AuditCase, attack: string, at: number) =>
  one.models[0]?.attacked.filter((each) => each.attack === attack)[at] ?? fail();
const worst = ({ worstCase }: CaseEvidence, at: number) => worstCase?.[at] ?? fail();
const runs = ({ checks }: CaseEvidence) => checks?.runs ?? fail();
const runToTheEnd = (evidence: CaseEvidence) => evidence.runToTheEnd ?? fail();

/** Case 0 falls to FGSM at 4/255, case 1 to APGD; case 3 too; case 2 is wrong when clean, case 7 has no label. */
const CONTRADICTIONS: [string[], number, (evidence: CaseEvidence, one: AuditCase, content: AuditContent) => void][] = [
  [['it has no worst case'], 3, (evidence) => void (evidence.worstCase = null)],
  [['its worst case is of other epsilons'], 3, (evidence) => void evidence.worstCase?.splice(0, 1)],
  [
    ['a verdict contradicts the success of its worst case', 'its worst case does not say which attack it is'],
    3,
    (evidence) => void (worst(evidence, 1).success = false),
  ],
  [['its worst case does not say which attack it is'], 3, (evidence) => void (worst(evidence, 1).by = null)],
  [['its worst case names an attack that was not run'], 3, (evidence) => void (worst(evidence, 1).by = 'apgd-dlr')],
  [
    ['its worst case names Square where Square was not run', 'it has no run square'],
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
  [
    ['an attack on file changed it below its smallest epsilon', 'its worst case is weaker than an attack on file'],
    3,
    (evidence) => void (runs(evidence).square = '44'),
  ],
  [
    ['its worst case is not what the attack it names found'],
    3,
    (evidence) => {
      runs(evidence).square = '52';
      Object.assign(worst(evidence, 1), { by: 'square', verdict: 'mel' });
    },
  ],
  [
    ['its worst case is weaker at a larger epsilon'],
    3,
    (evidence, one) => {
      const [small, large] = [worst(evidence, 0), worst(evidence, 1)];
      Object.assign(one.models[0] ?? fail(), { minimalEpsilon: small.epsilon });
      evidence.worstCase = [
        { ...large, epsilon: small.epsilon },
        { ...large, verdict: 'bkl' },
      ];
    },
  ],
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
    ['its worst case counts a dangerous flip that is none, or none where one is counted'],
    3,
    (evidence) => void (worst(evidence, 1).turnedBenign = true),
  ],
  [
    ['its worst case counts a dangerous flip that is none, or none where one is counted'],
    1,
    (evidence) => void (worst(evidence, 1).turnedBenign = null),
  ],
  [
    ['it counts a dangerous flip that is none, or none where one is counted'],
    3,
    (_, one) => void (attacked(one, 'fgsm', 0).turnedBenign = true),
  ],
  [
    ['it counts a dangerous flip that is none, or none where one is counted'],
    0,
    (_, one) => void (attacked(one, 'pgd', 1).turnedBenign = null),
  ],
  [
    [
      'it was wrong when clean, and yet attacked',
      'an attack on file changed it below its smallest epsilon',
      'its checks rest on other noise or another FGSM than its figures',
    ],
    2,
    (_, one) => void Object.assign(attacked(one, 'fgsm', 0), { verdict: 'mel', success: false }),
  ],
  [
    ['it was wrong when clean, and yet attacked'],
    2,
    (_, one) => void Object.assign(attacked(one, 'fgsm', 0), { probability: 0.5 }),
  ],
  [
    ['what an attack found is not there at a larger epsilon'],
    0,
    (evidence, one) => {
      Object.assign(one.models[0] ?? fail(), { minimalEpsilon: 1 / 255 });
      Object.assign(attacked(one, 'pgd', 0), { verdict: 'bkl', success: true });
      Object.assign(worst(evidence, 0), { by: 'pgd', verdict: 'bkl', success: true, turnedBenign: true });
    },
  ],
  [
    ['what an attack found is not there at a larger epsilon'],
    0,
    (evidence, one) => {
      attacked(one, 'pgd', 0).turnedBenign = true;
      attacked(one, 'pgd', 1).turnedBenign = false;
      worst(evidence, 0).turnedBenign = true;
    },
  ],
  [['a verdict is less probable than others'], 0, (_, one) => void (attacked(one, 'pgd', 1).probability = 0.1)],
  [
    ['its clean probabilities do not sum to one', 'its logit margin is not that of its probabilities'],
    0,
    (_, one) => void ((one.models[0] ?? fail()).clean.probabilities = [0, 0, 0, 0, 0.5, 0, 0]),
  ],
  [['its models are not those of the audit'], 0, (_, one) => void one.models.reverse()],
  [
    [
      'it tells of rounding what was not tried',
      'it has a run to the end, which was not to be run on it',
      'it has a verdict on corruptions, which was not to be run on it',
      'its run to the end was not judged by every model of equal input, and no other',
      'it has a run pgdTwiceTheSteps, which was not to be run on it',
      'it has a run pgdFiveRestarts, which was not to be run on it',
      'it has a run square, which was not to be run on it',
    ],
    1,
    (_, _one, content) => {
      content.budget = 'quick';
    },
  ],
  [
    ['its smallest epsilon is none that was tried'],
    0,
    (_, one) => void Object.assign(one.models[0] ?? fail(), { minimalEpsilon: 0.7 / 255 }),
  ],
  [
    ['its smallest epsilon is none that was tried', 'an attack on file changed it below its smallest epsilon'],
    0,
    (_, one) => void Object.assign(one.models[0] ?? fail(), { minimalEpsilon: 20 / 255 }),
  ],
  [
    ['an attack on file changed it below its smallest epsilon'],
    0,
    (_, one) => void Object.assign(one.models[0] ?? fail(), { minimalEpsilon: 5 / 255 }),
  ],
  [
    ['its run to the end was not judged by every model of equal input, and no other'],
    0,
    (evidence) => void (runToTheEnd(evidence).judgedBy['stranger'] = '44'),
  ],
  [
    ['its run to the end was not judged by every model of equal input, and no other'],
    0,
    (evidence) => {
      delete runToTheEnd(evidence).judgedBy['plain'];
    },
  ],
  [
    ['its run to the end was not judged by every model of equal input, and no other'],
    0,
    (_, _one, content) => void ((content.models[1] ?? fail()).inputWidth = 96),
  ],
  [
    ['its run to the end is of other epsilons'],
    0,
    (evidence) => void (runToTheEnd(evidence).judgedBy['plain'] = '444'),
  ],
  [
    ['its last probabilities do not sum to one'],
    0,
    (evidence) => void (runToTheEnd(evidence).probabilities[0] = [0, 0, 0, 0, 0.5, 0, 0]),
  ],
  [['its run to the end is of other epsilons'], 0, (evidence) => void runToTheEnd(evidence).probabilities.pop()],
  [
    ['its last verdict is not the most probable one'],
    0,
    (evidence) => void (runToTheEnd(evidence).judgedBy['robust'] = '44'),
  ],
  [['it has no run to the end'], 0, (evidence) => void (evidence.runToTheEnd = null)],
  [['it has no verdict on corruptions'], 7, (evidence) => void (evidence.corrupted = null)],
  [
    ['its corruptions are not those of an audit'],
    0,
    (evidence) => {
      delete evidence.corrupted?.['hair'];
    },
  ],
  [
    ['its corruptions are not those of an audit'],
    0,
    (evidence) => void Object.assign(evidence.corrupted ?? fail(), { snow: '44444' }),
  ],
  [
    ['a corruption is of other severities'],
    0,
    (evidence) => void Object.assign(evidence.corrupted ?? fail(), { blur: '4444' }),
  ],
  [
    ['its certificate abstains and has a radius, or neither'],
    0,
    (evidence) => void (evidence.certificate = { verdict: null, radius: 0.1 }),
  ],
  [
    ['its certificate abstains and has a radius, or neither'],
    0,
    (evidence) => void (evidence.certificate = { verdict: 'mel', radius: 0 }),
  ],
  [
    ['its certificate reaches further than its draws can show'],
    0,
    (evidence) => void (evidence.certificate = { verdict: 'mel', radius: 0.15 }),
  ],
  [['it has no certificate'], 0, (evidence) => void (evidence.certificate = null)],
  [
    ['it has a certificate, which was not to be run on it'],
    7,
    (evidence) => void (evidence.certificate = { verdict: 'nv', radius: 0.1 }),
  ],
  [['it has no check'], 0, (evidence) => void (evidence.checks = null)],
  [['it has no run square'], 0, (evidence) => void (runs(evidence).square = null)],
  [['it has no run pgdTwiceTheSteps'], 0, (evidence) => void (runs(evidence).pgdTwiceTheSteps = null)],
  [['it has no run pgdFiveRestarts'], 0, (evidence) => void (runs(evidence).pgdFiveRestarts = null)],
  [
    ['its checks rest on other noise or another FGSM than its figures'],
    4,
    (evidence) => void (runs(evidence).fgsm = '55'),
  ],
  [['a run of its checks is of other epsilons'], 0, (evidence) => void (runs(evidence).pgd = '4')],
  [['a run of its checks is of other epsilons'], 0, (evidence) => void (runs(evidence).pgdTwiceTheSteps = '444')],
  [['a run of its checks is of other epsilons'], 0, (evidence) => void (runs(evidence).pgdAtLargeEpsilons = '6')],
  [
    ['it was wrong when clean, and yet attacked in its checks'],
    2,
    (evidence) => void (runs(evidence).pgdAtLargeEpsilons = '45'),
  ],
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
