import { describe, expect, it } from 'vitest';
import { CORRUPTIONS } from '../../../../../src/shared/domain/corruption.ts';
import type { Findings } from '../../../../../src/shared/contract/auditFindings.ts';
import { auditFigures } from '../../../../../src/main/services/audit/figures/index.ts';
import {
  compareBalancedAccuracy,
  createCohort,
  holmAdjusted,
  mcNemarP,
} from '../../../../../src/main/engine/metrics/index.ts';
import { classIndexOf } from '../../../../../src/shared/domain/diagnosis.ts';
import { wilsonInterval } from '../../../../../src/main/engine/metrics/intervals.ts';
import { EPSILONS, handMadeAudit, handMadeFullAudit } from '../handMade.ts';

type Comparison = Findings['comparisons'][number];

const { content } = handMadeFullAudit();
const { results, findings, primaryComparison } = content;
const [AT_1 = 0, AT_4 = 0] = EPSILONS;

function only<T>(rows: readonly T[], matches: (row: T) => boolean): T {
  const [found, ...more] = rows.filter(matches);
  if (found === undefined || more.length > 0) expect.fail('expected exactly one row');
  return found;
}

/** Of mel (lesions A, A, B), nv (C, D, E; E stands for two) and bcc (F). */
const balanced = (mel: number, nv: number, bcc: number) => (mel / 3 + nv / 4 + bcc) / 3;

describe('the rows of the worst case', () => {
  it.each<[string, number, number, number, number]>([
    ['robust', AT_1, 2, 1, 0],
    // APGD takes the second image of A and C, which FGSM and PGD had left.
    ['robust', AT_4, 0, 0, 2],
    ['plain', AT_1, 0, 2, 2],
    ['plain', AT_4, 0, 1, 3],
  ])('of %s at %f: right %i of mel, %i of nv; %i dangerous flips', (id, epsilon, mel, nv, flips) => {
    const row = only(results, (one) => one.modelId === id && one.attack === 'worst-case' && one.epsilon === epsilon);
    expect(row.n).toBe(7);
    expect(row.accuracy?.value).toBeCloseTo((mel + nv) / 8, 12);
    expect(row.balancedAccuracy?.value).toBeCloseTo(balanced(mel, nv, 0), 12);
    expect(row.melanomaSensitivity?.value).toBeCloseTo(mel / 3, 12);
    expect(row.sensitivities.nv?.value).toBeCloseTo(nv / 4, 12);
    expect(row.sensitivities.akiec).toBeNull();
    expect(row.dangerousFlips?.value).toBeCloseTo(flips / 3, 12);
    expect(row.dangerousFlips?.n).toBe(3);
    // Which verdict each attack came upon is not on file here.
    expect(row.dangerousFlipsUntargeted).toBeNull();
    const [rightWhenClean, n] = id === 'robust' ? [4, 4] : [7, 6];
    expect(row.attackSuccessRate?.value).toBeCloseTo(1 - (mel + nv) / rightWhenClean, 12);
    expect(row.attackSuccessRate?.n).toBe(n);
  });

  it('follow those of the headline attacks', () => {
    const ofRobust = results.filter(({ modelId }) => modelId === 'robust').map(({ attack }) => attack);
    expect(ofRobust).toEqual([
      'clean',
      ...['noise', 'fgsm', 'pgd', 'worst-case'].flatMap((attack) => EPSILONS.map(() => attack)),
    ]);
  });

  it('are what the comparison fixed beforehand rests on', () => {
    expect(primaryComparison?.what).toBe(
      'Balanced accuracy of robust minus plain under the worst case per image of noise, fgsm, pgd, apgd-ce, apgd-dlr-targeted, square at 4/255.',
    );
    expect(primaryComparison?.difference.value).toBeCloseTo(balanced(0, 0, 0) - balanced(0, 1, 0), 12);
  });

  it('say on how many images Square was run', () => {
    const cases = structuredClone(content.cases);
    for (const { evidence } of cases[0]?.models ?? []) if (evidence.checks) evidence.checks.runs.square = null;
    expect(auditFigures({ ...content, cases }).primaryComparison?.what).toContain('square (on 6 of 7 images)');
  });
});

describe('transfer', () => {
  const row = (craftedOn: string, judgedBy: string, epsilon: number) =>
    only(
      findings.transfer,
      (one) => one.craftedOn === craftedOn && one.judgedBy === judgedBy && one.epsilon === epsilon,
    );

  it('counts, of the images that the judging model gets right when clean, those it then gets wrong', () => {
    // Robust is right when clean on both images of A, C and D; one of A is lost at 4/255.
    expect(row('plain', 'robust', AT_1).successRate).toMatchObject({ value: 0, n: 4 });
    expect(row('plain', 'robust', AT_4).successRate).toMatchObject({ value: 1 / 4, n: 4 });
    expect(row('plain', 'robust', AT_4).balancedAccuracy?.value).toBeCloseTo(balanced(1, 2, 0), 12);
  });

  it('leaves a model that nothing transfers to as it was', () => {
    expect(row('robust', 'plain', AT_4).successRate).toMatchObject({ value: 0, n: 6 });
    expect(row('robust', 'plain', AT_4).balancedAccuracy?.value).toBeCloseTo(balanced(3, 4, 0), 12);
  });

  it('shows each model on its own attacked inputs, to compare with', () => {
    // PGD takes one image of A and D.
    expect(row('robust', 'robust', AT_4).successRate).toMatchObject({ value: 2 / 4, n: 4 });
    expect(findings.transfer).toHaveLength(2 * 2 * EPSILONS.length);
  });

  it('has no row of a model that did not judge, nor any where no other did', () => {
    const cases = structuredClone(content.cases);
    for (const { models } of cases) delete models[0]?.evidence.runToTheEnd?.judgedBy['plain'];
    const rows = auditFigures({ ...content, cases }).findings.transfer;
    expect(rows.map(({ craftedOn, judgedBy }) => [craftedOn, judgedBy])).toEqual([
      ['plain', 'robust'],
      ['plain', 'robust'],
      ['plain', 'plain'],
      ['plain', 'plain'],
    ]);
  });
});

describe('corruptions', () => {
  const row = (modelId: string, corruption: string, severity: number) =>
    only(
      findings.corruptions,
      (one) => one.modelId === modelId && one.corruption === corruption && one.severity === severity,
    );

  it('are set beside the same images as they are', () => {
    // Blurred at severity 4, robust loses C; at 5 an image of A as well.
    expect(row('robust', 'blur', 3).balancedAccuracy?.value).toBeCloseTo(balanced(2, 2, 0), 12);
    expect(row('robust', 'blur', 3).differenceToClean?.value).toBe(0);
    expect(row('robust', 'blur', 4).differenceToClean?.value).toBeCloseTo(-1 / 4 / 3, 12);
    expect(row('robust', 'blur', 5).differenceToClean?.value).toBeCloseTo(balanced(1, 1, 0) - balanced(2, 2, 0), 12);
    expect(row('robust', 'blur', 5).accuracy?.value).toBeCloseTo(2 / 8, 12);
  });

  it('have a row for each model, corruption that was run, and severity', () => {
    expect(findings.corruptions).toHaveLength(2 * CORRUPTIONS.length * 5);
    expect(row('plain', 'hair', 5).differenceToClean).toMatchObject({ value: 0, n: 7 });
  });
});

describe('scores', () => {
  const row = (modelId: string, attack: string, epsilon: number) =>
    only(findings.scores, (one) => one.modelId === modelId && one.attack === attack && one.epsilon === epsilon);

  it('count clean verdicts by label, each image as often as it stands for', () => {
    const { confusion, n } = row('robust', 'clean', 0);
    expect(n).toBe(7);
    expect(confusion[4]).toEqual([0, 0, 0, 0, 2, 1, 0]);
    expect(confusion[5]).toEqual([0, 0, 2, 0, 0, 2, 0]);
    expect(confusion[1]).toEqual([1, 0, 0, 0, 0, 0, 0]);
  });

  it('are those of the last step under attack', () => {
    const { confusion, macroF1, expectedCalibrationError } = row('robust', 'pgd', AT_4);
    expect(confusion[4]).toEqual([0, 0, 0, 0, 1, 2, 0]);
    expect(confusion[5]).toEqual([0, 0, 2, 0, 1, 1, 0]);
    // F1 of mel 2/(3+2), of nv 2/(4+3), of bcc 0.
    expect(macroF1?.value).toBeCloseTo((2 / 5 + 2 / 7) / 3, 12);
    // Confident to 0.7 on every image, right on 2 of 8.
    expect(expectedCalibrationError?.value).toBeCloseTo(0.7 - 2 / 8, 12);
  });

  it('tell the share of other images that each class is kept from, clean and at the last step', () => {
    const clean = row('robust', 'clean', 0);
    // B is called a nevus; of the images that show none, A twice, B and F.
    expect(clean.specificities.nv).toMatchObject({ value: 3 / 4, n: 4 });
    expect(clean.specificities.mel).toMatchObject({ value: 1, n: 4 });
    expect(clean.specificities.akiec).toBeNull();
    const attacked = row('robust', 'pgd', AT_4);
    // An image of A as well; D, of C, D, E (for two) and F, is called a melanoma.
    expect(attacked.specificities.nv).toMatchObject({ value: 2 / 4, n: 4 });
    expect(attacked.specificities.mel?.value).toBeCloseTo(4 / 5, 12);
    expect(attacked.sensitivities.mel?.value).toBeCloseTo(1 / 3, 12);
  });

  it('rank by probability', () => {
    // Clean, plain: all melanomas score above the rest; F is called bkl, as likely bcc as all others are.
    expect(row('plain', 'clean', 0).melanomaSensitivityAt95Specificity).toMatchObject({ value: 1, n: 3 });
    expect(row('plain', 'clean', 0).macroAuroc?.value).toBeCloseTo((1 + 1 + 0.5) / 3, 12);
    expect(row('plain', 'pgd', AT_4).melanomaSensitivityAt95Specificity?.value).toBe(0);
  });

  it('of an audit without a run to the end are the clean ones', () => {
    const basic = handMadeAudit().content.findings;
    expect(basic.scores.map(({ attack }) => attack)).toEqual(['clean', 'clean']);
    expect(basic.scores[0]).toEqual(row('robust', 'clean', 0));
  });
});

describe('comparisons between models', () => {
  const row = (attack: string, epsilon: number) =>
    only(findings.comparisons, (one) => one.attack === attack && one.epsilon === epsilon);

  it('are of every pair, clean and under the worst case at each epsilon, against the standard model', () => {
    expect(findings.comparisons.map(({ first, second, attack, epsilon }) => [first, second, attack, epsilon])).toEqual([
      ['robust', 'plain', 'clean', 0],
      ['robust', 'plain', 'worst-case', AT_1],
      ['robust', 'plain', 'worst-case', AT_4],
    ]);
    expect(row('clean', 0).difference.value).toBeCloseTo(balanced(2, 2, 0) - balanced(3, 4, 0), 12);
    expect(row('worst-case', AT_4).difference).toEqual(primaryComparison?.difference);
  });

  it('compare later models with earlier ones where neither is the standard model', () => {
    const models = content.models.map((model) => ({ ...model, recipe: 'fgsm' }));
    const rows = auditFigures({ ...content, models }).findings.comparisons;
    expect(rows.map(({ first, second }) => [first, second])).toContainEqual(['plain', 'robust']);
  });

  it('count one image of each lesion', () => {
    // Clean, on B and E plain alone is right; on A, C, D both, on F none.
    expect(row('clean', 0).mcNemar).toMatchObject({ n: 6, firstOnly: 0, secondOnly: 2, p: mcNemarP(0, 2) });
  });

  it('adjust their p-values over all that were not fixed beforehand, each kind among its own', () => {
    // The pair at 4/255 is the one that was fixed beforehand: it stands outside, so two of three are adjusted.
    const exploratory = [row('clean', 0), row('worst-case', AT_1)];
    for (const valuesOf of [(one: Comparison) => one, (one: Comparison) => one.mcNemar]) {
      expect(valuesOf(row('worst-case', AT_4)).pHolm).toBeNull();
      expect(exploratory.map((one) => valuesOf(one).pHolm)).toEqual(
        holmAdjusted(exploratory.map((one) => valuesOf(one).p)),
      );
    }
  });

  it('adjust all of them where none was fixed beforehand', () => {
    const models = content.models.map((model) => ({ ...model, recipe: 'fgsm' }));
    const rows = auditFigures({ ...content, models }).findings.comparisons;
    expect(rows.map(({ pHolm }) => pHolm)).toEqual(holmAdjusted(rows.map(({ p }) => p)));
  });

  it('have the p-value of their difference', () => {
    const right = (verdicts: readonly number[]) => verdicts.map((hit) => hit === 1);
    // Clean: robust is right on both images of A, on C and D; plain on all but F.
    const labelled = createCohort(
      content.cases.flatMap(({ label, imageSha256, ...one }) =>
        label === null ? [] : [{ ...one, imageSha256, label: classIndexOf(label) }],
      ),
      { seed: content.sample.seed },
    );
    const compared = compareBalancedAccuracy(labelled, right([1, 1, 0, 1, 1, 0, 0]), right([1, 1, 1, 1, 1, 1, 0]));
    expect(row('clean', 0).p).toBe(compared?.p);
  });

  it('are clean alone where no ensemble was run', () => {
    expect(handMadeAudit().content.findings.comparisons.map(({ attack }) => attack)).toEqual(['clean']);
  });
});

describe('minimal epsilons', () => {
  const row = (modelId: string, of: Findings = findings) => only(of.minimalEpsilons, (one) => one.modelId === modelId);

  it('are distributed over all images, the unlabelled one among them', () => {
    const { n, noneFound, shares, median, how } = row('robust');
    expect([n, noneFound, how]).toEqual([8, 3, 'bisection']);
    // By weight 9: D and G at 1/255; both of A and C at 4/255.
    expect(shares).toEqual([
      { epsilon: AT_1, share: { value: 2 / 9, ...wilsonInterval(2 / 9, lesionsOfSample), n: 8 } },
      { epsilon: AT_4, share: { value: 5 / 9, ...wilsonInterval(5 / 9, lesionsOfSample), n: 8 } },
    ]);
    expect(median?.value).toBe(AT_4);
  });

  /** Seven lesions; A and E weigh 2 of 9 each (Kish: 81 / (4 + 4 + 5)). */
  const lesionsOfSample = 81 / 13;

  it('of a quick audit lie on the grid', () => {
    expect(row('robust', auditFigures({ ...content, budget: 'quick' }).findings).how).toBe('grid');
  });

  it('are not there in L2, where none is sought', () => {
    const attacks = content.attacks.map((attack) => ('norm' in attack ? { ...attack, norm: 'l2' as const } : attack));
    expect(auditFigures({ ...content, attacks }).findings.minimalEpsilons).toEqual([]);
  });
});

describe('certificates', () => {
  it('count the certified images, reweighted to the classes of the set', () => {
    const cases = structuredClone(content.cases);
    for (const [at, { models }] of cases.entries()) {
      for (const { modelId, evidence } of models) {
        if (modelId !== 'robust' || ![0, 1, 3].includes(at)) evidence.certificate = null;
      }
    }
    const [certificate, ...more] = auditFigures({ ...content, cases }).findings.certificates;
    expect(more).toEqual([]);
    // Of robust: two of A, which speak for 3 mel of 8 (and so of 7 that are of a class seen), and C, which speaks for 4 nv.
    expect(certificate).toMatchObject({ modelId: 'robust', draws: 1000, n: 3 });
    expect(certificate?.abstained.value).toBeCloseTo(4 / 7, 12);
    const sigma = certificate?.sigma ?? NaN;
    const certified = certificate?.certifiedAccuracy.map(({ radius, figure }) => [radius / sigma, figure.value]);
    const within = (radius: number) => (1.5 * [0.13, 0.04].filter((one) => one >= radius * sigma).length) / 7;
    expect(certified?.map(([radius]) => radius)).toEqual([0, 0.5, 1, 1.5, 2]);
    for (const [radius = NaN, share] of certified ?? []) expect(share).toBeCloseTo(within(radius), 12);
  });
});

describe('the findings as a whole', () => {
  it('do not depend on the order of the cases, to the last bit', () => {
    const { cases } = content;
    const orders = [cases.toReversed(), [...cases.slice(3), ...cases.slice(0, 3)]];
    for (const order of orders) {
      expect(auditFigures({ ...content, cases: order })).toEqual({ results, findings, primaryComparison });
    }
  });

  it('are empty, but for clean figures and bounds, where the headline attacks alone were run', () => {
    const { sanityChecks, transfer, corruptions, certificates } = handMadeAudit().content.findings;
    expect([transfer, corruptions, certificates]).toEqual([[], [], []]);
    expect(new Set(sanityChecks.map(({ status }) => status))).toEqual(new Set(['NOT RUN']));
    expect(sanityChecks).toHaveLength(20);
  });

  it('of unlabelled cases hold no figure that needs a label', () => {
    const cases = content.cases.filter(({ label }) => label === null);
    const figures = auditFigures({ ...content, cases });
    expect(figures.results.every(({ n, accuracy }) => n === 0 && accuracy === null)).toBe(true);
    expect(figures.findings.comparisons).toEqual([]);
    expect(figures.findings.corruptions.every(({ accuracy }) => accuracy === null)).toBe(true);
    expect(figures.findings.minimalEpsilons.map(({ n }) => n)).toEqual([1, 1]);
  });
});
