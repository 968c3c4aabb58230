/** One backend of the engine as a contender: a child process that answers one request after the other (contenders.ts). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type { Objective } from '../src/main/engine/attacks/criteria.ts';
import { logitsAndGradient } from '../src/main/engine/attacks/gradient.ts';
import { pgd, runAttack } from '../src/main/engine/attacks/index.ts';
import { judge, unitValues, verdictOf } from '../src/main/engine/attacks/judgement.ts';
import { startBackend } from '../src/main/engine/backend/index.ts';
import type { Classifier } from '../src/main/engine/models/classifier.ts';
import { compileClassifier } from '../src/main/engine/models/compile.ts';
import { openModelPackage } from '../src/main/engine/models/package.ts';
import { trainingLogits } from '../src/main/engine/training/forward.ts';
import { CLASS_COUNT, type ClassIndex } from '../src/shared/domain/diagnosis.ts';
import { sha256, type Sha256 } from '../src/shared/kernel/ids.ts';
import {
  BATCH,
  type AttackTask,
  type Inputs,
  type Measurement,
  type RepeatedTask,
  type Task,
  type WorkerRequest,
} from './protocol.ts';
import { makeUntrained, UNTRAINED_IDS, writeUntrained } from './untrained.ts';

interface LoadedInputs extends Inputs {
  readonly labels: readonly ClassIndex[];
  readonly imageSha256: readonly Sha256[];
  readonly pixels: Uint8Array;
}

/** An operation on one batch, called inside a tidy, and what frees its tensors. */
interface Operation {
  readonly run: () => unknown;
  readonly dispose: () => void;
}

const classifiers = new Map<string, Classifier>();

async function classifierOf({ model, package: folder }: Task): Promise<Classifier> {
  const classifier = classifiers.get(folder) ?? (await loadClassifier(model, folder));
  classifiers.set(folder, classifier);
  return classifier;
}

/** Opening a package refuses nets as costly as the six-conv one, so the untrained are made anew: same seed, same weights. */
async function loadClassifier(model: string, folder: string): Promise<Classifier> {
  if (!UNTRAINED_IDS.includes(model)) return (await openModelPackage(folder)).classifier;
  const untrained = makeUntrained(model);
  const classifier = compileClassifier(untrained);
  untrained.dispose();
  return classifier;
}

function readInputs(folder: string): LoadedInputs {
  const description = JSON.parse(readFileSync(join(folder, 'inputs.json'), 'utf8')) as LoadedInputs;
  return { ...description, pixels: readFileSync(join(folder, 'images.u8')) };
}

/** The first {@link BATCH} images, repeated where there are fewer, with their labels. */
function firstBatch({ pixels, labels, height, width }: LoadedInputs): { images: tf.Tensor4D; labels: ClassIndex[] } {
  const size = height * width * 3;
  const values = new Float32Array(BATCH * size);
  const own = Array.from({ length: BATCH }, (_, row) => {
    const image = row % labels.length;
    values.set(unitValues(pixels.subarray(image * size, (image + 1) * size)), row * size);
    return labels[image] ?? 0;
  });
  return { images: tf.tensor4d(values, [BATCH, height, width, 3]), labels: own };
}

const awayFrom = (label: ClassIndex): Objective => ({
  from: [label],
  into: Array.from({ length: CLASS_COUNT }, (_, index) => index as ClassIndex).filter((other) => other !== label),
});

function forward(classifier: Classifier, images: tf.Tensor4D): Operation {
  return { run: () => classifier.logits(images).dataSync(), dispose: () => undefined };
}

function inputGradient(classifier: Classifier, images: tf.Tensor4D, labels: readonly ClassIndex[]): Operation {
  const objectives = labels.map(awayFrom);
  return {
    run: () => logitsAndGradient(classifier, images, objectives, 'crossEntropy'),
    dispose: () => undefined,
  };
}

function trainingStep(net: string, images: tf.Tensor4D, labels: readonly ClassIndex[]): Operation {
  const model = makeUntrained(net);
  const optimizer = tf.train.momentum(0.01, 0.9);
  const targets = tf.oneHot(tf.tensor1d([...labels], 'int32'), CLASS_COUNT);
  const loss = () =>
    tf.losses.softmaxCrossEntropy<tf.Tensor2D, tf.Scalar>(targets as tf.Tensor2D, trainingLogits(model, images));
  return {
    run: () => optimizer.minimize(loss, true)?.dataSync(),
    dispose: () => {
      targets.dispose();
      model.dispose();
      optimizer.dispose();
    },
  };
}

/** Warmed up by one call, so that nothing is counted that happens once. */
async function repeat(task: RepeatedTask, inputs: LoadedInputs): Promise<{ seconds: number }> {
  const { images, labels } = firstBatch(inputs);
  const operation =
    task.kind === 'trainingStep'
      ? trainingStep(task.model, images, labels)
      : (task.kind === 'forward' ? forward : inputGradient)(await classifierOf(task), images, labels);
  const run = () => {
    tf.tidy(() => {
      operation.run();
    });
  };
  run();
  const from = performance.now();
  for (let call = 0; call < task.calls; call += 1) run();
  const seconds = (performance.now() - from) / 1000;
  operation.dispose();
  images.dispose();
  return { seconds };
}

async function attack(task: AttackTask, inputs: LoadedInputs): Promise<Omit<Measurement, 'peakRssBytes'>> {
  const classifier = await classifierOf(task);
  const criterion = { kind: task.ownVerdicts ? 'verdictChanged' : 'misclassified' } as const;
  const from = performance.now();
  const request = {
    modelSha256: sha256('0'.repeat(64)),
    inputs,
    labels: inputs.labels,
    attack: pgd({ steps: task.steps, relativeStepSize: task.relativeStepSize, criterion }),
    epsilons: task.epsilons,
    seed: task.seed,
    wantAdversarials: false,
    broken: null,
    carry: true,
  };
  const outcomes = await runAttack(classifier, request, {}, BATCH);
  const seconds = (performance.now() - from) / 1000;
  const surviving = task.epsilons.map((epsilon) =>
    shareOf(outcomes.filter((outcome) => outcome.epsilon === epsilon).map(({ success }) => !success)),
  );
  const clean = task.ownVerdicts ? 1 : await cleanAccuracy(classifier, inputs);
  return { seconds, accuracy: { clean, anyIterate: surviving } };
}

async function cleanAccuracy(classifier: Classifier, inputs: LoadedInputs): Promise<number> {
  const { height, width, labels, pixels } = inputs;
  const images = tf.tensor4d(unitValues(pixels), [labels.length, height, width, 3]);
  const logits = await judge(classifier, images, {});
  images.dispose();
  return shareOf(logits.map((row, image) => verdictOf(row) === labels[image]));
}

const shareOf = (held: readonly boolean[]): number => held.filter(Boolean).length / held.length;

let inputs: LoadedInputs | undefined;

async function answer(request: WorkerRequest): Promise<unknown> {
  if (request.kind === 'writeUntrained') return writeUntrained(request.folder);
  if (request.kind === 'inputs') {
    inputs = readInputs(request.folder);
    return undefined;
  }
  if (!inputs) throw new Error('A task came before its inputs.');
  const timed = request.kind === 'pgd' ? await attack(request, inputs) : await repeat(request, inputs);
  return { ...timed, peakRssBytes: process.resourceUsage().maxRSS * 1024 } satisfies Measurement;
}

process.on('disconnect', () => process.exit(0));
process.send?.({ ready: await startBackend() });
process.on('message', (request: WorkerRequest) => {
  answer(request).then(
    (result) => process.send?.({ result: result ?? null }),
    (error: unknown) =>
      process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
