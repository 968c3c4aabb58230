import { describe, expect, it } from 'vitest';
import type { AuditContent } from '../../../../src/shared/contract/audit.ts';
import { compareVerdicts, weighDifferences } from '../../../../src/main/services/reproduce/index.ts';
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

const refusalOf = (mine: AuditContent, theirs: AuditContent): unknown => {
  try {
    return compareVerdicts(mine, theirs);
  } catch (error) {
    return error;
  }
};

describe('comparing with a larger audit', () => {
  it('sets clean verdicts and those under each headline attack side by side', () => {
    const { compared, differences } = compareVerdicts(here(), there());
    // Six images, two models, clean and two attacks at two epsilons.
    expect(compared).toBe(6 * 2 * (1 + 2 * 2));
    expect(differences).toEqual([]);
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
        here: 'vasc',
        there: 'nv',
      },
    ]);
  });

  it('leaves an attack out that ran with other parameters', () => {
    const theirs = there();
    const attacks = theirs.attacks.map((attack) => (attack.id === 'pgd' ? { ...attack, steps: 40 } : attack));
    const { compared } = compareVerdicts(here({ position: 1, verdict: 'vasc' }), { ...theirs, attacks });
    expect(compared).toBe(6 * 2 * (1 + 2));
  });

  it('refuses other models, another seed and other images', () => {
    const mine = here();
    const [model] = mine.models;
    if (!model) throw new Error('expected a model');
    const others = [{ ...model, sha256: '0'.repeat(64) }];
    expect(refusalOf({ ...mine, models: others }, there())).toMatchObject({ code: 'COMPARED_MODELS_DIFFER' });
    const reseeded = { ...mine, sample: { ...mine.sample, seed: 12 } };
    expect(refusalOf(reseeded, there())).toMatchObject({ code: 'COMPARED_SEEDS_DIFFER' });
    expect(refusalOf(there(), here())).toMatchObject({
      code: 'COMPARED_IMAGES_DIFFER',
      explanation: { happened: '2 of 8 images (with their labels) are not in the file to compare with.' },
    });
  });
});

describe('two audits agree', () => {
  const differing = (count: number, of: number) => ({
    compared: of,
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
