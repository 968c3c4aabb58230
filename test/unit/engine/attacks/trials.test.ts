import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AttackOutcome, AttackRequest, CancelSignal } from '../../../../src/shared/contract/engine.ts';
import type { GradientAttack } from '../../../../src/shared/domain/attack.ts';
import { epsilonFrom255 } from '../../../../src/shared/domain/epsilon.ts';
import { loadNativeBackend } from '../../../../src/main/engine/backend/native.ts';
import type { Classifier } from '../../../../src/main/engine/models/classifier.ts';
import { runAttack } from '../../../../src/main/engine/attacks/attack.ts';
import { taskFor } from '../../../../src/main/engine/attacks/criteria.ts';
import { bim, fgsm, pgd } from '../../../../src/main/engine/attacks/defaults.ts';
import { unitValues, verdictOf } from '../../../../src/main/engine/attacks/judgement.ts';
import { plainAttack, type PlainResult } from '../../../support/reference.ts';
import { blobs, pick, trainTinyNetwork, type LabelledInputs } from '../../../support/tinyNetwork.ts';

const cases = blobs(21, 2);
const MODEL = 'f'.repeat(64) as AttackRequest['modelSha256'];
let classifier: Classifier;

beforeAll(() => {
  loadNativeBackend();
  classifier = trainTinyNetwork();
});

const requestFor = (
  images: LabelledInputs,
  attack: AttackRequest['attack'],
  epsilons: readonly number[],
  seed: number,
): AttackRequest => ({
  ...images,
  modelSha256: MODEL,
  attack,
  epsilons,
  seed,
  wantAdversarials: true,
  broken: null,
  carry: true,
});

/** The plain loop on one image at one epsilon; null where the image is not attacked at all. */
function plainly(
  images: LabelledInputs,
  image: number,
  attack: GradientAttack,
  epsilon: number,
  seed: number,
): PlainResult | null {
  const one = pick(images, [image]);
  const values = unitValues(one.inputs.pixels);
  let result: PlainResult | null = null;
  tf.engine().startScope();
  try {
    const logits = classifier.logits(tf.tensor4d(values, [1, classifier.height, classifier.width, 3]));
    const task = taskFor(attack.criterion, one.labels[0] ?? null, verdictOf(logits.dataSync<'float32'>()));
    const sha256 = one.inputs.imageSha256[0] ?? '';
    if (task.kind === 'attack') {
      result = plainAttack(classifier, { values, sha256, objective: task.objective }, attack, epsilon, seed);
    }
  } finally {
    tf.engine().endScope();
  }
  return result;
}

/** What the security curve must say of an image: its plain results, a success carried to every larger epsilon. */
function plainCurve(images: LabelledInputs, image: number, request: AttackRequest & { attack: GradientAttack }) {
  let carried: PlainResult | null = null;
  return request.epsilons.map((epsilon) => {
    const plain = carried ?? plainly(images, image, request.attack, epsilon, request.seed);
    if (plain?.success && request.attack.steps > 1) carried = plain;
    return plain;
  });
}

const successesOf = (outcomes: readonly AttackOutcome[]) => outcomes.map(({ success }) => success);

describe('lanes and the plain loop', () => {
  const epsilons = [1, 2, 4, 6].map(epsilonFrom255);

  it.each<[string, GradientAttack]>([
    ['PGD', pgd({ steps: 8 })],
    ['PGD with restarts', pgd({ steps: 3, relativeStepSize: 1 / 3, restarts: 3 })],
    ['PGD on the margin', pgd({ steps: 8, loss: 'margin' })],
    ['PGD in L2', pgd({ steps: 8, norm: 'l2' })],
    ['directed PGD', pgd({ steps: 8, criterion: { kind: 'malignantToBenign' } })],
    ['BIM', bim({ steps: 8 })],
    ['FGSM', fgsm()],
    ['FGM in L2', fgsm({ norm: 'l2' })],
  ])('give the same adversarials bit for bit: %s', async (_, attack) => {
    // An L2 radius of about sqrt(pixels) / 2 times the L-inf radius does comparable harm.
    const radii = attack.norm === 'l2' ? epsilons.map((epsilon) => epsilon * 14) : epsilons;
    const images = pick(cases, [0, 1, 4, 5, 9]);
    const request = { ...requestFor(images, attack, radii, 3), attack };
    const outcomes = await runAttack(classifier, request);
    expect(new Set(successesOf(outcomes))).toEqual(new Set([true, false]));
    images.labels.forEach((_label, image) => {
      plainCurve(images, image, request).forEach((plain, at) => {
        const outcome = outcomes[image * radii.length + at];
        if (!plain) return;
        expect(outcome).toMatchObject({ image, epsilon: radii[at], success: plain.success, verdict: plain.verdict });
        expect(outcome?.adversarial).toEqual(plain.adversarial);
      });
    });
  });

  it('agree for any seed, epsilons, order of images and number of lanes', async () => {
    const attack = pgd({ steps: 4, relativeStepSize: 1 / 3, restarts: 2 });
    const someImages = fc.shuffledSubarray([...cases.labels.keys()], { minLength: 1, maxLength: 5 });
    const someEpsilons = fc.subarray([0.5, 1, 2, 3, 4, 5, 6], { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        someEpsilons,
        someImages,
        fc.constantFrom(8, 16, 32),
        async (seed, ks, order, lanes) => {
          const images = pick(cases, order);
          const request = { ...requestFor(images, attack, ks.map(epsilonFrom255), seed), attack };
          const outcomes = await runAttack(classifier, request, {}, lanes);
          images.labels.forEach((_label, image) => {
            const mine = outcomes.filter((outcome) => outcome.image === image);
            const plain = plainCurve(images, image, request);
            if (plain.includes(null)) return;
            expect(successesOf(mine)).toEqual(plain.map((result) => result?.success));
            expect(mine.map(({ adversarial }) => adversarial)).toEqual(plain.map((result) => result?.adversarial));
          });
        },
      ),
      { numRuns: 6 },
    );
  });

  it('find no fewer adversarials than three lines of textbook PGD on the cross-entropy', async () => {
    const epsilon = epsilonFrom255(3);
    const textbook = tf.tidy(() => {
      const clean = tf.div<tf.Tensor4D>(tf.tensor4d(cases.inputs.pixels, [21, 16, 16, 3], 'float32'), 255);
      const labels = tf.tensor1d(cases.labels, 'int32');
      const oneHot = tf.oneHot(labels, 7);
      const loss = (x: tf.Tensor) => tf.losses.softmaxCrossEntropy(oneHot, classifier.logits(x as tf.Tensor4D));
      let x: tf.Tensor = clean;
      for (let step = 0; step < 20; step += 1) {
        const moved = tf.add(x, tf.mul(tf.sign(tf.grad(loss)(x)), epsilon / 8));
        x = tf.clipByValue(tf.minimum(tf.maximum(moved, tf.sub(clean, epsilon)), tf.add(clean, epsilon)), 0, 1);
      }
      return tf.sum(tf.notEqual(classifier.logits(x as tf.Tensor4D).argMax(1), labels)).dataSync<'int32'>()[0] ?? 0;
    });
    const outcomes = await runAttack(classifier, requestFor(cases, bim(), [epsilon], 1));
    expect(textbook).toBeGreaterThan(0);
    expect(successesOf(outcomes).filter(Boolean).length).toBeGreaterThanOrEqual(textbook);
  });
});

describe('the lanes', () => {
  /** The classifier, telling the size of each batch that it is given. */
  const observed = (tell: (batch: number) => void): Classifier => ({
    ...classifier,
    logits: (inputs) => {
      tell(inputs.shape[0]);
      return classifier.logits(inputs);
    },
  });

  it('keep every batch a multiple of 8 and no larger than asked', async () => {
    const sizes: number[] = [];
    const request = requestFor(cases, pgd({ steps: 5 }), [2, 4].map(epsilonFrom255), 1);
    await runAttack(
      observed((batch) => sizes.push(batch)),
      request,
      {},
      16,
    );
    const steps = sizes.slice(1);
    expect(new Set(steps)).toEqual(new Set([8, 16]));
  });

  it('try the epsilons of a lone image side by side instead of padding the batch', async () => {
    let passes = 0;
    const attack = pgd({ steps: 10 });
    const request = requestFor(pick(cases, [0]), attack, [0.1, 0.2, 0.3, 0.4, 0.5].map(epsilonFrom255), 1);
    const outcomes = await runAttack(
      observed(() => (passes += 1)),
      request,
    );
    expect(successesOf(outcomes)).toEqual([false, false, false, false, false]);
    // One pass over the clean image, then ten steps and the last iterates, of all five at once.
    expect(passes).toBe(1 + attack.steps + 1);
  });

  it('hold no tensor after a run, however it ends', async () => {
    const before = tf.memory().numTensors;
    await runAttack(classifier, requestFor(cases, pgd({ steps: 3 }), [epsilonFrom255(4)], 1));
    await runAttack(classifier, requestFor(cases, fgsm(), [epsilonFrom255(4)], 1));
    expect(tf.memory().numTensors).toBe(before);
    const failing = { ...classifier, logits: (x: tf.Tensor4D) => tf.mul<tf.Tensor2D>(classifier.logits(x), NaN) };
    await expect(runAttack(failing, requestFor(cases, pgd(), [0.1], 1))).rejects.toMatchObject({
      code: 'MODEL_NOT_FINITE',
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('keep the number of tensors flat from step to step', async () => {
    const counts: number[] = [];
    const counting = observed(() => counts.push(tf.memory().numTensors));
    const request = requestFor(cases, pgd({ steps: 30, relativeStepSize: 0.01 }), [epsilonFrom255(0.1)], 1);
    await runAttack(counting, request, {}, 8);
    // The pass after a refill holds what every pass holds; only the first one sees the clean inputs alone.
    expect(new Set(counts.slice(2, -1)).size).toBe(1);
  });

  it('stop within one step of a cancel, and say so', async () => {
    const before = tf.memory().numTensors;
    const signal = { aborted: false, addEventListener: () => undefined, removeEventListener: () => undefined };
    let passes = 0;
    const cancelling = observed(() => {
      passes += 1;
      if (passes === 4) signal.aborted = true;
    });
    const control = { signal: signal satisfies CancelSignal };
    await expect(runAttack(cancelling, requestFor(cases, pgd(), [0.001], 1), control)).rejects.toMatchObject({
      kind: 'interrupted',
    });
    expect(passes).toBe(4);
    expect(tf.memory().numTensors).toBe(before);
  });
});
