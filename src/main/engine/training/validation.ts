import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs';
import type { TrainRequest } from '../../../shared/contract/engine.ts';
import { CLASS_COUNT } from '../../../shared/domain/diagnosis.ts';
import type { Classifier } from '../models/classifier.ts';
import { randomStream } from '../randomness.ts';
import { augment, type Augmentation } from './augment.ts';
import { craft, randomStart } from './craft.ts';
import { validationSubset, type TrainingSet } from './dataset.ts';
import type { EpochRecord } from './overfitting.ts';
import { FGSM, VALIDATION_ATTACK, type CraftingAttack } from './recipes.ts';

const BATCH = 64;
/** Images of each class in the robust check. */
const PER_CLASS = 60;
/** Training images in the watch for catastrophic overfitting. */
const WATCHED = 128;

interface Labelled {
  readonly pixels: Float32Array;
  readonly labels: readonly number[];
}

/** All but the clean figure is null for the recipe that learns from clean images. */
export type EpochMeasurement = Omit<EpochRecord, 'epoch' | 'loss'>;

/** What is measured at the end of each epoch, always on the same images and random starts. */
export class Validation {
  private readonly request: TrainRequest;
  private readonly clean: Labelled;
  private readonly robust: Labelled;
  private readonly watched: Labelled;
  private readonly size: number;

  constructor(set: TrainingSet, request: TrainRequest, augmentation: Augmentation) {
    this.request = request;
    this.size = set.index.input;
    const { validation } = set.index;
    const all = validation.map((_, item) => item);
    const read = (items: readonly number[]) =>
      this.labelled(
        items.map((item) => Float32Array.from(set.validationPixels(item), (value) => value / 255)),
        items.map((item) => validation[item]?.label ?? 0),
      );
    this.clean = read(all);
    this.robust = read(validationSubset(validation, PER_CLASS, request.seed));
    this.watched = this.trainingImages(set, augmentation);
  }

  async measure(classifier: Classifier): Promise<EpochMeasurement> {
    const cleanBalancedAccuracy = balanced(await this.correct(classifier, this.clean, null), this.clean.labels);
    const robust = async (images: Labelled, attack: CraftingAttack) => {
      const correct = await this.correct(classifier, images, attack);
      return { balanced: balanced(correct, images.labels), plain: share(correct) };
    };
    const attacks = this.request.recipe !== 'standard';
    return {
      cleanBalancedAccuracy,
      robustBalancedAccuracy: attacks ? (await robust(this.robust, VALIDATION_ATTACK)).balanced : null,
      robustTrainAccuracy: attacks ? (await robust(this.watched, VALIDATION_ATTACK)).plain : null,
      fgsmTrainAccuracy: attacks ? (await robust(this.watched, FGSM)).plain : null,
    };
  }

  private trainingImages(set: TrainingSet, augmentation: Augmentation): Labelled {
    const items = validationSubset(set.index.train, Math.ceil(WATCHED / CLASS_COUNT), this.request.seed);
    const values = this.size * this.size * 3;
    return this.labelled(
      items.map((item) => {
        const view = new Float32Array(values);
        const random = randomStream(this.request.seed, 'watched', item);
        augment(set.trainPicture(item), this.size, augmentation, random, view, 0);
        return view;
      }),
      items.map((item) => set.index.train[item]?.label ?? 0),
    );
  }

  private labelled(images: readonly Float32Array[], labels: readonly number[]): Labelled {
    const values = this.size * this.size * 3;
    const pixels = new Float32Array(images.length * values);
    images.forEach((image, at) => {
      pixels.set(image, at * values);
    });
    return { pixels, labels };
  }

  /** Per image, whether the verdict is the label; under the attack when one is given. */
  private async correct(classifier: Classifier, set: Labelled, attack: CraftingAttack | null): Promise<boolean[]> {
    const values = this.size * this.size * 3;
    const correct: boolean[] = [];
    const { epsilon, seed } = this.request;
    // The same random start in every epoch.
    const attacked = (clean: tf.Tensor4D, labels: tf.Tensor2D, from: number, by: CraftingAttack) =>
      craft(classifier, clean, labels, randomStart(clean.shape, seed, 'validation start', from), epsilon, by);
    for (let from = 0; from < set.labels.length; from += BATCH) {
      const labels = set.labels.slice(from, from + BATCH);
      const shape: [number, number, number, number] = [labels.length, this.size, this.size, 3];
      const verdicts = tf.tidy(() => {
        const clean = tf.tensor4d(set.pixels.subarray(from * values, (from + labels.length) * values), shape);
        const oneHot = tf.oneHot(tf.tensor1d(labels, 'int32'), CLASS_COUNT).toFloat() as tf.Tensor2D;
        return tf.argMax(classifier.logits(attack ? attacked(clean, oneHot, from, attack) : clean), 1).dataSync();
      });
      labels.forEach((label, at) => correct.push(verdicts[at] === label));
      await setImmediate();
    }
    return correct;
  }
}

const share = (flags: readonly boolean[]): number => flags.filter(Boolean).length / flags.length;

function balanced(correct: readonly boolean[], labels: readonly number[]): number {
  const classes = [...new Set(labels)];
  const sensitivities = classes.map((label) => share(correct.filter((_, at) => labels[at] === label)));
  return sensitivities.reduce((sum, value) => sum + value, 0) / classes.length;
}
