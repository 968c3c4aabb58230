import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AttackOutcome, AttackRequest } from '../../../../src/shared/contract/engine.ts';
import type { Attack, Criterion } from '../../../../src/shared/domain/attack.ts';
import { BENIGN, isMalignant, MALIGNANT } from '../../../../src/shared/domain/diagnosis.ts';
import { epsilonFrom255 } from '../../../../src/shared/domain/epsilon.ts';
import { loadNativeBackend } from '../../../../src/main/engine/backend/native.ts';
import type { Classifier } from '../../../../src/main/engine/models/classifier.ts';
import {
  apgdCe,
  apgdDlr,
  apgdDlrTargeted,
  bim,
  describeAttack,
  fgsm,
  gaussianNoise,
  pgd,
  runAttack,
  square,
  uniformNoise,
} from '../../../../src/main/engine/attacks/index.ts';
import { probabilitiesOf, unitValues, verdictOf } from '../../../../src/main/engine/attacks/judgement.ts';
import { distances } from '../../../../src/main/engine/attacks/norms.ts';
import { blobs, trainTinyNetwork } from '../../../support/tinyNetwork.ts';

const cases = blobs(14, 2);
/** Large enough that every gradient attack succeeds somewhere, small enough that it fails somewhere. */
const EPSILONS = [1, 4, 10].map(epsilonFrom255);
let classifier: Classifier;
let cleanVerdicts: number[];

beforeAll(() => {
  loadNativeBackend();
  classifier = trainTinyNetwork();
  cleanVerdicts = judged(unitValues(cases.inputs.pixels), cases.labels.length).map((logits) => verdictOf(logits));
});

function judged(values: Float32Array, count: number): Float32Array[] {
  const tensor = tf.tidy(() => classifier.logits(tf.tensor4d(values, [count, 16, 16, 3])));
  const logits = tensor.dataSync<'float32'>();
  tensor.dispose();
  return Array.from({ length: count }, (_, row) => logits.slice(row * 7, (row + 1) * 7));
}

const requestFor = (attack: Attack, options: Partial<AttackRequest> = {}): AttackRequest => ({
  ...cases,
  modelSha256: 'f'.repeat(64) as AttackRequest['modelSha256'],
  attack,
  epsilons: attack.norm === 'l2' ? EPSILONS.map((epsilon) => epsilon * 14) : EPSILONS,
  seed: 7,
  wantAdversarials: true,
  broken: null,
  carry: true,
  ...options,
});
const run = (attack: Attack, options: Partial<AttackRequest> = {}): Promise<AttackOutcome[]> =>
  runAttack(classifier, requestFor(attack, options));

const CRITERIA: Criterion[] = [
  { kind: 'misclassified' },
  { kind: 'verdictChanged' },
  { kind: 'targeted', target: 3 },
  { kind: 'malignantToBenign' },
  { kind: 'benignToMalignant' },
];
const TABLE: Attack[] = CRITERIA.flatMap((criterion) =>
  (['linf', 'l2'] as const).flatMap((norm) => [
    fgsm({ criterion, norm }),
    bim({ criterion, norm, steps: 6, relativeStepSize: 1 / 4 }),
    pgd({ criterion, norm, steps: 6, relativeStepSize: 1 / 4 }),
    pgd({ criterion, norm, steps: 6, relativeStepSize: 1 / 4, loss: 'margin', restarts: 2 }),
    apgdCe({ criterion, norm, steps: 8 }),
    apgdDlr({ criterion, norm, steps: 8, restarts: 2 }),
    apgdDlrTargeted({ criterion, norm, steps: 8, targets: 2 }),
    square({ criterion, norm, queries: 20 }),
    uniformNoise({ criterion, norm, draws: 3 }),
    gaussianNoise({ criterion, norm, draws: 3 }),
  ]),
);

/** Whether this verdict meets the criterion, said anew in plain words. */
function meets(criterion: Criterion, image: number, verdict: number): boolean {
  switch (criterion.kind) {
    case 'misclassified':
      return verdict !== cases.labels[image];
    case 'verdictChanged':
      return verdict !== cleanVerdicts[image];
    case 'targeted':
      return verdict === criterion.target;
    case 'malignantToBenign':
      return MALIGNANT.some((index) => index === cleanVerdicts[image]) && BENIGN.some((index) => index === verdict);
    case 'benignToMalignant':
      return BENIGN.some((index) => index === cleanVerdicts[image]) && MALIGNANT.some((index) => index === verdict);
  }
}

describe.each(TABLE.map((attack) => [describeAttack(attack), attack] as const))('%s', (_, attack) => {
  it('returns inputs within epsilon and [0, 1], each with the success, verdict and distances of exactly that input', async () => {
    const outcomes = await run(attack);
    expect(outcomes).toHaveLength(cases.labels.length * EPSILONS.length);
    const clean = unitValues(cases.inputs.pixels);
    const size = clean.length / cases.labels.length;
    const all = new Float32Array(outcomes.flatMap(({ adversarial }) => Array.from(adversarial ?? [])));
    const logits = judged(all, outcomes.length);
    for (const [at, outcome] of outcomes.entries()) {
      const adversarial = outcome.adversarial ?? new Float32Array();
      const own = clean.subarray(outcome.image * size, (outcome.image + 1) * size);
      const row = logits[at] ?? new Float32Array();
      expect(outcome[attack.norm]).toBeLessThanOrEqual(outcome.epsilon + 1e-6);
      expect(distances(adversarial, own)).toEqual({ linf: outcome.linf, l2: outcome.l2 });
      expect(adversarial.every((value) => value >= 0 && value <= 1)).toBe(true);
      expect(outcome.verdict).toBe(verdictOf(row));
      expect(outcome.success).toBe(meets(attack.criterion, outcome.image, outcome.verdict));
      const differences = probabilitiesOf(row).map((value, index) => value - (outcome.probabilities[index] ?? NaN));
      expect(Math.hypot(...differences)).toBeLessThan(1e-5);
    }
    if (attack.kind === 'gradient' || attack.kind === 'apgd')
      expect(outcomes.some(({ success }) => success)).toBe(true);
  });
});

describe('an attack', () => {
  const rate = (outcomes: readonly AttackOutcome[], epsilon: number | undefined): number =>
    outcomes.filter((outcome) => outcome.epsilon === epsilon && outcome.success).length;

  it('is stronger the more it does: noise, then one step, then many', async () => {
    const epsilon = epsilonFrom255(5);
    const [noise, single, many] = await Promise.all(
      [uniformNoise(), fgsm(), pgd()].map(async (attack) => rate(await run(attack, { epsilons: [epsilon] }), epsilon)),
    );
    expect(noise).toBeLessThan(single ?? 0);
    expect(single).toBeLessThanOrEqual(many ?? 0);
  });

  it('repeats itself with the same seed and differs with another', async () => {
    const adversarials = async (seed: number) => (await run(pgd(), { seed })).map(({ adversarial }) => adversarial);
    const first = await adversarials(1);
    expect(await adversarials(1)).toEqual(first);
    expect(await adversarials(2)).not.toEqual(first);
  });

  it('draws a larger epsilon the same way, only farther', async () => {
    const [small, large] = await run(uniformNoise({ draws: 1 }), { epsilons: [0.01, 0.02] });
    const clean = unitValues(cases.inputs.pixels);
    small?.adversarial?.forEach((value, at) => {
      const [near, far] = [value - (clean[at] ?? 0), (large?.adversarial?.[at] ?? 0) - (clean[at] ?? 0)];
      expect(far).toBeCloseTo(2 * near, 5);
    });
  });

  it('by Gaussian noise lies on the border of the ball for a third of the values, by uniform noise hardly anywhere', async () => {
    const onBorder = async (attack: Attack): Promise<number> => {
      const [outcome] = await run(attack, { epsilons: [0.02] });
      const clean = unitValues(cases.inputs.pixels);
      const values = Array.from(outcome?.adversarial ?? []);
      return values.filter((value, at) => Math.abs(value - (clean[at] ?? 0)) > 0.02 * 0.999).length / values.length;
    };
    // 768 values beyond one standard deviation with probability 0.317: standard deviation 0.017.
    expect(Math.abs((await onBorder(gaussianNoise())) - 0.317)).toBeLessThan(4 * 0.017);
    expect(await onBorder(uniformNoise())).toBeLessThan(0.02);
  });

  it('leaves alone what meets the criterion unperturbed, and counts it as a success', async () => {
    const labels = cases.labels.map((label) => ((label + 1) % 7) as typeof label);
    const outcomes = await run(pgd(), { labels });
    expect(outcomes.every(({ success, linf }) => success && linf === 0)).toBe(true);
  });

  it('leaves alone what lies outside a directed criterion, and counts it as no success', async () => {
    const outcomes = await run(pgd({ criterion: { kind: 'malignantToBenign' } }));
    const outside = outcomes.filter(({ image }) => !isMalignant(cases.labels[image] ?? 0));
    expect(outside.length).toBeGreaterThan(0);
    for (const { image, success, verdict, linf } of outside) {
      expect({ success, verdict, linf }).toEqual({ success: false, verdict: cleanVerdicts[image], linf: 0 });
    }
  });

  it('sends pixels back only when asked, and tells how far it is', async () => {
    const done: number[] = [];
    const onProgress = (progress: { done: number }) => done.push(progress.done);
    const outcomes = await runAttack(classifier, requestFor(pgd(), { wantAdversarials: false }), { onProgress });
    expect(outcomes.some((outcome) => 'adversarial' in outcome)).toBe(false);
    expect(done).toEqual(Array.from(outcomes, (_, at) => at + 1));
  });

  it.each([pgd({ steps: 6 }), apgdCe({ steps: 6 }), square({ queries: 10 }), fgsm()])(
    'leaves out, and does not attack, the epsilons at which an image is already broken: $id',
    async (attack) => {
      const [, middle, largest] = EPSILONS;
      const broken = cases.labels.map((_, image) => [null, middle ?? 0, 0, (largest ?? 0) + 1][image % 4] ?? null);
      const all = await run(attack);
      const expected = all.filter(({ image, epsilon }) => epsilon < (broken[image] ?? Number.POSITIVE_INFINITY));
      expect(expected.length).toBeLessThan(all.length);
      expect(await run(attack, { broken })).toEqual(expected);
    },
  );

  it('refuses a list of broken images that is not one entry per image', async () => {
    await expect(async () => run(pgd(), { broken: [null] })).rejects.toThrow('broken');
  });

  it.each([pgd({ steps: 6 }), apgdDlr({ steps: 6 }), square({ queries: 30 })])(
    'carries a success to every larger epsilon, or runs each epsilon on its own: $id',
    async (attack) => {
      const epsilons = [10, 16, 24].map(epsilonFrom255);
      const carried = await run(attack, { epsilons });
      const apart = await run(attack, { epsilons, carry: false });
      for (const [at, outcome] of carried.entries()) {
        const before = carried[at - 1];
        const isCarried = before?.image === outcome.image && before.success;
        const expected = isCarried ? { ...before, epsilon: outcome.epsilon } : apart[at];
        expect(outcome).toEqual(expected);
      }
      expect(carried).not.toEqual(apart);
      const alone = await Promise.all(epsilons.map((epsilon) => run(attack, { epsilons: [epsilon] })));
      expect(apart).toEqual(cases.labels.flatMap((_, image) => alone.flatMap((one) => one[image] ?? [])));
    },
  );

  it.each([[[0.02, 0.01]], [[-0.01]], [[Number.NaN]]])('refuses the epsilons %j', async (epsilons) => {
    await expect(async () => run(pgd(), { epsilons })).rejects.toThrow('ascending');
  });

  it('refuses inputs of another size than the model takes', async () => {
    const inputs = { ...cases.inputs, height: 8 };
    await expect(run(pgd(), { inputs })).rejects.toThrow('16x16');
  });
});
