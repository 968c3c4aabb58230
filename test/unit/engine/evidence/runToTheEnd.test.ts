import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunToTheEndOutcome, RunToTheEndRequest } from '../../../../src/shared/contract/engine.ts';
import type { GradientAttack } from '../../../../src/shared/domain/attack.ts';
import type { ClassIndex } from '../../../../src/shared/domain/diagnosis.ts';
import { epsilonFrom255 } from '../../../../src/shared/domain/epsilon.ts';
import { sha256 } from '../../../../src/shared/kernel/ids.ts';
import { bim, describeAttack, pgd, runAttack } from '../../../../src/main/engine/attacks/index.ts';
import { taskFor } from '../../../../src/main/engine/attacks/criteria.ts';
import { BATCH_SIZE, probabilitiesOf, unitValues } from '../../../../src/main/engine/attacks/judgement.ts';
import { lossAt } from '../../../../src/main/engine/attacks/losses.ts';
import { NORM_FAMILIES } from '../../../../src/main/engine/attacks/norms.ts';
import { loadNativeBackend } from '../../../../src/main/engine/backend/native.ts';
import { runToTheEnd } from '../../../../src/main/engine/evidence/runToTheEnd.ts';
import type { Classifier } from '../../../../src/main/engine/models/classifier.ts';
import { randomStream } from '../../../../src/main/engine/randomness.ts';
import { withQuantisedInput, withShatteredGradient } from '../../../support/brokenModels.ts';
import { blobs, pick, TINY_SIDE, trainTinyNetwork } from '../../../support/tinyNetwork.ts';

const MODEL = sha256('0'.repeat(64));
const SEED = 5;
const EPSILONS = [1, 4].map(epsilonFrom255);
const shortPgd = (options: Partial<GradientAttack> = {}): GradientAttack =>
  pgd({ steps: 5, relativeStepSize: 1 / 4, ...options });

/** Fourteen images, the last of them with a wrong label: to the model it is misclassified when clean. */
const drawn = blobs(14, 6);
const cases = {
  ...drawn,
  labels: drawn.labels.map((label, at) => (at === 13 ? (((label + 1) % 7) as ClassIndex) : label)),
};
let network: Classifier;
let other: Classifier;

beforeAll(() => {
  loadNativeBackend();
  network = trainTinyNetwork();
  other = trainTinyNetwork(12);
});

const run = (options: Partial<RunToTheEndRequest> = {}, judges: Classifier[] = []): Promise<RunToTheEndOutcome[]> =>
  runToTheEnd(network, judges, requestFor(options));
const requestFor = (options: Partial<RunToTheEndRequest> = {}): RunToTheEndRequest => ({
  modelSha256: MODEL,
  judges: [],
  ...cases,
  attack: shortPgd(),
  epsilons: EPSILONS,
  seed: SEED,
  ...options,
});

/** The smallest batch whose bits agree with those of larger ones. */
const COPIES = 8;
const verdictOf = (logits: Float32Array): number => logits.indexOf(Math.max(...logits));
const logitsAt = (model: Classifier, inputs: tf.Tensor4D): Float32Array =>
  model.logits(inputs).dataSync<'float32'>().slice(0, 7);

/** The attack as a textbook prints it, on one image at one epsilon, without any stop: its last iterate. Inside a tidy. */
function plainEnd(image: number, attack: GradientAttack, epsilon: number): tf.Tensor4D {
  const { inputs, labels } = pick(cases, [image]);
  const norm = NORM_FAMILIES[attack.norm];
  const copies = (values: Float32Array): tf.Tensor4D =>
    tf.tile(tf.tensor4d(values, [1, TINY_SIDE, TINY_SIDE, 3]), [COPIES, 1, 1, 1]);
  const clean = copies(unitValues(inputs.pixels));
  const radius = tf.fill<tf.Rank.R4>([COPIES, 1, 1, 1], epsilon);
  const inBall = (perturbation: tf.Tensor4D): tf.Tensor4D =>
    tf.clipByValue(tf.add(clean, norm.project(perturbation, radius)), 0, 1);
  const from =
    attack.criterion.kind === 'misclassified' ? (labels[0] ?? 0) : (verdictOf(logitsAt(network, clean)) as ClassIndex);
  const task = taskFor({ kind: 'verdictChanged' }, null, from);
  if (task.kind !== 'attack') throw new Error('expected something to climb');
  let iterate = clean;
  if (attack.randomStart) {
    const stream = randomStream(SEED, inputs.imageSha256[0] ?? '', `${attack.id}-${attack.norm}`, 0, 0);
    iterate = inBall(tf.mul(copies(norm.randomStart(stream, clean.size / COPIES)), radius));
  }
  for (let step = 0; step < attack.steps; step += 1) {
    const weights = tf.tensor1d(lossAt(logitsAt(network, iterate), task.objective, attack.loss).gradient);
    const gradient = tf.grad((x) => tf.sum(tf.mul(network.logits(x as tf.Tensor4D), weights)))(iterate) as tf.Tensor4D;
    const move = tf.mul(norm.normalize(gradient), tf.mul(radius, attack.relativeStepSize));
    iterate = inBall(tf.sub(tf.add(iterate, move), clean));
  }
  return iterate;
}

const TABLE = [
  shortPgd(),
  shortPgd({ loss: 'margin', criterion: { kind: 'verdictChanged' } }),
  shortPgd({ norm: 'l2', relativeStepSize: 1 / 3 }),
  bim({ steps: 4, relativeStepSize: 1 / 3 }),
];

describe.each(TABLE.map((attack) => [describeAttack(attack), attack] as const))('%s, run to the end', (_, attack) => {
  it('is the plain loop, bit for bit, and every judge sees its last iterate', async () => {
    const epsilons = attack.norm === 'l2' ? EPSILONS.map((epsilon) => 14 * epsilon) : EPSILONS;
    const some = [0, 4, 8, 13];
    const outcomes = await run({ ...pick(cases, some), attack, epsilons }, [network, other]);
    const plain = some.flatMap((place, image) =>
      epsilons.map((epsilon) =>
        tf.tidy(() => {
          const end = plainEnd(place, attack, epsilon);
          const logits = logitsAt(network, end);
          const verdict = verdictOf(logits);
          const judgedBy = [verdict, verdictOf(logitsAt(other, end))];
          return { image, epsilon, verdict, probabilities: probabilitiesOf(logits), judgedBy };
        }),
      ),
    );
    expect(outcomes).toEqual(plain);
  });
});

describe('an attack that is run to the end', () => {
  it('ends where the attack ends that stops at success, if it finds none: its draws are the same', async () => {
    const outcomes = await run();
    const request = { ...requestFor(), wantAdversarials: false, broken: null, carry: false };
    const stopping = await runAttack(network, request);
    const unsuccessful = stopping.filter(({ success }) => !success);
    expect(unsuccessful.length).toBeGreaterThan(5);
    expect(stopping.length - unsuccessful.length).toBeGreaterThan(5);
    for (const { image, epsilon, verdict, probabilities } of unsuccessful) {
      const ended = outcomes.find((outcome) => outcome.image === image && outcome.epsilon === epsilon);
      expect(ended).toMatchObject({ verdict, probabilities });
    }
  });

  it('goes on after a success, and attacks what is wrong when clean', async () => {
    const request = { ...requestFor(), wantAdversarials: false, broken: null, carry: false };
    const stopped = await runAttack(network, request);
    const outcomes = await run();
    const chanceOf = (label: ClassIndex | undefined, probabilities: readonly number[]) =>
      probabilities[label ?? 0] ?? 1;
    const fallen = stopped.flatMap(({ image, success, probabilities }, at) => {
      const ended = chanceOf(cases.labels[image], outcomes[at]?.probabilities ?? []);
      return success ? [{ image, by: chanceOf(cases.labels[image], probabilities) - ended }] : [];
    });
    // A success at the very last step leaves nothing to go on to.
    expect(fallen.every(({ by }) => by >= 0)).toBe(true);
    expect(fallen.filter(({ by }) => by > 0).length).toBeGreaterThan(fallen.length / 2);
    const wrongWhenClean = fallen.filter(({ image }) => image === 13);
    expect(wrongWhenClean).toHaveLength(EPSILONS.length);
    expect(wrongWhenClean.every(({ by }) => by > 0)).toBe(true);
  });

  it('does not depend on the images beside it', async () => {
    const before = tf.memory().numTensors;
    const outcomes = await run({}, [other]);
    expect(tf.memory().numTensors).toBe(before);
    const order = [9, 13, 2];
    const some = await run(pick(cases, order), [other]);
    const expected = order.flatMap((image, at) =>
      outcomes.filter((outcome) => outcome.image === image).map((outcome) => ({ ...outcome, image: at })),
    );
    expect(some).toEqual(expected);
  });

  it('needs no label to leave the clean verdict', async () => {
    const labels = cases.labels.map(() => null);
    const attack = shortPgd({ criterion: { kind: 'verdictChanged' } });
    expect(await run({ labels, attack })).toEqual(await run({ attack }));
    await expect(run({ labels })).rejects.toMatchObject({ code: 'LABEL_NEEDED' });
  });

  it('tells how far it is, and stops within a step when it is told to', async () => {
    const controller = new AbortController();
    const done: number[] = [];
    const onProgress = (progress: { done: number; total: number }) => {
      done.push(progress.done);
      controller.abort();
    };
    const before = tf.memory().numTensors;
    const epsilons = Array.from({ length: BATCH_SIZE / 8 }, (_, at) => (at + 1) / 100);
    const request = requestFor({ epsilons });
    const work = runToTheEnd(network, [], request, { signal: controller.signal, onProgress });
    await expect(work).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(done).toEqual([BATCH_SIZE]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses a judge whose input has another size', () => {
    const larger = { ...other, height: 32, width: 32 };
    expect(() => run({}, [network, larger])).toThrow(expect.objectContaining({ code: 'TRANSFER_NEEDS_EQUAL_INPUTS' }));
  });

  it('refuses what has no single end', async () => {
    expect(() => run({ attack: shortPgd({ restarts: 2 }) })).toThrow('one restart');
    expect(() => run({ epsilons: [2] })).toThrow('[0, 1]');
    await expect(run({ attack: shortPgd({ criterion: { kind: 'malignantToBenign' } }) })).rejects.toThrow(
      'not malignant',
    );
    await expect(run({ attack: shortPgd({ criterion: { kind: 'targeted', target: 2 } }) })).rejects.toThrow('targeted');
  });
});

describe('of a model that only looks robust', () => {
  const wrongUnder = async (attacked: Classifier, judge: Classifier): Promise<number> => {
    const request = requestFor({ ...pick(cases, [...Array(13).keys()]), epsilons: [epsilonFrom255(4)] });
    const outcomes = await runToTheEnd(attacked, [judge], request);
    return outcomes.filter(({ image, judgedBy }) => judgedBy[0] !== cases.labels[image]).length;
  };

  it.each([
    ['quantised', withQuantisedInput],
    ['shattered', withShatteredGradient],
  ])('its %s gradient stops the attack on itself, not the attack that an honest model lends', async (_, broken) => {
    const model = broken(network);
    const own = await wrongUnder(model, model);
    const transferred = await wrongUnder(network, model);
    const clean = (await run({ ...pick(cases, [...Array(13).keys()]), epsilons: [0] }, [model])).filter(
      ({ image, judgedBy }) => judgedBy[0] !== cases.labels[image],
    ).length;
    expect(clean).toBeLessThan(3);
    expect(transferred).toBeGreaterThan(own + 3);
  });
});
