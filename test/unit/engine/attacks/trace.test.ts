import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TracedPoint, TraceRequest } from '../../../../src/shared/contract/engine.ts';
import type { Criterion, GradientAttack } from '../../../../src/shared/domain/attack.ts';
import type { ClassIndex } from '../../../../src/shared/domain/diagnosis.ts';
import { epsilonFrom255 } from '../../../../src/shared/domain/epsilon.ts';
import { sha256 } from '../../../../src/shared/kernel/ids.ts';
import { bim, describeAttack, fgsm, pgd, runAttack, runTrace } from '../../../../src/main/engine/attacks/index.ts';
import { taskFor, type Objective } from '../../../../src/main/engine/attacks/criteria.ts';
import { BATCH_SIZE, probabilitiesOf, unitValues } from '../../../../src/main/engine/attacks/judgement.ts';
import { lossAt } from '../../../../src/main/engine/attacks/losses.ts';
import { NORM_FAMILIES } from '../../../../src/main/engine/attacks/norms.ts';
import { loadNativeBackend } from '../../../../src/main/engine/backend/native.ts';
import type { Classifier } from '../../../../src/main/engine/models/classifier.ts';
import { randomStream } from '../../../../src/main/engine/randomness.ts';
import { plainAttack } from '../../../support/reference.ts';
import { blobs, pick, TINY_SIDE, trainTinyNetwork } from '../../../support/tinyNetwork.ts';

const MODEL = sha256('0'.repeat(64));
const SEED = 5;
const EPSILONS = [0.5, 1, 2, 4, 8, 40].map(epsilonFrom255);
const verdictChanged: Criterion = { kind: 'verdictChanged' };
const shortPgd = (options: Partial<GradientAttack> = {}): GradientAttack =>
  pgd({ steps: 5, relativeStepSize: 1 / 4, criterion: verdictChanged, ...options });

const cases = blobs(14, 6);
let network: Classifier;

beforeAll(() => {
  loadNativeBackend();
  network = trainTinyNetwork();
});

function requestFor(image: number, options: Partial<TraceRequest> = {}): TraceRequest {
  const { inputs, labels } = pick(cases, [image]);
  const [label = null] = labels;
  return { modelSha256: MODEL, input: inputs, label, attack: shortPgd(), epsilons: EPSILONS, seed: SEED, ...options };
}

const trace = (image: number, options: Partial<TraceRequest> = {}) => runTrace(network, requestFor(image, options));

/** The attack's own runs, one for each epsilon, as they stop at their success. */
function ownRuns(image: number, options: Partial<TraceRequest> = {}) {
  const { input, label, ...request } = requestFor(image, options);
  const asked = { ...request, inputs: input, labels: [label], wantAdversarials: true, broken: null, carry: false };
  return runAttack(network, asked);
}

const epsilonsFor = ({ norm }: GradientAttack): number[] =>
  norm === 'l2' ? EPSILONS.map((epsilon) => 14 * epsilon).filter((epsilon) => epsilon <= 1) : EPSILONS;

/** What `compute` gives, its tensors freed. */
function inTidy<Result>(compute: () => Result): Result {
  const results: Result[] = [];
  tf.tidy(() => {
    results.push(compute());
  });
  const [result] = results;
  if (result === undefined) throw new Error('expected a result');
  return result;
}

/** The smallest batch whose bits agree with those of larger ones. */
const COPIES = 8;
const verdictOf = (logits: Float32Array): number => logits.indexOf(Math.max(...logits));

interface PlainRun {
  readonly iterates: readonly Float32Array[];
  readonly logits: readonly Float32Array[];
  readonly successes: readonly number[];
  readonly loss: number;
}

/** The attack as a textbook prints it, on one image, without any stop: all its iterates, the start first. */
function plainRun(
  image: number,
  objective: Objective,
  attack: GradientAttack,
  epsilon: number,
  restart: number,
): PlainRun {
  const { inputs } = pick(cases, [image]);
  const norm = NORM_FAMILIES[attack.norm];
  const copies = (values: Float32Array): tf.Tensor4D =>
    tf.tile(tf.tensor4d(values, [1, TINY_SIDE, TINY_SIDE, 3]), [COPIES, 1, 1, 1]);
  const clean = copies(unitValues(inputs.pixels));
  const size = clean.size / COPIES;
  const radius = tf.fill<tf.Rank.R4>([COPIES, 1, 1, 1], epsilon);
  const inBall = (perturbation: tf.Tensor4D): tf.Tensor4D =>
    tf.clipByValue(tf.add(clean, norm.project(perturbation, radius)), 0, 1);
  let iterate = clean;
  if (attack.randomStart) {
    const stream = randomStream(SEED, inputs.imageSha256[0] ?? '', `${attack.id}-${attack.norm}`, restart, 0);
    iterate = inBall(tf.mul(copies(norm.randomStart(stream, size)), radius));
  }
  const iterates: Float32Array[] = [];
  const logits: Float32Array[] = [];
  for (let step = 0; step <= attack.steps; step += 1) {
    const own = network.logits(iterate).dataSync<'float32'>().slice(0, 7);
    iterates.push(iterate.dataSync<'float32'>().slice(0, size));
    logits.push(own);
    const weights = tf.tensor1d(lossAt(own, objective, attack.loss).gradient);
    const gradient = tf.grad((x) => tf.sum(tf.mul(network.logits(x as tf.Tensor4D), weights)))(iterate) as tf.Tensor4D;
    const move = tf.mul(norm.normalize(gradient), tf.mul(radius, attack.relativeStepSize));
    iterate = inBall(tf.sub(tf.add(iterate, move), clean));
  }
  const successes = [...logits.keys()].filter((step) =>
    objective.into.some((index) => index === verdictOf(logits[step] ?? new Float32Array())),
  );
  return {
    iterates,
    logits,
    successes,
    loss: lossAt(logits.at(-1) ?? new Float32Array(), objective, attack.loss).value,
  };
}

interface PlainPoint {
  readonly successStep: number | null;
  readonly verdict: number;
  readonly adversarial: Float32Array;
  /** Without the clean input. */
  readonly afterSteps: readonly (readonly number[])[];
  readonly restart: number;
}

function plainPoint(image: number, objective: Objective, attack: GradientAttack, epsilon: number): PlainPoint {
  const runs = Array.from({ length: attack.restarts }, (_, restart) =>
    plainRun(image, objective, attack, epsilon, restart),
  );
  const largest = Math.max(...runs.map(({ loss }) => loss));
  const chosen = runs.find(({ successes }) => successes.length > 0) ?? runs.find(({ loss }) => loss === largest);
  if (!chosen) throw new Error('expected a run');
  const kept = chosen.successes.at(-1) ?? attack.steps;
  return {
    successStep: chosen.successes[0] ?? null,
    verdict: verdictOf(chosen.logits[kept] ?? new Float32Array()),
    adversarial: chosen.iterates[kept] ?? new Float32Array(),
    afterSteps: chosen.logits.slice(1).map(probabilitiesOf),
    restart: runs.indexOf(chosen),
  };
}

/** Bits, so that 0 and -0 differ. */
const bitsOf = ({ buffer, byteOffset, byteLength }: Float32Array) => Buffer.from(buffer, byteOffset, byteLength);

const TABLE = [
  shortPgd(),
  shortPgd({ loss: 'margin', criterion: { kind: 'misclassified' } }),
  shortPgd({ restarts: 3, steps: 2 }),
  shortPgd({ norm: 'l2', relativeStepSize: 1 / 3 }),
  shortPgd({ criterion: { kind: 'targeted', target: 3 } }),
  bim({ steps: 4, relativeStepSize: 1 / 3, criterion: verdictChanged }),
];

describe.each(TABLE.map((attack) => [describeAttack(attack), attack] as const))('a trace of %s', (_, attack) => {
  it('is the plain loop that nothing stops, bit for bit', async () => {
    const epsilons = epsilonsFor(attack);
    for (const image of [0, 4, 9]) {
      const { clean, points } = await trace(image, { attack, epsilons });
      const task = taskFor(attack.criterion, cases.labels[image] ?? null, clean.verdict);
      if (task.kind !== 'attack') throw new Error('expected something to climb');
      expect(points.map(({ epsilon }) => epsilon)).toEqual(epsilons);
      for (const point of points) {
        const plain = inTidy(() => plainPoint(image, task.objective, attack, point.epsilon));
        expect(point).toMatchObject({ success: plain.successStep !== null, successStep: plain.successStep });
        expect(point.verdict).toBe(plain.verdict);
        expect(bitsOf(point.adversarial).equals(bitsOf(plain.adversarial))).toBe(true);
        expect(point.trajectory).toEqual([clean.probabilities, ...plain.afterSteps]);
      }
    }
  });
});

describe.each(
  [...TABLE, fgsm({ criterion: verdictChanged })].map((attack) => [describeAttack(attack), attack] as const),
)('beside %s as it stops at its success, a trace', (_, attack) => {
  it('succeeds where that succeeds, and ends where that ends without one', async () => {
    const epsilons = epsilonsFor(attack);
    let successes = 0;
    for (const image of [1, 5, 11]) {
      const { points } = await trace(image, { attack, epsilons });
      const own = await ownRuns(image, { attack, epsilons });
      expect(points.map(({ success }) => success)).toEqual(own.map(({ success }) => success));
      successes += own.filter(({ success }) => success).length;
      for (const [at, { success, adversarial }] of own.entries()) {
        if (success || attack.restarts > 1 || !adversarial) continue;
        expect(bitsOf(points[at]?.adversarial ?? new Float32Array()).equals(bitsOf(adversarial))).toBe(true);
      }
    }
    expect(successes).toBeGreaterThan(0);
    expect(successes).toBeLessThan(3 * epsilons.length);
  });
});

describe('a trace', () => {
  it('agrees with the textbook loop of the attacks', async () => {
    const attack = shortPgd({ criterion: { kind: 'misclassified' } });
    for (const image of [2, 7]) {
      const { clean, points } = await trace(image, { attack });
      const { inputs, labels } = pick(cases, [image]);
      const task = taskFor(attack.criterion, labels[0] ?? null, clean.verdict);
      if (task.kind !== 'attack') throw new Error('expected something to climb');
      const plain = {
        values: unitValues(inputs.pixels),
        sha256: inputs.imageSha256[0] ?? '',
        objective: task.objective,
      };
      for (const { epsilon, success } of points) {
        expect(inTidy(() => plainAttack(network, plain, attack, epsilon, SEED)).success).toBe(success);
      }
    }
  });

  it('stays in its ball and in [0, 1], and says what the model says of the kept input', async () => {
    const { points } = await trace(3);
    const { inputs } = pick(cases, [3]);
    const clean = unitValues(inputs.pixels);
    for (const { epsilon, adversarial, linf, l2, verdict, probabilities } of points) {
      const distances = [...adversarial].map((value, at) => Math.abs(value - (clean[at] ?? Number.NaN)));
      expect(linf).toBe(Math.max(...distances));
      expect(linf).toBeLessThanOrEqual(epsilon + 1e-7);
      expect(l2).toBeCloseTo(Math.hypot(...distances), 6);
      expect(adversarial.every((value) => value >= 0 && value <= 1)).toBe(true);
      const logits = tf.tidy(() =>
        network
          .logits(tf.tile(tf.tensor4d(adversarial, [1, TINY_SIDE, TINY_SIDE, 3]), [COPIES, 1, 1, 1]))
          .dataSync<'float32'>()
          .slice(0, 7),
      );
      expect([verdict, probabilities]).toEqual([verdictOf(logits), probabilitiesOf(logits)]);
    }
  });

  it('takes the first restart that succeeds, also where earlier ones do not', async () => {
    const attack = shortPgd({ restarts: 6, steps: 1, relativeStepSize: 1 / 8 });
    const epsilons = Array.from({ length: 16 }, (_, at) => epsilonFrom255(at + 1));
    const restarts: number[] = [];
    for (const image of [0, 1, 2, 3, 4, 5]) {
      const { clean, points } = await trace(image, { attack, epsilons });
      const task = taskFor(verdictChanged, null, clean.verdict);
      if (task.kind !== 'attack') throw new Error('expected something to climb');
      for (const { epsilon, success, adversarial } of points) {
        const plain = inTidy(() => plainPoint(image, task.objective, attack, epsilon));
        expect(bitsOf(adversarial).equals(bitsOf(plain.adversarial))).toBe(true);
        if (success) restarts.push(plain.restart);
      }
    }
    expect(restarts.some((restart) => restart > 0)).toBe(true);
  });

  it('does not depend on the other epsilons of the call, or on how many batches they fill', async () => {
    const attack = shortPgd({ restarts: 7 });
    const epsilons = Array.from({ length: 10 }, (_, at) => epsilonFrom255(at + 1));
    expect(epsilons.length * attack.restarts).toBeGreaterThan(BATCH_SIZE);
    const { points } = await trace(6, { attack, epsilons });
    for (const at of [0, 8, 9]) {
      const alone = await trace(6, { attack, epsilons: epsilons.slice(at, at + 1) });
      expect(alone.points).toEqual(points.slice(at, at + 1));
    }
  });

  it.each<[string, Criterion]>([
    ['the clean verdict meets already', { kind: 'targeted', target: 0 }],
    ['asks nothing of this image', { kind: 'benignToMalignant' }],
  ])('under a criterion that %s perturbs nothing, as the attack itself does', async (_, criterion) => {
    // Class 0, actinic keratosis, is malignant.
    const { clean, points } = await trace(0, { attack: shortPgd({ criterion }) });
    expect(clean.verdict).toBe(0);
    const own = await ownRuns(0, { attack: shortPgd({ criterion }) });
    const asOwn = ({ epsilon, success, verdict, probabilities, linf, l2, adversarial }: TracedPoint) => ({
      ...{ image: 0, epsilon, success, verdict, probabilities, linf, l2, adversarial },
    });
    expect(points.map(asOwn)).toEqual(own);
    for (const { success, successStep, trajectory } of points) {
      expect(successStep).toBe(success ? 0 : null);
      expect(trajectory).toEqual([clean.probabilities]);
    }
  });

  it('tells how far it is, frees what it held, and stops within a step when it is told to', async () => {
    const told: { done: number; total: number }[] = [];
    const before = tf.memory().numTensors;
    await runTrace(network, requestFor(0), { onProgress: (progress) => told.push(progress) });
    expect(told).toEqual(Array.from({ length: 6 }, (_, at) => ({ done: at + 1, total: 6 })));
    expect(tf.memory().numTensors).toBe(before);
    const controller = new AbortController();
    const onProgress = ({ done }: { done: number }) => {
      if (done === 2) controller.abort();
    };
    const work = runTrace(network, requestFor(0), { signal: controller.signal, onProgress });
    await expect(work).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('needs a label where the criterion does, one image, and epsilons in [0, 1]', async () => {
    const misclassified = shortPgd({ criterion: { kind: 'misclassified' } });
    await expect(trace(0, { attack: misclassified, label: null })).rejects.toMatchObject({ code: 'LABEL_NEEDED' });
    await expect(trace(0, { input: pick(cases, [0, 1]).inputs })).rejects.toThrow('One image');
    await expect(trace(0, { epsilons: [2] })).rejects.toThrow('[0, 1]');
  });
});

describe('of a model whose verdict an attack can overshoot', () => {
  const STEP = 0.01;
  /** Says class 1 where the mean of the image lies within half a step of 1.4 steps above that of the image, else class 0. */
  const narrow = (mean: number): Classifier => ({
    height: TINY_SIDE,
    width: TINY_SIDE,
    classes: 7,
    logits: (images) => {
      const distance = tf.div(tf.sub(tf.mean(images, [1, 2, 3]), mean + 1.4 * STEP), STEP);
      const bump: tf.Tensor1D = tf.sub(0.25, tf.square(distance));
      const others = tf.fill<tf.Rank.R1>([images.shape[0]], -9);
      return tf.stack([tf.zerosLike(bump), bump, others, others, others, others, others], 1) as tf.Tensor2D;
    },
    dispose: () => undefined,
  });

  it('keeps the last iterate that met the criterion, not the last one', async () => {
    const { input } = requestFor(0);
    const values = unitValues(input.pixels);
    const model = narrow(values.reduce((sum, value) => sum + value, 0) / values.length);
    const attack = bim({ steps: 2, relativeStepSize: 1 / 4, loss: 'margin', criterion: verdictChanged });
    const request = { ...requestFor(0, { attack }), epsilons: [4 * STEP] };
    const [point] = (await runTrace(model, request)).points;
    const verdicts = point?.trajectory.map((probabilities) => probabilities.indexOf(Math.max(...probabilities)));
    expect(verdicts).toEqual([0, 1, 0]);
    expect(point).toMatchObject({ success: true, successStep: 1, verdict: 1 satisfies ClassIndex });
    expect(point?.linf).toBeCloseTo(STEP, 6);
  });
});
