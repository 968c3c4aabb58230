import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs';
import type { CancelSignal, TrainEvent, TrainRequest } from '../../../shared/contract/engine.ts';
import { CLASS_COUNT } from '../../../shared/domain/diagnosis.ts';
import { failed } from '../../../shared/kernel/errors.ts';
import type { ResidualNetSize } from '../models/residualNet.ts';
import { compileClassifier } from '../models/compile.ts';
import { drawBatch, type CleanBatch } from './batches.ts';
import { readCheckpoint, writeCheckpoint, type TrainingState } from './checkpoint.ts';
import { craft, randomStart } from './craft.ts';
import { openTrainingSet, type TrainingSet } from './dataset.ts';
import { readWeights, TrainableNetwork } from './network.ts';
import { crossEntropy, logitAdjustment, trades, type Objective } from './objective.ts';
import { overfitsCatastrophically, robustGap, type EpochRecord } from './overfitting.ts';
import {
  CRAFTING,
  epsilonAt,
  hyperparametersOf,
  REFERENCE_SIZE,
  type CraftingAttack,
  type Hyperparameters,
} from './recipes.ts';
import { Validation } from './validation.ts';

/** What training leaves behind; the package is written from it. */
export interface Trained {
  readonly state: TrainingState;
  readonly set: TrainingSet;
  readonly hyperparameters: Hyperparameters;
  readonly size: ResidualNetSize;
  /** Stopped on request or by catastrophic overfitting before the last epoch. */
  readonly stopped: 'no' | 'request' | 'catastrophicOverfitting';
}

/** What tests do otherwise than the recipes; the side of the network's input is always that of the data. */
export interface TrainSettings {
  readonly size?: ResidualNetSize;
  readonly hyperparameters?: Partial<Hyperparameters>;
}

/** Batches from which the averaged network's statistics are estimated. */
const STATISTICS_BATCHES = 8;
/** A checkpoint at least this often, in seconds of work; and always at the end of an epoch. */
const CHECKPOINT_SECONDS = 60;

/**
 * Trains a reference network and yields its progress. Continues from the checkpoint in `request.out` when there is
 * one: a resumed run gives the numbers of an unbroken one, since all random draws are functions of seed and step.
 *
 * @throws EpsiloscopeError `CHECKPOINT_OF_ANOTHER_RUN`, `CHECKPOINT_DAMAGED`, `TRAINING_DATA_DAMAGED`, `TRAINING_DIVERGED`
 */
export async function* train(
  request: TrainRequest,
  signal: CancelSignal,
  { size: asked = REFERENCE_SIZE, hyperparameters = {} }: TrainSettings = {},
): AsyncGenerator<TrainEvent, Trained> {
  const set = await openTrainingSet(request.dataFile);
  const hyper = { ...hyperparametersOf(request.recipe), ...hyperparameters, epochs: request.epochs };
  const size = { ...asked, input: set.index.input };
  const plan = planHash(request, hyper, set, size);
  const checkpoint = await readCheckpoint(request.out, plan);
  const network = new TrainableNetwork(size, request.seed);
  const session = new Session(request, hyper, set, network);
  const state = checkpoint ?? session.freshState(plan);
  const stepsPerEpoch = Math.ceil(set.index.train.length / hyper.batchSize);
  const totalSteps = stepsPerEpoch * hyper.epochs;
  const startedAt = performance.now();
  const startedFrom = state.step;
  let savedAt = startedAt;
  const save = async () => {
    Object.assign(state, network.snapshot());
    await writeCheckpoint(request.out, state);
    savedAt = performance.now();
  };
  const ended = (stopped: Trained['stopped']): Trained => ({ state, set, hyperparameters: hyper, size, stopped });
  try {
    network.restore(state);
    if (state.step > 0) yield { kind: 'resumed', epoch: Math.floor(state.step / stepsPerEpoch) + 1, step: state.step };
    while (state.step < totalSteps) {
      if (signal.aborted) {
        await save();
        return ended('request');
      }
      const epoch = Math.floor(state.step / stepsPerEpoch) + 1;
      const loss = await session.step(state.step, totalSteps);
      if (!Number.isFinite(loss)) throw diverged(epoch);
      state.lossSum += loss;
      state.step += 1;
      const perStep = (performance.now() - startedAt) / (state.step - startedFrom);
      const secondsLeft = (perStep * (totalSteps - state.step)) / 1000;
      yield { kind: 'step', epoch, step: state.step, totalSteps, loss, secondsLeft, tensors: tf.memory().numTensors };
      if (state.step % stepsPerEpoch === 0) {
        const { record, best } = await session.endEpoch(state, epoch, stepsPerEpoch);
        yield { kind: 'epoch', ...record, best };
        const collapse = catastrophicOverfitting(state.epochs);
        if (collapse) {
          yield collapse;
          // Not saved: a resumed run must come to this end as well, and not train on beyond it.
          return ended('catastrophicOverfitting');
        }
        const decline = robustOverfitting(state.epochs);
        if (decline) yield decline;
        await save();
      } else if (performance.now() - savedAt > CHECKPOINT_SECONDS * 1000) {
        await save();
      }
    }
    return ended('no');
  } finally {
    network.dispose();
  }
}

function catastrophicOverfitting(epochs: readonly EpochRecord[]): TrainEvent | null {
  const { epoch, robustTrainAccuracy = null, fgsmTrainAccuracy = null } = epochs.at(-1) ?? {};
  if (epoch === undefined || robustTrainAccuracy === null || fgsmTrainAccuracy === null) return null;
  const earlier = epochs.slice(0, -1).map((record) => record.robustTrainAccuracy ?? 0);
  if (!overfitsCatastrophically(earlier, { robustTrainAccuracy, fgsmTrainAccuracy })) return null;
  return { kind: 'catastrophicOverfitting', epoch, pgdAccuracy: robustTrainAccuracy, fgsmAccuracy: fgsmTrainAccuracy };
}

/** Told when it begins, not again in every epoch that it lasts. */
function robustOverfitting(epochs: readonly EpochRecord[]): TrainEvent | null {
  const gap = robustGap(epochs);
  if (!gap?.overfits || robustGap(epochs.slice(0, -1))?.overfits === true) return null;
  const { bestEpoch, bestAccuracy, lastAccuracy } = gap;
  return { kind: 'robustOverfitting', epoch: epochs.length, bestEpoch, bestAccuracy, lastAccuracy };
}

const diverged = (epoch: number) =>
  failed('TRAINING_DIVERGED', {
    happened: `Training diverged in epoch ${epoch}: the loss is no finite number any more.`,
    kept: 'The last checkpoint.',
    toDo: 'Start anew in another --out folder, with another --seed or a smaller --epsilon.',
  });

function planHash(request: TrainRequest, hyper: Hyperparameters, set: TrainingSet, size: ResidualNetSize): string {
  const { recipe, epsilon, seed } = request;
  const plan = {
    recipe,
    epsilon: recipe === 'standard' ? null : epsilon,
    seed,
    hyper,
    crafting: CRAFTING[recipe],
    size,
    data: set.index.manifestSha256,
  };
  return createHash('sha256').update(JSON.stringify(plan)).digest('hex');
}

/** The parts of one training run that steps and epochs share. */
class Session {
  private readonly request: TrainRequest;
  private readonly hyper: Hyperparameters;
  private readonly set: TrainingSet;
  private readonly network: TrainableNetwork;
  private readonly validation: Validation;
  private readonly attacks: readonly CraftingAttack[];
  private readonly adjustment: readonly number[];
  private readonly objective: Objective;

  constructor(request: TrainRequest, hyper: Hyperparameters, set: TrainingSet, network: TrainableNetwork) {
    this.request = request;
    this.hyper = hyper;
    this.set = set;
    this.network = network;
    this.attacks = CRAFTING[request.recipe];
    this.validation = new Validation(set, request, hyper);
    const adjustment = logitAdjustment(set.index.train, hyper.classBalancePower, hyper.logitAdjustment);
    this.adjustment = adjustment;
    this.objective =
      request.recipe === 'trades'
        ? trades(hyper.tradesBeta, adjustment)
        : (logits, targets) => crossEntropy(logits, targets, adjustment);
  }

  freshState(plan: string): TrainingState {
    const { weights, momentum, average } = this.network.snapshot();
    return { plan, step: 0, lossSum: 0, epochs: [], weights, momentum, average, best: null };
  }

  async step(step: number, totalSteps: number): Promise<number> {
    const { seed } = this.request;
    const { labelSmoothing } = this.hyper;
    const epsilon = epsilonAt(step, totalSteps, this.request.epsilon, this.hyper.epsilonWarmUp);
    const clean = drawBatch(this.set, this.hyper, seed, 'view', step);
    const inputs = await this.inputs(this.network.model, clean, step, epsilon);
    const targets = tf.tidy(() =>
      tf.add<tf.Tensor2D>(tf.mul(clean.labels, 1 - labelSmoothing), labelSmoothing / CLASS_COUNT),
    );
    const batch = { inputs, targets };
    const loss = this.network.step(batch, this.objective, step, totalSteps, this.hyper);
    tf.dispose([clean.images, clean.labels, inputs, targets]);
    await setImmediate();
    return loss;
  }

  async endEpoch(state: TrainingState, epoch: number, stepsPerEpoch: number) {
    const model = await this.network.averagedModel(STATISTICS_BATCHES, async (k, averaged) => {
      const step = state.step * 1000 + k;
      const clean = drawBatch(this.set, this.hyper, this.request.seed, 'statistics', step);
      const inputs = await this.inputs(averaged, clean, step, this.request.epsilon);
      tf.dispose([clean.images, clean.labels]);
      return inputs;
    });
    const classifier = compileClassifier(model);
    const measured = await this.validation.measure(classifier);
    classifier.dispose();
    const record: EpochRecord = { epoch, loss: state.lossSum / stepsPerEpoch, ...measured };
    state.epochs.push(record);
    state.lossSum = 0;
    const score = measured.robustBalancedAccuracy ?? measured.cleanBalancedAccuracy;
    const best = score > (state.best?.score ?? -1);
    if (best) state.best = { epoch, score, weights: readWeights(model) };
    return { record, best };
  }

  /** What the network learns from: each attack of the recipe gets an even share of the images; TRADES wants both. */
  private async inputs(
    model: tf.LayersModel,
    { images, labels }: CleanBatch,
    step: number,
    epsilon: number,
  ): Promise<tf.Tensor4D> {
    if (this.attacks.length === 0) return tf.clone(images);
    const share = Math.ceil(this.hyper.batchSize / this.attacks.length);
    const { seed } = this.request;
    const classifier = compileClassifier(model);
    const inputs = tf.tidy(() => {
      const parts = this.attacks.map((attack, part) => {
        const from = part * share;
        const count = Math.min(share, images.shape[0] - from);
        const clean = tf.slice(images, [from, 0, 0, 0], [count, -1, -1, -1]);
        const start = randomStart(clean.shape, seed, 'start', step, part);
        const targets = tf.slice(labels, [from, 0], [count, -1]);
        return craft(classifier, clean, targets, start, epsilon, attack, this.adjustment);
      });
      return tf.concat(this.request.recipe === 'trades' ? [images, ...parts] : parts, 0);
    });
    classifier.dispose();
    await setImmediate();
    return inputs;
  }
}
