import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs';
import type { TrainRequest } from '../../../shared/contract/engine.ts';
import { CLASS_COUNT } from '../../../shared/domain/diagnosis.ts';
import type { Classifier } from '../models/classifier.ts';
import { randomBytes, randomStream } from '../randomness.ts';
import { augment, type Augmentation } from './augment.ts';
import { craft, startOf } from './craft.ts';
import { validationSubset, type TrainingSet } from './dataset.ts';
import type { EpochRecord } from './overfitting.ts';
import { FGSM, VALIDATION_ATTACK, type CraftingAttack } from './recipes.ts';

const BATCH = 64;
/** Images of each class in the robust check. */
const PER_CLASS = 60;
/** Training images in the watch for catastrophic overfitting. */
const WATCHED = 128;

interface Labelled {
  /** Float32 values in [0, 1] of each image. */
  readonly images: readonly Float32Array[];
  readonly labels: readonly number[];
  /** Of each image's random start, the same in every epoch. */
  readonly starts: readonly Uint8Array[];
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
    const read = (items: readonly number[]) =>
      this.labelled(
        items.map((item) => Float32Array.from(set.validationPixels(item), (value) => value / 255)),
        items.map((item) => validation[item]?.label ?? 0),
      );
    this.clean = read(validation.map((_, item) => item));
    this.robust = read(validationSubset(validation, PER_CLASS, request.seed));
    this.watched = this.trainingImages(set, augmentation);
  }

  async measure(classifier: Classifier): Promise<EpochMeasurement> {
    const { clean, robust, watched } = this;
    const cleanBalancedAccuracy = balanced(await this.correct(classifier, clean), clean.labels);
    if (this.request.recipe === 'standard') {
      return {
        ...{ cleanBalancedAccuracy, robustBalancedAccuracy: null },
        ...{ robustTrainAccuracy: null, fgsmTrainAccuracy: null },
      };
    }
    const [resisting] = await this.resisting(classifier, robust, [VALIDATION_ATTACK]);
    const [resistingPgd = [], resistingFgsm = []] = await this.resisting(classifier, watched, [
      VALIDATION_ATTACK,
      FGSM,
    ]);
    return {
      cleanBalancedAccuracy,
      robustBalancedAccuracy: balanced(resisting ?? [], robust.labels),
      robustTrainAccuracy: share(resistingPgd),
      fgsmTrainAccuracy: share(resistingFgsm),
    };
  }

  private trainingImages(set: TrainingSet, augmentation: Augmentation): Labelled {
    const items = validationSubset(set.index.train, Math.ceil(WATCHED / CLASS_COUNT), this.request.seed);
    return this.labelled(
      items.map((item) => {
        const view = new Float32Array(this.size * this.size * 3);
        const random = randomStream(this.request.seed, 'watched', item);
        augment(set.trainPicture(item), this.size, augmentation, random, view, 0);
        return view;
      }),
      items.map((item) => set.index.train[item]?.label ?? 0),
    );
  }

  private labelled(images: readonly Float32Array[], labels: readonly number[]): Labelled {
    const { seed } = this.request;
    const starts = images.map((image, at) => randomBytes(image.length, seed, 'validation start', at));
    return { images, labels, starts };
  }

  /** Per image, whether it is right when clean and under the attack; one list for each attack. */
  private async resisting(
    classifier: Classifier,
    set: Labelled,
    attacks: readonly CraftingAttack[],
  ): Promise<boolean[][]> {
    const correct = await this.correct(classifier, set);
    // An image that is wrong without an attack needs none.
    const candidates = correct.flatMap((right, at) => (right ? [at] : []));
    const pick = <T>(values: readonly T[]) => values.filter((_, at) => correct[at]);
    const attacked = { images: pick(set.images), labels: pick(set.labels), starts: pick(set.starts) };
    const results: boolean[][] = [];
    for (const attack of attacks) {
      const held = await this.correct(classifier, attacked, attack);
      const standing = new Set(candidates.filter((_, at) => held[at]));
      results.push(correct.map((_, at) => standing.has(at)));
    }
    return results;
  }

  /** Per image, whether the verdict is the label; after the last step of the attack when one is given. */
  private async correct(classifier: Classifier, set: Labelled, attack?: CraftingAttack): Promise<boolean[]> {
    const correct: boolean[] = [];
    for (let from = 0; from < set.labels.length; from += BATCH) {
      const labels = set.labels.slice(from, from + BATCH);
      const shape: [number, number, number, number] = [labels.length, this.size, this.size, 3];
      const verdicts = tf.tidy(() => {
        const clean = tf.tensor4d(joined(Float32Array, set.images.slice(from, from + BATCH)), shape);
        if (!attack) return tf.argMax(classifier.logits(clean), 1).dataSync();
        const oneHot = tf.oneHot(tf.tensor1d(labels, 'int32'), CLASS_COUNT).toFloat() as tf.Tensor2D;
        const start = startOf(joined(Uint8Array, set.starts.slice(from, from + BATCH)), shape);
        const inputs = craft(classifier, clean, oneHot, start, this.request.epsilon, attack);
        return tf.argMax(classifier.logits(inputs), 1).dataSync();
      });
      labels.forEach((label, at) => correct.push(verdicts[at] === label));
      await setImmediate();
    }
    return correct;
  }
}

function joined<T extends Float32Array | Uint8Array>(Values: new (length: number) => T, parts: readonly T[]): T {
  const size = parts[0]?.length ?? 0;
  const whole = new Values(parts.length * size);
  parts.forEach((part, at) => {
    whole.set(part, at * size);
  });
  return whole;
}

const share = (flags: readonly boolean[]): number => flags.filter(Boolean).length / flags.length;

function balanced(correct: readonly boolean[], labels: readonly number[]): number {
  const classes = [...new Set(labels)];
  const sensitivities = classes.map((label) => share(correct.filter((_, at) => labels[at] === label)));
  return sensitivities.reduce((sum, value) => sum + value, 0) / classes.length;
}
