import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs';
import type { CancelSignal, TrainEvent, TrainRequest } from '../../../shared/contract/engine.ts';
import { CLASS_COUNT } from '../../../shared/domain/diagnosis.ts';
import { failed } from '../../../shared/kernel/errors.ts';
import { REFERENCE_SIZE, type ResidualNetSize } from '../models/residualNet.ts';
import { compileClassifier } from '../models/compile.ts';
import { randomStream } from '../randomness.ts';
import { augment } from './augment.ts';
import { readCheckpoint, writeCheckpoint, type EpochRecord, type TrainingState } from './checkpoint.ts';
import { craft, randomStart } from './craft.ts';
import { drawItems, openTrainingSet, type TrainingSet } from './dataset.ts';
import { readWeights, TrainableNetwork } from './network.ts';
import { overfitsCatastrophically } from './overfitting.ts';
import { CRAFTING, epsilonAt, HYPERPARAMETERS, type CraftingAttack, type Hyperparameters } from './recipes.ts';
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

/** Batches from which the averaged network's statistics are estimated. */
const STATISTICS_BATCHES = 8;
/** A checkpoint at least this often, in seconds of work; and always at the end of an epoch. */
const CHECKPOINT_SECONDS = 60;

/**
 * Trains a reference network and yields its progress. Continues from the checkpoint in `request.out` when there is
 * one: a resumed run gives the numbers of an unbroken one, since all random draws are functions of seed and step.
 *
 * @param scale its channels; the side of its input is the data's
 * @throws EpsiloscopeError `CHECKPOINT_OF_ANOTHER_RUN`, `CHECKPOINT_DAMAGED`, `TRAINING_DATA_DAMAGED`, `TRAINING_DIVERGED`
 */
export async function* train(
  request: TrainRequest,
  signal: CancelSignal,
  scale: ResidualNetSize = REFERENCE_SIZE,
): AsyncGenerator<TrainEvent, Trained> {
  const set = await openTrainingSet(request.dataFile);
  const hyper: Hyperparameters = { ...HYPERPARAMETERS, epochs: request.epochs };
  const plan = planHash(request, hyper, set, scale);
  const checkpoint = await readCheckpoint(request.out, plan);
  const size = { ...scale, input: set.index.input };
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
        const { record, watched, best } = await session.endEpoch(state, epoch, stepsPerEpoch);
        yield { kind: 'epoch', ...record, best };
        if (request.recipe !== 'standard' && overfitsCatastrophically(state.pgdTrainAccuracy, watched)) {
          const { pgdTrainAccuracy: pgdAccuracy, fgsmTrainAccuracy: fgsmAccuracy } = watched;
          yield { kind: 'catastrophicOverfitting', epoch, pgdAccuracy, fgsmAccuracy };
          // Not saved: a resumed run must come to this end as well, and not train on beyond it.
          return ended('catastrophicOverfitting');
        }
        state.pgdTrainAccuracy.push(watched.pgdTrainAccuracy);
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

  constructor(request: TrainRequest, hyper: Hyperparameters, set: TrainingSet, network: TrainableNetwork) {
    this.request = request;
    this.hyper = hyper;
    this.set = set;
    this.network = network;
    this.attacks = CRAFTING[request.recipe];
    this.validation = new Validation(set, request);
  }

  freshState(plan: string): TrainingState {
    const { weights, momentum, average } = this.network.snapshot();
    return { plan, step: 0, lossSum: 0, epochs: [], pgdTrainAccuracy: [], weights, momentum, average, best: null };
  }

  async step(step: number, totalSteps: number): Promise<number> {
    const epsilon = epsilonAt(step, totalSteps, this.request.epsilon, this.hyper.epsilonWarmUp);
    const { clean, labels, classes } = this.views(step, 'view');
    const inputs = await this.attackBatch(this.network.model, clean, classes, step, epsilon);
    const loss = this.network.step(inputs, labels, step, totalSteps, this.hyper);
    tf.dispose([inputs, labels, classes]);
    await setImmediate();
    return loss;
  }

  async endEpoch(state: TrainingState, epoch: number, stepsPerEpoch: number) {
    const model = await this.network.averagedModel(STATISTICS_BATCHES, async (k, averaged) => {
      const { clean, labels, classes } = this.views(state.step * 1000 + k, 'statistics');
      labels.dispose();
      const inputs = await this.attackBatch(averaged, clean, classes, state.step * 1000 + k, this.request.epsilon);
      classes.dispose();
      return inputs;
    });
    const classifier = compileClassifier(model);
    const result = await this.validation.measure(classifier);
    classifier.dispose();
    const record: EpochRecord = {
      epoch,
      loss: state.lossSum / stepsPerEpoch,
      cleanBalancedAccuracy: result.cleanBalancedAccuracy,
      robustBalancedAccuracy: result.robustBalancedAccuracy,
    };
    state.epochs.push(record);
    state.lossSum = 0;
    const score = result.robustBalancedAccuracy ?? result.cleanBalancedAccuracy;
    const best = score > (state.best?.score ?? -1);
    if (best) state.best = { epoch, score, weights: readWeights(model) };
    return { record, best, watched: result };
  }

  /** The augmented views of one step, with smoothed and plain one-hot labels. */
  private views(step: number, purpose: string) {
    const { batchSize, classBalancePower, labelSmoothing } = this.hyper;
    const { seed } = this.request;
    const { input, train: items } = this.set.index;
    const drawn = drawItems(items, classBalancePower, batchSize, seed, step);
    const pixels = new Float32Array(batchSize * input * input * 3);
    drawn.forEach((item, slot) => {
      augment(
        this.set.trainPicture(item),
        input,
        randomStream(seed, purpose, step, slot),
        pixels,
        slot * input * input * 3,
      );
    });
    const clean = tf.tensor4d(pixels, [batchSize, input, input, 3]);
    const [classes, labels] = tf.tidy(() => {
      const oneHot = tf
        .oneHot(
          tf.tensor1d(
            drawn.map((item) => items[item]?.label ?? 0),
            'int32',
          ),
          CLASS_COUNT,
        )
        .toFloat() as tf.Tensor2D;
      return [oneHot, tf.add<tf.Tensor2D>(tf.mul(oneHot, 1 - labelSmoothing), labelSmoothing / CLASS_COUNT)];
    });
    return { clean, classes, labels };
  }

  /** The batch as the recipe wants it: each of its attacks gets an even share. Takes ownership of `clean`. */
  private async attackBatch(
    model: tf.LayersModel,
    clean: tf.Tensor4D,
    classes: tf.Tensor2D,
    step: number,
    epsilon: number,
  ) {
    if (this.attacks.length === 0) return clean;
    const share = Math.ceil(this.hyper.batchSize / this.attacks.length);
    const { seed } = this.request;
    const classifier = compileClassifier(model);
    const parts = this.attacks.map((attack, part) =>
      tf.tidy(() => {
        const from = part * share;
        const count = Math.min(share, clean.shape[0] - from);
        const inputs = tf.slice(clean, [from, 0, 0, 0], [count, -1, -1, -1]);
        const start = randomStart(inputs.shape, seed, 'start', step, part);
        return craft(classifier, inputs, tf.slice(classes, [from, 0], [count, -1]), start, epsilon, attack);
      }),
    );
    classifier.dispose();
    await setImmediate();
    return tf.tidy(() => {
      const whole = tf.concat(parts, 0);
      tf.dispose([clean, ...parts]);
      return whole;
    });
  }
}
