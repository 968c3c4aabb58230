import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../../src/main/engine/backend/index.ts';
import type { Classifier } from '../../../../src/main/engine/models/classifier.ts';
import { openTrainingSet, type TrainingSet } from '../../../../src/main/engine/training/dataset.ts';
import { hyperparametersOf, VALIDATION_ATTACK } from '../../../../src/main/engine/training/recipes.ts';
import { Validation } from '../../../../src/main/engine/training/validation.ts';
import type { Recipe } from '../../../../src/shared/contract/modelCard.ts';
import { CLASS_COUNT } from '../../../../src/shared/domain/diagnosis.ts';
import { writeTrainingData } from '../../../support/trainingData.ts';

const PER_CLASS = 4;
let folder: string;
let set: TrainingSet;

beforeAll(async () => {
  await startBackend();
  folder = await mkdtemp(join(tmpdir(), 'epsiloscope-'));
  await writeTrainingData(folder, { train: 3, validation: PER_CLASS });
  set = await openTrainingSet(folder);
});
afterAll(() => rm(folder, { recursive: true }));

const request = (recipe: Recipe) => ({
  ...{ dataFile: folder, recipe, epsilon: 8 / 255, seed: 1, epochs: 1 },
  ...{ out: folder, modelId: 'any', title: 'any' },
});

const measured = (classifier: Classifier, recipe: Recipe) =>
  new Validation(set, request(recipe), hyperparametersOf(recipe)).measure(classifier);

/** Sees class 1 where the mean of an image is over its threshold, class 0 elsewhere; counts the images it is asked about. */
function byBrightness(threshold: number): { readonly classifier: Classifier; readonly asked: () => number } {
  let asked = 0;
  const logits = (inputs: tf.Tensor4D): tf.Tensor2D => {
    asked += inputs.shape[0];
    const over = tf.mul(tf.sub(tf.mean(inputs, [1, 2, 3], true).reshape([-1, 1]), threshold), 10);
    const others = tf.mul(tf.ones([inputs.shape[0], CLASS_COUNT - 2]), -100);
    return tf.concat<tf.Tensor2D>([tf.neg(over) as tf.Tensor2D, over as tf.Tensor2D, others as tf.Tensor2D], 1);
  };
  const classifier = { height: 16, width: 16, classes: CLASS_COUNT, logits, dispose: () => undefined };
  return { classifier, asked: () => asked };
}

describe('the validation at the end of an epoch', () => {
  it('of a network that always says one class finds a seventh right, which no attack can change', async () => {
    const figures = await measured(byBrightness(100).classifier, 'pgd');
    expect(figures).toEqual({
      ...{ cleanBalancedAccuracy: 1 / 7, robustBalancedAccuracy: 1 / 7 },
      ...{ robustTrainAccuracy: 1 / 7, fgsmTrainAccuracy: 1 / 7 },
    });
  });

  it('attacks only what is right when clean', async () => {
    const { classifier, asked } = byBrightness(100);
    await measured(classifier, 'pgd');
    const [validation, watched] = [CLASS_COUNT * PER_CLASS, CLASS_COUNT * 3];
    const pgd = VALIDATION_ATTACK.steps + 1;
    // All when clean, the robust subset (here all) and the watched ones; then one class of each: PGD and FGSM, judged once.
    expect(asked()).toBe(2 * validation + watched + PER_CLASS * pgd + 3 * pgd + 3 * 2);
  });

  it('finds what an attack turns', async () => {
    const mean = [0, 1, 2, 3].map((at) => {
      const pixels = set.validationPixels(at * CLASS_COUNT);
      return pixels.reduce((sum, value) => sum + value, 0) / pixels.length / 255;
    });
    // All images of class 0 are below the threshold, but none by as much as epsilon.
    const figures = await measured(byBrightness(Math.max(...mean) + 0.001).classifier, 'pgd');
    expect(Math.max(...mean) - Math.min(...mean)).toBeLessThan(8 / 255 - 0.002);
    expect(figures.cleanBalancedAccuracy).toBeGreaterThanOrEqual(1 / 7);
    expect(figures.robustBalancedAccuracy).toBe(0);
  });

  it('of the recipe that learns from clean images attacks nothing', async () => {
    const { classifier, asked } = byBrightness(100);
    expect(await measured(classifier, 'standard')).toMatchObject({ robustBalancedAccuracy: null });
    expect(asked()).toBe(CLASS_COUNT * PER_CLASS);
  });

  it('repeats itself', async () => {
    const { classifier } = byBrightness(0.53);
    expect(await measured(classifier, 'pgd')).toEqual(await measured(classifier, 'pgd'));
  });
});
