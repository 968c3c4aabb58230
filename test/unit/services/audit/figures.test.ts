import { describe, expect, it } from 'vitest';
import type { AuditContent, AuditResult } from '../../../../src/shared/contract/audit.ts';
import { auditFigures, type FigureSource } from '../../../../src/main/services/audit/figures/index.ts';
import { EPSILONS, handMadeAudit } from './handMade.ts';

const { content } = handMadeAudit();

function row(modelId: string, attack: AuditResult['attack'], epsilon: number, source: FigureSource = content) {
  const found = auditFigures(source).results.find(
    (result) => result.modelId === modelId && result.attack === attack && result.epsilon === epsilon,
  );
  if (!found) throw new Error(`no row ${modelId} ${attack} ${epsilon}`);
  return found;
}

const [AT_1 = 0, AT_4 = 0] = EPSILONS;

/** Weights: 3 of mel, 4 of nv (one image stands for two), 1 of bcc. */
const figuresOf = (mel: number, nv: number, bcc: number) => ({
  accuracy: (mel + nv + bcc) / 8,
  balancedAccuracy: (mel / 3 + nv / 4 + bcc) / 3,
  melanomaSensitivity: mel / 3,
});

describe('the figures of an audit, counted by hand', () => {
  it.each([
    ['robust', 'clean', 0, figuresOf(2, 2, 0)],
    ['robust', 'fgsm', AT_1, figuresOf(2, 2, 0)],
    ['robust', 'fgsm', AT_4, figuresOf(1, 1, 0)],
    ['robust', 'pgd', AT_1, figuresOf(2, 1, 0)],
    ['robust', 'pgd', AT_4, figuresOf(1, 1, 0)],
    ['plain', 'clean', 0, figuresOf(3, 4, 0)],
    ['plain', 'fgsm', AT_1, figuresOf(1, 4, 0)],
    ['plain', 'fgsm', AT_4, figuresOf(0, 2, 0)],
    ['plain', 'pgd', AT_1, figuresOf(1, 2, 0)],
    ['plain', 'pgd', AT_4, figuresOf(1, 1, 0)],
  ] as const)('%s under %s at %f', (modelId, attack, epsilon, expected) => {
    const { accuracy, balancedAccuracy, melanomaSensitivity, n } = row(modelId, attack, epsilon);
    expect(n).toBe(7);
    expect(accuracy?.value).toBeCloseTo(expected.accuracy, 12);
    expect(balancedAccuracy?.value).toBeCloseTo(expected.balancedAccuracy, 12);
    expect(melanomaSensitivity?.value).toBeCloseTo(expected.melanomaSensitivity, 12);
    expect([accuracy?.n, balancedAccuracy?.n, melanomaSensitivity?.n]).toEqual([7, 7, 3]);
  });

  it.each([
    // Malignant and called malignant when clean: both of lesion A, and F by a wrong but malignant name.
    ['robust', AT_1, 0, 3],
    ['robust', AT_4, 2 / 3, 3],
    // All of mel; F is called benign.
    ['plain', AT_1, 2 / 3, 3],
    ['plain', AT_4, 1, 3],
  ] as const)('dangerous flips of %s at %f', (modelId, epsilon, value, n) => {
    for (const attack of ['fgsm', 'pgd'] as const) {
      const { dangerousFlips } = row(modelId, attack, epsilon);
      expect(dangerousFlips).toMatchObject({ n });
      expect(dangerousFlips?.value).toBeCloseTo(value, 12);
    }
    expect(row(modelId, 'clean', 0).dangerousFlips).toBeNull();
  });

  it.each([
    // Of the dangerous flips above, those that an attack came upon which aimed at any wrong verdict; F, called malignant by
    // a wrong name, gives it nothing to do.
    ['robust', 'fgsm', AT_1, 0],
    ['robust', 'fgsm', AT_4, 1 / 3],
    ['robust', 'pgd', AT_4, 1 / 3],
    ['plain', 'fgsm', AT_1, 1 / 3],
    ['plain', 'fgsm', AT_4, 2 / 3],
    // The untargeted PGD leaves the first image of A a melanoma; aimed at a benign verdict it finds one.
    ['plain', 'pgd', AT_4, 1 / 3],
  ] as const)('dangerous flips of %s seen under untargeted %s at %f', (modelId, attack, epsilon, value) => {
    const { dangerousFlipsUntargeted } = row(modelId, attack, epsilon);
    expect(dangerousFlipsUntargeted?.value).toBeCloseTo(value, 12);
    expect(dangerousFlipsUntargeted?.n).toBe(3);
  });

  it.each([
    // Right when clean: both of A, C and D.
    ['robust', 'fgsm', AT_1, 0, 4],
    ['robust', 'fgsm', AT_4, 2 / 4, 4],
    ['robust', 'pgd', AT_1, 1 / 4, 4],
    // All but F; E stands for two.
    ['plain', 'fgsm', AT_1, 2 / 7, 6],
    ['plain', 'fgsm', AT_4, 5 / 7, 6],
    ['plain', 'pgd', AT_1, 4 / 7, 6],
  ] as const)('attack success on %s under %s at %f', (modelId, attack, epsilon, value, n) => {
    const { attackSuccessRate } = row(modelId, attack, epsilon);
    expect(attackSuccessRate?.value).toBeCloseTo(value, 12);
    expect(attackSuccessRate?.n).toBe(n);
  });

  it('know neither flips nor success without an attack', () => {
    const { dangerousFlipsUntargeted, attackSuccessRate } = row('plain', 'clean', 0);
    expect([dangerousFlipsUntargeted, attackSuccessRate]).toEqual([null, null]);
  });

  it('list each model clean, then under each attack at each epsilon', () => {
    const rows = auditFigures(content).results.map(({ modelId, attack, epsilon }) => [modelId, attack, epsilon]);
    const ofModel = (modelId: string) => [
      [modelId, 'clean', 0],
      ...['fgsm', 'pgd'].flatMap((attack) => EPSILONS.map((epsilon) => [modelId, attack, epsilon])),
    ];
    expect(rows).toEqual([...ofModel('robust'), ...ofModel('plain')]);
  });

  it('have intervals around their values', () => {
    const figures = auditFigures(content).results.flatMap((result) => [
      result.accuracy,
      result.balancedAccuracy,
      result.melanomaSensitivity,
      result.dangerousFlips,
      result.dangerousFlipsUntargeted,
      result.attackSuccessRate,
    ]);
    for (const figure of figures) {
      if (figure === null) continue;
      expect(figure.low).toBeLessThanOrEqual(figure.value);
      expect(figure.high).toBeGreaterThanOrEqual(figure.value);
      expect(figure.high).toBeGreaterThan(figure.low);
    }
  });

  it('do not depend on the order of the cases', () => {
    const cases = [...content.cases].reverse();
    expect(auditFigures({ ...content, cases })).toEqual(auditFigures(content));
  });

  it('do not count the unlabelled case', () => {
    const cases = content.cases.filter(({ label }) => label !== null);
    const { results, primaryComparison } = auditFigures({ ...content, cases });
    expect(results).toEqual(content.results);
    expect(primaryComparison).toEqual(content.primaryComparison);
  });
});

describe('the comparison that was fixed beforehand', () => {
  it('is the worst case of all attacks at 4/255, robust minus standard', () => {
    const { primaryComparison } = auditFigures(content);
    // Worst case: robust keeps one of mel and C; plain keeps D.
    const expected = (1 / 3 + 1 / 4) / 3 - 1 / 4 / 3;
    expect(primaryComparison?.difference.value).toBeCloseTo(expected, 12);
    expect(primaryComparison?.difference.n).toBe(7);
    expect(primaryComparison?.what).toBe(
      'Balanced accuracy of robust minus plain under the worst case per image of fgsm, pgd at 4/255.',
    );
  });

  const without: [string, Partial<AuditContent>][] = [
    ['a model of the recipe pgd', { models: content.models.map((model) => ({ ...model, recipe: 'standard' })) }],
    ['a standard model', { models: content.models.map((model) => ({ ...model, recipe: 'pgd' })) }],
    ['PGD', { attacks: content.attacks.filter(({ id }) => id !== 'pgd') }],
    ['4/255', { epsilons: [AT_1] }],
    [
      'L-inf',
      { attacks: content.attacks.map((attack) => ('norm' in attack ? { ...attack, norm: 'l2' as const } : attack)) },
    ],
    ['a labelled case', { cases: content.cases.filter(({ label }) => label === null) }],
  ];
  it.each(without)('is not made without %s', (_, change) => {
    expect(auditFigures({ ...content, ...change }).primaryComparison).toBeNull();
  });
});

it('an audit of unlabelled cases has rows, and no figure in them', () => {
  const cases = content.cases.filter(({ label }) => label === null);
  const { results } = auditFigures({ ...content, cases });
  expect(results).toHaveLength(10);
  for (const { n, accuracy, balancedAccuracy, melanomaSensitivity, dangerousFlips } of results) {
    expect([n, accuracy, balancedAccuracy, melanomaSensitivity, dangerousFlips]).toEqual([0, null, null, null, null]);
  }
});
