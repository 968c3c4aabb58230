import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AttackRequest } from '../../../../src/shared/contract/engine.ts';
import type { ApgdAttack, Attack } from '../../../../src/shared/domain/attack.ts';
import { epsilonFrom255 } from '../../../../src/shared/domain/epsilon.ts';
import { loadNativeBackend } from '../../../../src/main/engine/backend/native.ts';
import type { Classifier } from '../../../../src/main/engine/models/classifier.ts';
import { runAttack } from '../../../../src/main/engine/attacks/attack.ts';
import { taskFor } from '../../../../src/main/engine/attacks/criteria.ts';
import { apgdCe, apgdDlr, apgdDlrTargeted, pgd } from '../../../../src/main/engine/attacks/defaults.ts';
import { unitValues, verdictOf } from '../../../../src/main/engine/attacks/judgement.ts';
import type { PlainResult } from '../../../support/reference.ts';
import { plainApgd } from '../../../support/referenceApgd.ts';
import { blobs, pick, trainTinyNetwork, type LabelledInputs } from '../../../support/tinyNetwork.ts';

const cases = blobs(21, 2);
let classifier: Classifier;

beforeAll(() => {
  loadNativeBackend();
  classifier = trainTinyNetwork();
});

const requestFor = (images: LabelledInputs, attack: Attack, epsilons: readonly number[]): AttackRequest => ({
  ...images,
  modelSha256: 'f'.repeat(64) as AttackRequest['modelSha256'],
  attack,
  epsilons,
  seed: 3,
  wantAdversarials: true,
  broken: null,
  carry: false,
});

/** The plain run on one image; null where the criterion leaves it alone. */
function plainly(image: number, attack: ApgdAttack, epsilon: number): PlainResult | null {
  const { inputs, labels } = pick(cases, [image]);
  const values = unitValues(inputs.pixels);
  tf.engine().startScope();
  try {
    const logits = classifier.logits(tf.tensor4d(values, [1, classifier.height, classifier.width, 3]));
    const task = taskFor(attack.criterion, labels[0] ?? null, verdictOf(logits.dataSync<'float32'>()));
    if (task.kind !== 'attack') return null;
    const plain = { values, sha256: inputs.imageSha256[0] ?? '', objective: task.objective };
    return plainApgd(classifier, plain, attack, epsilon, 3);
  } finally {
    tf.engine().endScope();
  }
}

describe('Auto-PGD', () => {
  it.each<[string, ApgdAttack]>([
    ['on the cross-entropy', apgdCe({ steps: 12 })],
    ['on the cross-entropy in L2', apgdCe({ steps: 12, norm: 'l2' })],
    ['on DLR, with restarts', apgdDlr({ steps: 6, restarts: 2 })],
    ['on targeted DLR', apgdDlrTargeted({ steps: 6, targets: 2 })],
    [
      'from malignant to benign, on the margin',
      apgdCe({ steps: 12, loss: 'margin', criterion: { kind: 'malignantToBenign' } }),
    ],
  ])('gives bit for bit what algorithm 1 gives on each image alone: %s', async (_, attack) => {
    const chosen = [0, 1, 4];
    const epsilons = [1, 3, 9].map((k) => epsilonFrom255(k) * (attack.norm === 'l2' ? 14 : 1));
    const outcomes = await runAttack(classifier, requestFor(pick(cases, chosen), attack, epsilons));
    const successes = new Set<boolean>();
    for (const outcome of outcomes) {
      const plain = plainly(chosen[outcome.image] ?? 0, attack, outcome.epsilon);
      if (!plain) continue;
      successes.add(plain.success);
      expect({ success: outcome.success, verdict: outcome.verdict }).toEqual({
        success: plain.success,
        verdict: plain.verdict,
      });
      expect(outcome.adversarial).toEqual(plain.adversarial);
    }
    expect(successes).toEqual(new Set([true, false]));
  });

  it('gives an image the same bits alone and beside others, in few lanes and in many', async () => {
    const attack = apgdDlrTargeted({ steps: 6, targets: 2 });
    const epsilons = [2.5, 3.5].map(epsilonFrom255);
    const together = await runAttack(classifier, requestFor(cases, attack, epsilons), {}, 16);
    for (const image of [0, 4, 11]) {
      const alone = await runAttack(classifier, requestFor(pick(cases, [image]), attack, epsilons), {}, 8);
      const own = together.filter((outcome) => outcome.image === image);
      expect(alone.map((outcome) => ({ ...outcome, image }))).toEqual(own);
    }
  });

  it('fools at least as many as PGD with as many steps', async () => {
    const epsilons = [2.5, 3.5].map(epsilonFrom255);
    const successes = async (attack: Attack) =>
      (await runAttack(classifier, requestFor(cases, attack, epsilons))).filter(({ success }) => success).length;
    const ofPgd = await successes(pgd());
    expect(ofPgd).toBeGreaterThan(epsilons.length);
    expect(ofPgd).toBeLessThan(epsilons.length * cases.labels.length);
    expect(await successes(apgdCe({ steps: 20 }))).toBeGreaterThanOrEqual(ofPgd);
    expect(await successes(apgdDlr({ steps: 20 }))).toBeGreaterThanOrEqual(ofPgd);
  });

  it('is not fooled by logits scaled until float32 cross-entropy is flat', async () => {
    const loud: Classifier = { ...classifier, logits: (inputs) => tf.mul(classifier.logits(inputs), 1000) };
    const request = requestFor(cases, apgdDlr({ steps: 12 }), [epsilonFrom255(2)]);
    const successes = async (model: Classifier) => (await runAttack(model, request)).map(({ success }) => success);
    expect(await successes(loud)).toEqual(await successes(classifier));
  });

  it('aims at no more classes than the criterion has', async () => {
    const criterion = { kind: 'targeted', target: 3 } as const;
    const epsilons = [epsilonFrom255(1)];
    const [one, many] = await Promise.all(
      [1, 6].map((targets) =>
        runAttack(classifier, requestFor(cases, apgdDlrTargeted({ steps: 4, targets, criterion }), epsilons)),
      ),
    );
    expect(many).toEqual(one);
  });
});
