import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../../src/main/engine/backend/index.ts';
import type { Classifier } from '../../../../src/main/engine/models/classifier.ts';
import { randomStream } from '../../../../src/main/engine/randomness.ts';
import { craft, randomStart } from '../../../../src/main/engine/training/craft.ts';
import { crossEntropy } from '../../../../src/main/engine/training/objective.ts';
import { CRAFTING, VALIDATION_ATTACK, type CraftingAttack } from '../../../../src/main/engine/training/recipes.ts';
import { CLASS_COUNT } from '../../../../src/shared/domain/diagnosis.ts';
import { blobs, TINY_SIDE, trainTinyNetwork } from '../../../support/tinyNetwork.ts';

const COUNT = 14;
const EPSILON = 4 / 255;
let classifier: Classifier;
let clean: tf.Tensor4D;
let labels: tf.Tensor2D;
let start: tf.Tensor4D;

beforeAll(async () => {
  await startBackend();
  classifier = trainTinyNetwork();
  const { inputs, labels: classes } = blobs(COUNT, 3);
  const shape: [number, number, number, number] = [COUNT, TINY_SIDE, TINY_SIDE, 3];
  const stream = randomStream('start');
  // Some values at the ends of [0, 1], where the ball is cut off.
  const values = Float32Array.from(inputs.pixels, (value, at) => (at % 11 === 0 ? at % 2 : value / 255));
  clean = tf.tensor4d(values, shape);
  labels = tf.tidy(() => tf.oneHot(tf.tensor1d(classes, 'int32'), CLASS_COUNT).toFloat() as tf.Tensor2D);
  start = tf.tensor4d(
    values.map(() => 2 * stream.next() - 1),
    shape,
  );
});
afterAll(() => {
  tf.dispose([clean, labels, start]);
  classifier.dispose();
});

const crafted = (attack: CraftingAttack, epsilon = EPSILON) => {
  const adversarial = craft(classifier, clean, labels, start, epsilon, attack);
  const values = adversarial.dataSync<'float32'>();
  adversarial.dispose();
  return values;
};

function lossOf(values: Float32Array): number {
  const loss = tf.tidy(() =>
    tf.losses.softmaxCrossEntropy(labels, classifier.logits(tf.tensor4d(values, clean.shape))).asScalar(),
  );
  const [value = NaN] = loss.dataSync<'float32'>();
  loss.dispose();
  return value;
}

const ATTACKS: [string, CraftingAttack][] = [
  ['FGSM with random start', CRAFTING.fgsm[0] ?? VALIDATION_ATTACK],
  ['PGD', CRAFTING.pgd[0] ?? VALIDATION_ATTACK],
  ['the attack of the validation', VALIDATION_ATTACK],
];

describe.each(ATTACKS)('crafting by %s', (_, attack) => {
  it('stays in the ball and in [0, 1]', () => {
    const before = clean.dataSync<'float32'>();
    const values = crafted(attack);
    const furthest = values.reduce((most, value, at) => Math.max(most, Math.abs(value - (before[at] ?? NaN))), 0);
    expect(furthest).toBeLessThanOrEqual(EPSILON + 1e-7);
    expect(furthest).toBeGreaterThan(EPSILON * 0.99);
    expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  it('raises the loss above that of its random start', () => {
    const started = crafted({ ...attack, steps: 0 });
    expect(lossOf(crafted(attack))).toBeGreaterThan(lossOf(started) + 0.05);
  });

  it('repeats itself, and leaves no tensor', () => {
    const before = tf.memory().numTensors;
    expect(crafted(attack)).toEqual(crafted(attack));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('changes nothing at epsilon 0', () => {
    expect(crafted(attack, 0)).toEqual(clean.dataSync());
  });
});

it('the first step of FGSM is 1.25 epsilon along the sign of the gradient, projected', () => {
  const [attack = VALIDATION_ATTACK] = CRAFTING.fgsm;
  const expected = tf.tidy(() => {
    const first = tf.clipByValue(tf.add(clean, tf.mul(start, EPSILON)), 0, 1);
    const loss = (x: tf.Tensor): tf.Tensor =>
      tf.neg(tf.sum(tf.mul(labels, tf.logSoftmax(classifier.logits(x as tf.Tensor4D)))));
    const step = tf.mul(tf.sign(tf.grad(loss)(first)), 1.25 * EPSILON);
    const perturbation = tf.clipByValue(tf.sub(tf.add(first, step), clean), -EPSILON, EPSILON);
    return tf.clipByValue(tf.add(clean, perturbation), 0, 1);
  });
  const values = expected.dataSync<'float32'>();
  expected.dispose();
  const worst = crafted(attack).reduce((most, value, at) => Math.max(most, Math.abs(value - (values[at] ?? NaN))), 0);
  expect(worst).toBeLessThan(1e-6);
});

describe('crafting away from the verdict on the clean image (TRADES)', () => {
  const attack: CraftingAttack = { steps: 7, relativeStepSize: 0.25, away: 'fromCleanVerdict' };

  /** Mean KL divergence of the verdicts on these images from those on the clean ones. */
  const divergenceOf = (values: Float32Array) =>
    tf.tidy(() => {
      const logClean = tf.logSoftmax(classifier.logits(clean));
      const logOther = tf.logSoftmax(classifier.logits(tf.tensor4d(values, clean.shape)));
      return tf.mean(tf.sum(tf.mul(tf.exp(logClean), tf.sub(logClean, logOther)), 1)).dataSync()[0] ?? NaN;
    });

  it('starts next to the image, and raises the divergence', () => {
    const before = clean.dataSync<'float32'>();
    const started = crafted({ ...attack, steps: 0 });
    const furthest = started.reduce((most, value, at) => Math.max(most, Math.abs(value - (before[at] ?? NaN))), 0);
    expect(furthest).toBeLessThan(0.00175);
    expect(furthest).toBeGreaterThan(0.0015);
    expect(divergenceOf(crafted(attack))).toBeGreaterThan(divergenceOf(started) + 0.05);
  });

  it('stays in the ball, and does not read the labels', () => {
    const before = clean.dataSync<'float32'>();
    const values = crafted(attack);
    const furthest = values.reduce((most, value, at) => Math.max(most, Math.abs(value - (before[at] ?? NaN))), 0);
    expect(furthest).toBeLessThanOrEqual(EPSILON + 1e-7);
    const others = tf.tidy(() =>
      craft(classifier, clean, tf.reverse(labels, 1), start, EPSILON, attack).dataSync<'float32'>(),
    );
    expect(others).toEqual(values);
  });
});

it('crafting climbs the adjusted loss that is learnt from, where one is given', () => {
  const attack: CraftingAttack = { steps: 5, relativeStepSize: 0.25, away: 'fromLabel' };
  const adjustment = [0, -8, 0, 0, 4, 0, -8];
  const [plain, adjusted] = [undefined, adjustment].map((each) => {
    const adversarial = craft(classifier, clean, labels, start, EPSILON, attack, each);
    const loss = tf.tidy(() => crossEntropy(classifier.logits(adversarial), labels, adjustment).dataSync()[0] ?? NaN);
    adversarial.dispose();
    return loss;
  });
  expect(adjusted).toBeGreaterThan(plain ?? NaN);
});

describe('a random start', () => {
  const drawn = (...key: (string | number)[]) => {
    const start = randomStart([2, 50, 50, 3], ...key);
    const values = start.dataSync<'float32'>();
    start.dispose();
    return values;
  };

  it('is spread evenly over (-1, 1)', () => {
    const values = drawn('a');
    const parts = [0, 0, 0, 0];
    expect(values.every((value) => Math.abs(value) < 1)).toBe(true);
    for (const value of values) {
      parts[Math.floor(2 * (value + 1))] = (parts[Math.floor(2 * (value + 1))] ?? 0) + 1;
    }
    // A binomial count of 15000 with share 1/4 has a standard deviation of 53.
    for (const part of parts) expect(Math.abs(part - values.length / 4)).toBeLessThan(5 * 53);
  });

  it('is a function of its key alone', () => {
    expect(drawn('a', 1)).toEqual(drawn('a', 1));
    expect(drawn('a', 1)).not.toEqual(drawn('a', 2));
  });
});
