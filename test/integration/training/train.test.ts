/** Whole trainings of a tiny network, with the recipes, hyperparameters and checks of the real ones. */
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deserialize } from 'node:v8';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/main/engine/backend/index.ts';
import { openModelPackage } from '../../../src/main/engine/models/package.ts';
import { readCheckpoint, writeCheckpoint, type TrainingState } from '../../../src/main/engine/training/checkpoint.ts';
import type { DatasetIndex } from '../../../src/main/engine/training/dataset.ts';
import { finishTraining } from '../../../src/main/engine/training/finish.ts';
import {
  CRAFTING,
  hyperparametersOf,
  REFERENCE_SIZE,
  type Hyperparameters,
} from '../../../src/main/engine/training/recipes.ts';
import { train } from '../../../src/main/engine/training/train.ts';
import type { EngineFacts, TrainEvent, TrainRequest } from '../../../src/shared/contract/engine.ts';
import { RECIPES, type Recipe } from '../../../src/shared/contract/modelCard.ts';
import { CLASS_COUNT } from '../../../src/shared/domain/diagnosis.ts';
import { writeTrainingData } from '../../support/trainingData.ts';
import { fingerprint, trainTiny } from './support.ts';

const TRAINER = fileURLToPath(new URL('trainer.ts', import.meta.url));
const PER_CLASS = { train: 10, validation: 4 };
/** 70 training pictures in batches of 64. */
const STEPS_PER_EPOCH = 2;
const EPOCHS = 3;

let folder: string;
let facts: EngineFacts;
let data: DatasetIndex;
let runs = 0;

beforeAll(async () => {
  facts = await startBackend();
  folder = await mkdtemp(join(tmpdir(), 'epsiloscope-'));
  data = await writeTrainingData(join(folder, 'data'), PER_CLASS);
});
afterAll(() => rm(folder, { recursive: true }));

function request(recipe: Recipe, epochs: number): TrainRequest {
  const out = join(folder, `run-${(runs += 1)}`);
  mkdirSync(out);
  const dataFile = join(folder, 'data');
  return { dataFile, recipe, epsilon: 4 / 255, seed: 5, epochs, out, modelId: `tiny-${recipe}`, title: 'Tiny' };
}

const unaborted = () => new AbortController().signal;
const ofKind = <K extends TrainEvent['kind']>(events: readonly TrainEvent[], kind: K) =>
  events.filter((event): event is Extract<TrainEvent, { kind: K }> => event.kind === kind);
/** What two runs must agree on: all but the time. */
const lossesOf = (events: readonly TrainEvent[]) => ofKind(events, 'step').map(({ step, loss }) => [step, loss]);

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe.each(RECIPES)('a training by the recipe %s', (recipe) => {
  it('learns, keeps its tensors, and leaves a package whose card holds figures with n and interval', async () => {
    const asked = request(recipe, EPOCHS);
    const before = tf.memory().numTensors;
    const { trained, events } = await trainTiny(asked, unaborted());
    expect(tf.memory().numTensors).toBe(before);

    const steps = ofKind(events, 'step');
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: EPOCHS * STEPS_PER_EPOCH }, (_, at) => at + 1));
    expect(new Set(steps.map(({ tensors }) => tensors)).size).toBe(1);
    const losses = steps.map(({ loss }) => loss);
    expect(mean(losses.slice(-2))).toBeLessThan(mean(losses.slice(0, 2)) - 0.2);

    const epochs = ofKind(events, 'epoch');
    for (const { robustBalancedAccuracy, robustTrainAccuracy, fgsmTrainAccuracy } of epochs) {
      for (const figure of [robustBalancedAccuracy, robustTrainAccuracy, fgsmTrainAccuracy]) {
        expect(figure === null).toBe(recipe === 'standard');
      }
    }
    epochs.forEach(({ loss }, at) => {
      expect(loss).toBeCloseTo(mean(losses.slice(at * STEPS_PER_EPOCH, (at + 1) * STEPS_PER_EPOCH)), 10);
    });
    const scores = epochs.map((epoch) => epoch.robustBalancedAccuracy ?? epoch.cleanBalancedAccuracy);
    expect(trained.state.best?.epoch).toBe(scores.indexOf(Math.max(...scores)) + 1);

    const clock = { now: () => '2026-01-31T09:30:00.000Z' };
    const { card, sha256 } = await finishTraining(asked, trained, facts, clock, { signal: unaborted() });
    expect(tf.memory().numTensors).toBe(before);
    const opened = await openModelPackage(join(asked.out, asked.modelId));
    opened.classifier.dispose();
    expect(opened).toMatchObject({ card, sha256 });
    expect(card.training).toMatchObject({
      recipe,
      epsilon: recipe === 'standard' ? null : 4 / 255,
      chosenEpoch: trained.state.best?.epoch,
      epochs: trained.state.epochs,
      findings: recipe === 'standard' ? [] : [{ kind: 'catastrophicOverfitting' }, { kind: 'robustOverfitting' }],
      numericsFingerprint: facts.numericsFingerprint,
    });
    expect(
      card.metrics.map(({ name, epsilon }) => `${name} ${epsilon === null ? 'clean' : Math.round(epsilon * 255)}`),
    ).toEqual(
      ['clean', 1, 2, 4, 8].flatMap((at) =>
        ['accuracy', 'balancedAccuracy', 'melanomaSensitivity'].map((name) => `${name} ${at}`),
      ),
    );
    for (const { name, figure } of card.metrics) {
      expect(figure.n).toBe(PER_CLASS.validation * (name === 'melanomaSensitivity' ? 1 : CLASS_COUNT));
      expect(figure.low).toBeLessThanOrEqual(figure.value);
      expect(figure.high).toBeGreaterThanOrEqual(figure.value);
      expect(figure.high).toBeGreaterThan(figure.low);
    }
    // The balanced accuracy of the chosen epoch, measured once more on the finished network.
    const [best] = epochs.filter(({ epoch }) => epoch === card.training.chosenEpoch);
    expect(
      card.metrics.find(({ name, epsilon }) => name === 'balancedAccuracy' && epsilon === null)?.figure.value,
    ).toBeCloseTo(best?.cleanBalancedAccuracy ?? NaN, 10);
  });
});

it('a card names HAM10000 and its licence where it was the data, and only there', async () => {
  const cardOf = async (name: string) => {
    const dataFile = join(folder, `data of ${name}`);
    await writeTrainingData(dataFile, { train: 2, validation: 1 }, name);
    const asked = { ...request('standard', 1), dataFile };
    const { trained } = await trainTiny(asked, unaborted());
    const clock = { now: () => '2026-01-31T09:30:00.000Z' };
    return (await finishTraining(asked, trained, facts, clock, { signal: unaborted() })).card;
  };
  const [ham, other] = [await cardOf('HAM10000'), await cardOf('the folder given')];
  expect(ham).toMatchObject({ licence: 'CC BY-NC 4.0' });
  expect(ham.attribution).toContain('Tschandl');
  expect(JSON.stringify(other)).not.toMatch(/HAM10000|CC BY|Austria/);
});

describe('the hyperparameters', () => {
  const lossesWith = async (recipe: Recipe, hyperparameters: Partial<Hyperparameters>) => {
    const { events } = await trainTiny(request(recipe, 1), unaborted(), undefined, hyperparameters);
    return lossesOf(events).map(([, loss]) => loss);
  };

  it.each([
    ['cutMix', 'standard', { cutMix: 1 }],
    ['weightPerturbation', 'standard', { weightPerturbation: 0.05, weightPerturbationWarmUp: 0 }],
    ['weightPerturbation', 'trades', { weightPerturbation: 0.05, weightPerturbationWarmUp: 0 }],
    ['tradesBeta', 'trades', { tradesBeta: 1 }],
    ['labelSmoothing', 'standard', { labelSmoothing: 0.3 }],
    ['contrast', 'standard', { contrast: 2 }],
    ['smallestZoom', 'standard', { smallestZoom: 0.5 }],
  ] as [string, Recipe, Partial<Hyperparameters>][])('%s changes what %s learns', async (_, recipe, change) => {
    expect(await lossesWith(recipe, change)).not.toEqual(await lossesWith(recipe, {}));
  });

  it('logitAdjustment changes what is learnt where classes come unevenly, and nothing where they come evenly', async () => {
    const adjusted = { logitAdjustment: 1 };
    expect(await lossesWith('standard', adjusted)).toEqual(await lossesWith('standard', {}));

    const dataFile = join(folder, 'uneven data');
    const even = await writeTrainingData(dataFile, PER_CLASS);
    const merged = even.train.map((item) => ({ ...item, label: Math.min(item.label, 5) }));
    writeFileSync(join(dataFile, 'dataset.json'), JSON.stringify({ ...even, train: merged }));
    const losses = async (hyperparameters: Partial<Hyperparameters>) =>
      lossesOf(
        (await trainTiny({ ...request('standard', 1), dataFile }, unaborted(), undefined, hyperparameters)).events,
      );
    expect(await losses(adjusted)).not.toEqual(await losses({}));
  });

  it('of TRADES change nothing in other recipes', async () => {
    expect(await lossesWith('pgd', { tradesBeta: 1 })).toEqual(await lossesWith('pgd', {}));
  });

  it('perturb weights only after the warm-up, and raise the loss that is learnt from', async () => {
    const plain = await lossesWith('standard', {});
    const late = await lossesWith('standard', { weightPerturbation: 0.05, weightPerturbationWarmUp: 0.5 });
    expect(late[0]).toBe(plain[0]);
    expect(late[1]).toBeGreaterThan(plain[1] ?? NaN);
  });
});

describe('a training that is broken off', () => {
  it('on request stops before the next step, and goes on from there to the same bits', async () => {
    const whole = await trainTiny(request('mixed', 2), unaborted());
    const asked = request('mixed', 2);
    const controller = new AbortController();
    // In the middle of the second epoch.
    const first = await trainTiny(asked, controller.signal, (event) => {
      if (event.kind === 'step' && event.step === 3) controller.abort();
    });
    expect(first.trained.stopped).toBe('request');
    expect(lossesOf(first.events)).toHaveLength(3);
    expect(existsSync(join(asked.out, 'checkpoint.bin'))).toBe(true);

    const second = await trainTiny(asked, unaborted());
    expect(second.events[0]).toEqual({ kind: 'resumed', epoch: 2, step: 3 });
    expect([...lossesOf(first.events), ...lossesOf(second.events)]).toEqual(lossesOf(whole.events));
    expect([...ofKind(first.events, 'epoch'), ...ofKind(second.events, 'epoch')]).toEqual(
      ofKind(whole.events, 'epoch'),
    );
    expect(fingerprint(second.trained)).toBe(fingerprint(whole.trained));
  });

  it('goes on to the same bits also with mixed pictures and perturbed weights', async () => {
    const changes = { cutMix: 0.5, weightPerturbation: 0.01, weightPerturbationWarmUp: 0, logitAdjustment: 1 };
    const whole = await trainTiny(request('trades', 2), unaborted(), undefined, changes);
    const asked = request('trades', 2);
    const controller = new AbortController();
    const abort = () => {
      controller.abort();
    };
    await trainTiny(asked, controller.signal, abort, changes);
    const second = await trainTiny(asked, unaborted(), undefined, changes);
    expect(fingerprint(second.trained)).toBe(fingerprint(whole.trained));
  });

  it('by kill -9 in mid-epoch goes on from its last checkpoint to the same bits', async () => {
    const whole = await trainTiny(request('fgsm', 2), unaborted());
    const asked = request('fgsm', 2);
    const child = fork(TRAINER, [], { stdio: 'inherit' });
    child.send(asked);
    const [event] = (await once(child, 'message')) as unknown[];
    expect(event).toMatchObject({ kind: 'step', epoch: 2, step: 3 });
    child.kill('SIGKILL');
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);

    const { trained, events } = await trainTiny(asked, unaborted());
    // The last checkpoint is that of the first epoch's end.
    expect(events[0]).toEqual({ kind: 'resumed', epoch: 2, step: 2 });
    expect(lossesOf(events)).toEqual(lossesOf(whole.events).slice(2));
    expect(fingerprint(trained)).toBe(fingerprint(whole.trained));
  });

  it('at its very end only has to be finished', async () => {
    const asked = request('standard', 1);
    const { trained } = await trainTiny(asked, unaborted());
    const again = await trainTiny(asked, unaborted());
    expect(lossesOf(again.events)).toEqual([]);
    expect(fingerprint(again.trained)).toBe(fingerprint(trained));
  });
});

describe('a checkpoint', () => {
  const CHANGES: [string, Partial<TrainRequest>][] = [
    ['recipe', { recipe: 'pgd' }],
    ['epsilon', { epsilon: 2 / 255 }],
    ['seed', { seed: 6 }],
    ['length', { epochs: 2 }],
  ];
  it.each(CHANGES)('of a run with another %s is refused, and stays', async (_, change) => {
    const asked = request('fgsm', 1);
    await trainTiny(asked, unaborted());
    const bytes = readFileSync(join(asked.out, 'checkpoint.bin'));
    const before = tf.memory().numTensors;
    await expect(trainTiny({ ...asked, ...change }, unaborted())).rejects.toMatchObject({
      code: 'CHECKPOINT_OF_ANOTHER_RUN',
    });
    expect(readFileSync(join(asked.out, 'checkpoint.bin'))).toEqual(bytes);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('of a run on other data is refused', async () => {
    const asked = request('standard', 1);
    await trainTiny(asked, unaborted());
    const dataFile = join(folder, 'other data');
    await writeTrainingData(dataFile, { train: 2, validation: 1 });
    await expect(trainTiny({ ...asked, dataFile }, unaborted())).rejects.toMatchObject({
      code: 'CHECKPOINT_OF_ANOTHER_RUN',
    });
  });

  it('of a standard run does not depend on an epsilon that it does not use', async () => {
    const asked = request('standard', 1);
    await trainTiny(asked, unaborted());
    const { events } = await trainTiny({ ...asked, epsilon: 0.5 }, unaborted());
    expect(events[0]).toMatchObject({ kind: 'resumed' });
  });

  it('of the reference network keeps its plan from version to version', async () => {
    const asked = { ...request('pgd', 20), seed: 1 };
    const controller = new AbortController();
    controller.abort();
    const run = train(asked, controller.signal);
    expect((await run.next()).done).toBe(true);
    const { plan } = deserialize(readFileSync(join(asked.out, 'checkpoint.bin'))) as TrainingState;
    // A changed plan refuses the checkpoints of earlier versions, and with them hours of training: change its form only
    // together with what makes them wrong.
    const hyper = { ...hyperparametersOf('pgd'), epochs: 20 };
    // The side of the input is that of the data.
    const size = { ...REFERENCE_SIZE, input: data.input };
    const crafting = CRAFTING.pgd;
    const document = { recipe: 'pgd', epsilon: 4 / 255, seed: 1, hyper, crafting, size, data: data.manifestSha256 };
    expect(plan).toBe(createHash('sha256').update(JSON.stringify(document)).digest('hex'));
  });
});

it('a training whose loss is no number any more ends, and keeps its last checkpoint', async () => {
  const asked = request('standard', 2);
  const controller = new AbortController();
  const { trained } = await trainTiny(asked, controller.signal, () => {
    controller.abort();
  });
  const broken = trained.state.weights.map((values) => values.map(() => NaN));
  await writeCheckpoint(asked.out, { ...trained.state, weights: broken });
  await expect(trainTiny(asked, unaborted())).rejects.toMatchObject({ code: 'TRAINING_DIVERGED' });
  expect((await readCheckpoint(asked.out, trained.state.plan))?.step).toBe(1);
});
