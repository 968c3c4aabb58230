import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { MinimalEpsilonOutcome, MinimalEpsilonRequest } from '../../../../src/shared/contract/engine.ts';
import { epsilonFrom255, LARGEST_SEARCHED_EPSILON } from '../../../../src/shared/domain/epsilon.ts';
import { loadNativeBackend } from '../../../../src/main/engine/backend/native.ts';
import type { Classifier } from '../../../../src/main/engine/models/classifier.ts';
import { pgd, runAttack, runMinimalEpsilon } from '../../../../src/main/engine/attacks/index.ts';
import { blobs, trainTinyNetwork } from '../../../support/tinyNetwork.ts';

const cases = blobs(10, 2);
const attack = pgd({ steps: 6, relativeStepSize: 1 / 4, criterion: { kind: 'verdictChanged' } });
const MODEL = 'f'.repeat(64) as MinimalEpsilonRequest['modelSha256'];
const common = { ...cases, modelSha256: MODEL, attack, seed: 1 };
const nothingKnown = cases.labels.map(() => null);
let classifier: Classifier;

beforeAll(() => {
  loadNativeBackend();
  classifier = trainTinyNetwork();
});

const minimal = (options: Partial<MinimalEpsilonRequest> = {}): Promise<MinimalEpsilonOutcome[]> =>
  runMinimalEpsilon(classifier, { ...common, knownSuccess: nothingKnown, ...options });
const attacked = (epsilons: number[]) =>
  runAttack(classifier, { ...common, epsilons, wantAdversarials: true, broken: null, carry: true });
const in255 = ({ minimalEpsilon }: MinimalEpsilonOutcome): number => (minimalEpsilon ?? Number.NaN) * 255;

describe('the minimal epsilon', () => {
  it('is a quarter step of 1/255 at which the attack succeeds, one below which it fails', async () => {
    const found = await minimal();
    for (const outcome of found) {
      const quarters = in255(outcome) * 4;
      expect(quarters).toBeCloseTo(Math.round(quarters), 6);
      const epsilons = [(quarters - 1) / 4, quarters / 4].map(epsilonFrom255);
      const at = (await attacked(epsilons)).filter(({ image }) => image === outcome.image);
      expect(at.map(({ success }) => success)).toEqual([false, true]);
      expect(outcome.verdict).toBe(at[1]?.verdict);
    }
  });

  it('says whether the change survives rounding the attacked input to 8 bit', async () => {
    const found = await minimal();
    for (const outcome of found) {
      const at = (await attacked([outcome.minimalEpsilon ?? 0]))[outcome.image];
      const [clean, rounded] = tf.tidy(() => {
        const adversarial = tf.tensor4d(at?.adversarial ?? [], [1, 16, 16, 3]);
        const original = tf.tensor4d(cases.inputs.pixels, [10, 16, 16, 3], 'float32').gather([outcome.image]);
        const inputs = [original, tf.round(tf.mul(adversarial, 255))].map((pixels) => tf.div(pixels, 255));
        return inputs.map(
          (input) =>
            classifier
              .logits(input as tf.Tensor4D)
              .argMax(1)
              .dataSync<'int32'>()[0],
        );
      });
      expect(outcome.survivesRounding).toBe(rounded !== clean);
    }
    expect(new Set(found.map(({ survivesRounding }) => survivesRounding))).toEqual(new Set([true, false]));
  });

  it('starts from a success on file and finds no larger one', async () => {
    const found = await minimal({ knownSuccess: cases.labels.map(() => epsilonFrom255(8)) });
    for (const outcome of found) expect(in255(outcome)).toBeLessThanOrEqual(8 + 1e-9);
    expect(found.some((outcome) => in255(outcome) < 8)).toBe(true);
  });

  it('keeps a success on file that nothing smaller replaced, with the verdict seen there', async () => {
    const free = await minimal();
    const knownSuccess = free.map(({ minimalEpsilon }) => minimalEpsilon);
    const again = await minimal({ knownSuccess });
    expect(again.map(({ verdict }) => verdict)).not.toContain(null);
    again.forEach((outcome, image) => {
      expect(outcome.minimalEpsilon).toBeLessThanOrEqual(knownSuccess[image] ?? 0);
    });
  });

  it('keeps a success on file that this attack cannot repeat, its verdict not known', async () => {
    const knownSuccess = cases.labels.map(() => epsilonFrom255(0.3));
    const [first] = await minimal({ knownSuccess });
    expect(first).toEqual({ image: 0, minimalEpsilon: epsilonFrom255(0.3), verdict: null, survivesRounding: null });
  });

  it('is null where nothing up to 16/255 succeeds, whatever is on file above', async () => {
    const dull = { ...attack, steps: 1, relativeStepSize: 0, randomStart: false };
    const knownSuccess = cases.labels.map(() => 2 * LARGEST_SEARCHED_EPSILON);
    const [first] = await minimal({ attack: dull, knownSuccess });
    expect(first).toEqual({ image: 0, minimalEpsilon: null, verdict: null, survivesRounding: null });
  });

  it('is 0 where the verdict is wrong already', async () => {
    const wrong = cases.labels.map((label) => ((label + 1) % 7) as typeof label);
    const [first] = await minimal({ labels: wrong, attack: { ...attack, criterion: { kind: 'misclassified' } } });
    expect(first).toEqual({ image: 0, minimalEpsilon: 0, verdict: 0, survivesRounding: true });
  });

  it('does not depend on the images beside it', async () => {
    const all = await minimal();
    const alone = await runMinimalEpsilon(classifier, { ...common, knownSuccess: nothingKnown }, {}, 8);
    expect(alone).toEqual(all);
  });

  it('holds no tensor when done, and tells how far it is', async () => {
    const before = tf.memory().numTensors;
    const done: number[] = [];
    const request = { ...common, knownSuccess: nothingKnown };
    await runMinimalEpsilon(classifier, request, { onProgress: (progress) => done.push(progress.done) });
    expect(done).toEqual(cases.labels.map((_, at) => at + 1));
    expect(tf.memory().numTensors).toBe(before);
  });
});
