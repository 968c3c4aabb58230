import { describe, expect, it } from 'vitest';
import type { AuditAttack, AuditContent } from '../../../../src/shared/contract/audit.ts';
import {
  compareVerdicts,
  refuseOtherImages,
  refuseOtherPlan,
  weighDifferences,
} from '../../../../src/main/services/reproduce/index.ts';
import { handMadeAudit } from '../audit/handMade.ts';

const there = (): AuditContent => handMadeAudit().content;

/** The same audit of some of its images alone, one verdict under PGD replaced. */
function here(change: { position: number; verdict: 'vasc' } | null = null): AuditContent {
  const content = there();
  const cases = content.cases.slice(2).map((one, position) => ({
    ...one,
    weight: 2 * one.weight,
    models: one.models.map((entry, model) => ({
      ...entry,
      attacked: entry.attacked.map((attacked) =>
        change?.position === position && model === 0 && attacked.attack === 'pgd' && attacked.epsilon === 1 / 255
          ? { ...attacked, verdict: change.verdict }
          : attacked,
      ),
    })),
  }));
  return { ...content, cases, budget: 'quick' };
}

const moreSteps = (attack: AuditAttack) => (attack.id === 'pgd' ? { ...attack, steps: 40 } : attack);

/** Six images, two models, clean and two attacks at two epsilons; 3 and 7 are malignant, and `plain` and `robust` say so. */
const VERDICTS = 6 * 2 * (1 + 2 * 2);
const DIRECTED = 2 * (2 * 2);

const refusalOf = (work: () => void): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return null;
};

describe('comparing with a larger audit', () => {
  it('sets clean verdicts, those under each headline attack and the directed ones side by side', () => {
    const { compared, differences, leftOut } = compareVerdicts(here(), there());
    expect(compared).toBe(VERDICTS + DIRECTED);
    expect([differences, leftOut]).toEqual([[], []]);
  });

  it('finds a single verdict that differs, and says where', () => {
    const { differences } = compareVerdicts(here({ position: 1, verdict: 'vasc' }), there());
    expect(differences).toEqual([
      {
        position: 1,
        imageId: 'img-4',
        modelId: 'robust',
        attack: 'pgd',
        epsilon: 1 / 255,
        directed: false,
        here: 'vasc',
        there: 'nv',
      },
    ]);
  });

  it('finds a malignant image that was turned benign in one of them alone', () => {
    const theirs = there();
    const turned = theirs.cases[2]?.models[1]?.attacked.find(
      ({ attack, epsilon }) => attack === 'fgsm' && epsilon > 0.01,
    );
    if (!turned) throw new Error('expected an attacked case');
    Object.assign(turned, { turnedBenign: false });
    expect(compareVerdicts(here(), theirs).differences).toEqual([
      {
        position: 0,
        imageId: 'img-3',
        modelId: 'plain',
        attack: 'fgsm',
        epsilon: 4 / 255,
        directed: true,
        here: 'benign',
        there: 'malignant',
      },
    ]);
  });

  it.each([
    ['ran with other parameters', (attacks: AuditContent['attacks']) => attacks.map(moreSteps)],
    ['ran in one of them alone', (attacks: AuditContent['attacks']) => attacks.filter(({ id }) => id !== 'pgd')],
  ])('names an attack that %s, compares nothing of it, and does not agree', async (_, change) => {
    const theirs = there();
    const differing = here({ position: 1, verdict: 'vasc' });
    for (const [mine, other] of [
      [differing, { ...theirs, attacks: change(theirs.attacks) }],
      [{ ...differing, attacks: change(differing.attacks) }, theirs],
    ] as const) {
      const comparison = compareVerdicts(mine, other);
      expect(comparison.leftOut).toEqual(['pgd']);
      expect(comparison.compared).toBe(6 * 2 * (1 + 2) + DIRECTED / 2);
      expect((await weighDifferences(comparison, () => Promise.resolve(0))).agrees).toBe(false);
    }
  });

  it('refuses other models, another seed, other epsilons and other images', () => {
    const mine = here();
    const [model] = mine.models;
    if (!model) throw new Error('expected a model');
    const refused = (changes: Partial<AuditContent>) =>
      refusalOf(() => void compareVerdicts({ ...mine, ...changes }, there()));
    expect(refused({ models: [{ ...model, sha256: '0'.repeat(64) }] })).toMatchObject({
      code: 'COMPARED_MODELS_DIFFER',
    });
    expect(refused({ sample: { ...mine.sample, seed: 12 } })).toMatchObject({ code: 'COMPARED_SEEDS_DIFFER' });
    for (const epsilons of [[1 / 255], [1 / 255, 2 / 255, 4 / 255]]) {
      expect(refused({ epsilons })).toMatchObject({ code: 'COMPARED_EPSILONS_DIFFER' });
    }
    expect(refusalOf(() => void compareVerdicts(there(), here()))).toMatchObject({
      code: 'COMPARED_IMAGES_DIFFER',
      explanation: { happened: '2 of 8 images (with their labels) are not in the file to compare with.' },
    });
  });
});

describe('what could not be compared is known before it is computed', () => {
  it('by seed, epsilons and the hashes of the models', () => {
    const { models, epsilons, sample } = there();
    const plan = { seed: sample.seed, epsilons, models };
    refuseOtherPlan(plan, there());
    refuseOtherPlan({ ...plan, models: [] }, there());
    for (const [code, changes] of [
      ['COMPARED_SEEDS_DIFFER', { seed: 12 }],
      ['COMPARED_EPSILONS_DIFFER', { epsilons: [] }],
      ['COMPARED_MODELS_DIFFER', { models: [...models, { id: 'third', sha256: '0'.repeat(64) }] }],
    ] as const) {
      const refused = () => {
        refuseOtherPlan({ ...plan, ...changes }, there());
      };
      expect(refusalOf(refused)).toMatchObject({ code });
    }
  });

  it('by the hashes of the image files, as far as no sample of them could do', () => {
    const known = there().cases.map(({ imageSha256 }) => imageSha256);
    const set = [...known.slice(0, 5), 'another', 'and another'];
    refuseOtherImages(known, null, there());
    refuseOtherImages(known, 20, there());
    refuseOtherImages(set, 5, there());
    for (const sample of [6, null]) {
      const refused = () => {
        refuseOtherImages(set, sample, there());
      };
      expect(refusalOf(refused)).toMatchObject({
        code: 'COMPARED_IMAGES_DIFFER',
        explanation: { happened: 'Of 7 image files here, 5 are among the 8 of the file to compare with.' },
      });
    }
  });
});

describe('two audits agree', () => {
  const differing = (count: number, of: number) => ({
    compared: of,
    leftOut: [],
    differences: compareVerdicts(here({ position: 1, verdict: 'vasc' }), there()).differences.flatMap((one) =>
      Array<typeof one>(count).fill(one),
    ),
  });

  it.each([
    ['when all verdicts are equal', 0, 200, 1, true],
    ['when 1 in 100 differs, by a near-tie', 2, 200, 9e-4, true],
    ['not when more differ', 3, 200, 9e-4, false],
    ['not when one that differs is no near-tie', 1, 200, 1e-3, false],
    ['not when nothing could be compared', 0, 0, 1, false],
  ])('%s', async (_, count, of, margin, agrees) => {
    const agreement = await weighDifferences(differing(count, of), () => Promise.resolve(margin));
    expect(agreement.agrees).toBe(agrees);
    for (const { logitMargin, nearTie } of agreement.differences) {
      expect([logitMargin, nearTie]).toEqual([margin, margin < 1e-3]);
    }
  });
});
