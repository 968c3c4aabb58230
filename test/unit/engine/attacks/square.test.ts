import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AttackRequest } from '../../../../src/shared/contract/engine.ts';
import type { Attack, SquareAttack } from '../../../../src/shared/domain/attack.ts';
import { epsilonFrom255 } from '../../../../src/shared/domain/epsilon.ts';
import { loadNativeBackend } from '../../../../src/main/engine/backend/native.ts';
import type { Classifier } from '../../../../src/main/engine/models/classifier.ts';
import { runAttack } from '../../../../src/main/engine/attacks/attack.ts';
import { taskFor } from '../../../../src/main/engine/attacks/criteria.ts';
import { pgd, square, uniformNoise } from '../../../../src/main/engine/attacks/defaults.ts';
import { unitValues, verdictOf } from '../../../../src/main/engine/attacks/judgement.ts';
import { plainSquare } from '../../../support/referenceSquare.ts';
import { blobs, pick, trainTinyNetwork, type LabelledInputs } from '../../../support/tinyNetwork.ts';

const cases = blobs(14, 2);
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

function plainly(image: number, attack: SquareAttack, epsilon: number) {
  const { inputs, labels } = pick(cases, [image]);
  const values = unitValues(inputs.pixels);
  tf.engine().startScope();
  try {
    const logits = classifier.logits(tf.tensor4d(values, [1, classifier.height, classifier.width, 3]));
    const task = taskFor(attack.criterion, labels[0] ?? null, verdictOf(logits.dataSync<'float32'>()));
    if (task.kind !== 'attack') return null;
    const plain = { values, sha256: inputs.imageSha256[0] ?? '', objective: task.objective };
    return plainSquare(classifier, plain, attack, epsilon, 3);
  } finally {
    tf.engine().endScope();
  }
}

/** The classifier, telling how many passes it made. */
function counting(): { model: Classifier; passes: () => number } {
  let passes = 0;
  const logits: Classifier['logits'] = (inputs) => {
    passes += 1;
    return classifier.logits(inputs);
  };
  return { model: { ...classifier, logits }, passes: () => passes };
}

describe('Square Attack', () => {
  it.each<[string, SquareAttack, number[]]>([
    ['in L-inf', square({ queries: 40 }), [3, 16]],
    ['in L2', square({ queries: 25, norm: 'l2' }), [40, 400]],
    ['from malignant to benign', square({ queries: 40, criterion: { kind: 'malignantToBenign' } }), [8, 24]],
  ])('gives what a loop over pixels gives on each image alone: %s', async (_, attack, ks) => {
    const chosen = [0, 1, 4, 5];
    const outcomes = await runAttack(classifier, requestFor(pick(cases, chosen), attack, ks.map(epsilonFrom255)));
    const successes = new Set<boolean>();
    for (const outcome of outcomes) {
      const plain = plainly(chosen[outcome.image] ?? 0, attack, outcome.epsilon);
      if (!plain) continue;
      successes.add(plain.success);
      expect({ success: outcome.success, verdict: outcome.verdict }).toEqual({
        success: plain.success,
        verdict: plain.verdict,
      });
      const differences = plain.adversarial.map((value, at) => Math.abs(value - (outcome.adversarial?.[at] ?? NaN)));
      expect(Math.max(...differences)).toBeLessThan(1e-4);
    }
    expect(successes).toEqual(new Set([true, false]));
  });

  it('needs no gradient: it breaks a model that has none', async () => {
    const withoutGradient: Classifier = {
      ...classifier,
      logits: (inputs) =>
        tf.customGrad((x) => ({
          value: classifier.logits(x as tf.Tensor4D),
          gradFunc: () => {
            throw new Error('There is no gradient.');
          },
        }))(inputs),
    };
    const epsilons = [epsilonFrom255(8)];
    await expect(runAttack(withoutGradient, requestFor(cases, pgd(), epsilons))).rejects.toThrow('no gradient');
    const outcomes = await runAttack(withoutGradient, requestFor(cases, square({ queries: 40 }), epsilons));
    expect(outcomes).toEqual(await runAttack(classifier, requestFor(cases, square({ queries: 40 }), epsilons)));
    const random = await runAttack(classifier, requestFor(cases, uniformNoise({ draws: 40 }), epsilons));
    const rate = (all: typeof outcomes) => all.filter(({ success }) => success).length;
    expect(rate(outcomes)).toBeGreaterThan(rate(random));
  });

  it('shows the model no more inputs than its budget, and fewer where one succeeds', async () => {
    const lone = pick(cases, [0]);
    const passesOf = async (attack: SquareAttack, epsilon: number) => {
      const { model, passes } = counting();
      const [outcome] = await runAttack(model, requestFor(lone, attack, [epsilon]));
      // One pass over the clean image; the lone lane then makes one for every input that it shows.
      return { shown: passes() - 1, success: outcome?.success };
    };
    expect(await passesOf(square({ queries: 17 }), 1e-4)).toEqual({ shown: 17, success: false });
    expect(await passesOf(square({ queries: 1 }), 1e-4)).toEqual({ shown: 1, success: false });
    const plain = plainly(0, square({ queries: 100 }), epsilonFrom255(12));
    expect(plain).toMatchObject({ success: true });
    expect(await passesOf(square({ queries: 100 }), epsilonFrom255(12))).toEqual({
      shown: plain?.queries,
      success: true,
    });
  });

  it.each(['linf', 'l2'] as const)('gives an image the same bits alone and beside others: %s', async (norm) => {
    const epsilons = [4, 10].map((k) => epsilonFrom255(k) * (norm === 'l2' ? 14 : 1));
    const attack = square({ queries: 15, norm, restarts: 2 });
    const together = await runAttack(classifier, requestFor(cases, attack, epsilons), {}, 16);
    for (const image of [0, 4, 11]) {
      const alone = await runAttack(classifier, requestFor(pick(cases, [image]), attack, epsilons), {}, 8);
      expect(alone.map((outcome) => ({ ...outcome, image }))).toEqual(
        together.filter((outcome) => outcome.image === image),
      );
    }
  });
});
