import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CertifyOutcome, CertifyRequest, Smoothing } from '../../../../src/shared/contract/engine.ts';
import { sha256 } from '../../../../src/shared/kernel/ids.ts';
import { BATCH_SIZE, unitValues } from '../../../../src/main/engine/attacks/judgement.ts';
import { loadNativeBackend } from '../../../../src/main/engine/backend/native.ts';
import { clopperPearsonLower, normalQuantile } from '../../../../src/main/engine/evidence/bounds.ts';
import { runCertify } from '../../../../src/main/engine/evidence/certify.ts';
import type { Classifier } from '../../../../src/main/engine/models/classifier.ts';
import { randomStream } from '../../../../src/main/engine/randomness.ts';
import { blobs, pick, trainTinyNetwork, TINY_SIDE } from '../../../support/tinyNetwork.ts';

const MODEL = sha256('0'.repeat(64));
const SMOOTHING: Smoothing = { sigma: 0.1, selectionDraws: 20, draws: 100, alpha: 0.001 };
const cases = blobs(6, 3);
let network: Classifier;

beforeAll(() => {
  loadNativeBackend();
  network = trainTinyNetwork();
});

const certify = (classifier: Classifier, options: Partial<CertifyRequest> = {}): Promise<CertifyOutcome[]> =>
  runCertify(classifier, { modelSha256: MODEL, inputs: cases.inputs, smoothing: SMOOTHING, seed: 1, ...options });

/** The algorithm as the paper prints it: draw after draw, one image at a time. */
function plainCertificate(
  image: Float32Array,
  imageSha256: string,
  { sigma, selectionDraws, draws, alpha }: Smoothing,
) {
  const verdictUnder = (draw: number): number => {
    const stream = randomStream(1, imageSha256, 'smoothing', draw, 0);
    const noisy = image.map((value) => value + Math.fround(sigma * stream.normal()));
    const logits = tf.tidy(() => network.logits(tf.tensor4d(noisy, [1, TINY_SIDE, TINY_SIDE, 3])));
    const values = logits.dataSync<'float32'>();
    logits.dispose();
    return values.indexOf(Math.max(...values));
  };
  const verdicts = Array.from({ length: selectionDraws + draws }, (_, draw) => verdictUnder(draw));
  const count = (some: readonly number[], wanted: number) => some.filter((verdict) => verdict === wanted).length;
  const chosen = verdicts.slice(0, selectionDraws);
  const most = Math.max(...chosen.map((verdict) => count(chosen, verdict)));
  const verdict = Math.min(...chosen.filter((candidate) => count(chosen, candidate) === most));
  const lower = clopperPearsonLower(count(verdicts.slice(selectionDraws), verdict), draws, alpha);
  return lower > 0.5 ? { verdict, radius: sigma * normalQuantile(lower) } : { verdict: null, radius: 0 };
}

describe('a certificate', () => {
  it('is that of the algorithm as the paper prints it, and of nothing that it shares a call with', async () => {
    const before = tf.memory().numTensors;
    const outcomes = await certify(network);
    expect(tf.memory().numTensors).toBe(before);
    const values = unitValues(cases.inputs.pixels);
    const size = values.length / cases.labels.length;
    const plain = cases.inputs.imageSha256.map((own, image) => ({
      image,
      ...plainCertificate(values.subarray(image * size, (image + 1) * size), own, SMOOTHING),
    }));
    expect(outcomes).toEqual(plain);
    expect(outcomes.some(({ verdict }) => verdict !== null)).toBe(true);
    const [third] = await certify(network, { inputs: pick(cases, [3]).inputs });
    expect(third).toEqual({ ...outcomes[3], image: 0 });
  });

  it('sees the noise unclipped', async () => {
    // Class 1 where a value lies outside [0, 1], which a clipped input would never have.
    const outside = (inputs: tf.Tensor4D) =>
      tf.cast(tf.any(tf.logicalOr(tf.less(inputs, 0), tf.greater(inputs, 1)), [1, 2, 3]), 'float32');
    const classifier: Classifier = {
      ...network,
      logits: (inputs) => tf.mul(tf.oneHot(tf.cast(outside(inputs), 'int32'), 7), 1).as2D(inputs.shape[0], 7),
    };
    const outcomes = await certify(classifier, { smoothing: { ...SMOOTHING, sigma: 0.5 } });
    expect(outcomes.map(({ verdict }) => verdict)).toEqual(cases.labels.map(() => 1));
  });

  it('tells how far it is, and stops within a batch when it is told to', async () => {
    const controller = new AbortController();
    const done: [number, number][] = [];
    const onProgress = (progress: { done: number; total: number }) => {
      done.push([progress.done, progress.total]);
      if (done.length === 2) controller.abort();
    };
    const request = { modelSha256: MODEL, inputs: cases.inputs, smoothing: SMOOTHING, seed: 1 };
    const before = tf.memory().numTensors;
    const work = runCertify(network, request, { signal: controller.signal, onProgress });
    await expect(work).rejects.toMatchObject({ code: 'INTERRUPTED' });
    // Of the first image those that choose the class, then a batch of those that count it.
    const total = 6 * (SMOOTHING.selectionDraws + SMOOTHING.draws);
    expect(done).toEqual([
      [SMOOTHING.selectionDraws, total],
      [SMOOTHING.selectionDraws + BATCH_SIZE, total],
    ]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([
    { ...SMOOTHING, sigma: 0 },
    { ...SMOOTHING, draws: 0 },
    { ...SMOOTHING, selectionDraws: 1.5 },
    { ...SMOOTHING, alpha: 0.5 },
  ])('refuses %j', (smoothing) => {
    expect(() => certify(network, { smoothing })).toThrow('positive sigma');
  });
});

describe('of a linear classifier, whose smoothed self is itself, a certificate', () => {
  const SIDE = 8;
  const SIGMA = 0.25;
  const COUNT = 200;
  const size = SIDE * SIDE * 3;
  const normal = Float32Array.from({ length: size }, (_, at) => randomStream('hyperplane', at).normal());
  const length = Math.hypot(...normal);

  /** Class 0 on one side of the hyperplane through the middle of [0, 1], class 1 on the other. */
  const linear: Classifier = {
    height: SIDE,
    width: SIDE,
    classes: 7,
    logits: (inputs) => {
      const along = tf.matMul(tf.reshape(tf.sub(inputs, 0.5), [-1, size]), tf.tensor2d(normal, [size, 1]));
      const others = tf.fill<tf.Rank.R2>([inputs.shape[0], 5], -1e6);
      return tf.concat2d([along.as2D(inputs.shape[0], 1), tf.neg(along).as2D(inputs.shape[0], 1), others], 1);
    },
    dispose: () => undefined,
  };

  /** Images up to three sigma away from the hyperplane, on either side. */
  const pixels = Uint8Array.from({ length: COUNT * size }, (_, at) => {
    const image = Math.floor(at / size);
    const distance = SIGMA * 3 * (image / COUNT) * (image % 2 === 0 ? 1 : -1);
    const across = randomStream('beside the hyperplane', at).next() - 0.5;
    return Math.round(
      255 * Math.min(1, Math.max(0, 0.5 + (distance * (normal[at % size] ?? 0)) / length + across / 50)),
    );
  });
  const signedDistances = Array.from({ length: COUNT }, (_, image) =>
    normal.reduce((sum, part, at) => sum + (part / length) * ((pixels[image * size + at] ?? 0) / 255 - 0.5), 0),
  );
  const imageSha256 = Array.from({ length: COUNT }, (_, image) => sha256(image.toString(16).padStart(64, 'a')));
  const inputs = { height: SIDE, width: SIDE, pixels, imageSha256 };
  let outcomes: CertifyOutcome[];

  beforeAll(async () => {
    outcomes = await certify(linear, {
      inputs,
      smoothing: { sigma: SIGMA, selectionDraws: 30, draws: 300, alpha: 0.001 },
    });
  });

  it('never promises more than the true distance, and names the true side', () => {
    outcomes.forEach(({ verdict, radius }, image) => {
      const distance = signedDistances[image] ?? Number.NaN;
      expect(radius).toBeLessThanOrEqual(Math.abs(distance));
      if (verdict !== null) expect(verdict).toBe(distance > 0 ? 0 : 1);
    });
  });

  it('is given where the class comes up clearly, and held back where it hardly does', () => {
    // Of 300 draws 178 are needed for a lower bound above one half: a share of 0.593 is 0.24 sigma away.
    const at = (from: number, to: number) =>
      outcomes.filter((_, image) => {
        const distance = Math.abs(signedDistances[image] ?? Number.NaN) / SIGMA;
        return distance >= from && distance < to;
      });
    const abstains = ({ verdict }: CertifyOutcome) => verdict === null;
    expect(at(0, 0.1).length).toBeGreaterThan(4);
    expect(at(0, 0.1).every(abstains)).toBe(true);
    expect(at(0.5, 3).length).toBeGreaterThan(150);
    expect(at(0.5, 3).some(abstains)).toBe(false);
  });

  it('promises most of the true distance where the draws can tell: within two sigma', () => {
    const shares = outcomes.flatMap(({ radius }, image) => {
      const distance = Math.abs(signedDistances[image] ?? Number.NaN);
      return distance > SIGMA && distance < 2 * SIGMA ? [radius / distance] : [];
    });
    expect(shares.length).toBeGreaterThan(50);
    expect(Math.min(...shares)).toBeGreaterThan(0.6);
  });
});
