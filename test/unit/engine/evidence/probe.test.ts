import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProbeOutcome, ProbeRequest } from '../../../../src/shared/contract/engine.ts';
import type { ClassIndex } from '../../../../src/shared/domain/diagnosis.ts';
import { sha256 } from '../../../../src/shared/kernel/ids.ts';
import { unitValues } from '../../../../src/main/engine/attacks/judgement.ts';
import { loadNativeBackend } from '../../../../src/main/engine/backend/native.ts';
import { runProbe } from '../../../../src/main/engine/evidence/probe.ts';
import type { Classifier } from '../../../../src/main/engine/models/classifier.ts';
import { openModelPackage } from '../../../../src/main/engine/models/package.ts';
import { withQuantisedInput, withShatteredGradient, writeScaledLogits } from '../../../support/brokenModels.ts';
import { blobs, pick, TINY_SIDE, trainTinyNetwork } from '../../../support/tinyNetwork.ts';

const MODEL = sha256('0'.repeat(64));
const cases = blobs(14, 4);
let network: Classifier;
let plainLogits: Float32Array[];

const imageOf = (image: number): tf.Tensor4D => {
  const { inputs } = pick(cases, [image]);
  return tf.tensor4d(unitValues(inputs.pixels), [1, TINY_SIDE, TINY_SIDE, 3]);
};

beforeAll(() => {
  loadNativeBackend();
  // Trained so little that float32 still resolves its cross-entropy.
  network = trainTinyNetwork(12);
  plainLogits = cases.labels.map((_, image) =>
    tf.tidy(() => network.logits(imageOf(image)).as1D().clone()).dataSync<'float32'>(),
  );
});

const probe = (classifier: Classifier, options: Partial<ProbeRequest> = {}): Promise<ProbeOutcome[]> =>
  runProbe(classifier, { modelSha256: MODEL, ...cases, ...options });

const verdictAt = (image: number): ClassIndex => {
  const logits = plainLogits[image] ?? new Float32Array();
  return logits.indexOf(Math.max(...logits)) as ClassIndex;
};

/** The largest component of the gradient of the cross-entropy that TensorFlow itself offers, one image at a time. */
function plainLargestGradient(image: number, label: ClassIndex): number {
  const gradient = tf.tidy(() => {
    const target = tf.oneHot([label], 7);
    const loss = (x: tf.Tensor) => tf.losses.softmaxCrossEntropy(target, network.logits(x as tf.Tensor4D)).asScalar();
    return tf.max(tf.abs(tf.grad(loss)(imageOf(image)))).asScalar();
  });
  const [largest = Number.NaN] = gradient.dataSync();
  gradient.dispose();
  return largest;
}

describe('a probe', () => {
  it('measures the gradient of the ordinary cross-entropy and the margin of the logits', async () => {
    const before = tf.memory().numTensors;
    const outcomes = await probe(network);
    expect(tf.memory().numTensors).toBe(before);
    expect(outcomes.map(({ image }) => image)).toEqual([...cases.labels.keys()]);
    outcomes.forEach(({ image, largestGradient, logitMargin, repeatable }) => {
      const [first = 0, second = 0] = Array.from(plainLogits[image] ?? []).sort((a, b) => b - a);
      const expected = plainLargestGradient(image, cases.labels[image] ?? 0);
      expect((largestGradient ?? Number.NaN) / expected).toBeCloseTo(1, 3);
      expect(logitMargin).toBeCloseTo(first - second, 4);
      expect(repeatable).toBe(true);
    });
  });

  it('takes the verdict for the label where that is unknown', async () => {
    const unlabelled = await probe(network, { labels: cases.labels.map(() => null) });
    expect(unlabelled).toEqual(await probe(network, { labels: cases.labels.map((_, image) => verdictAt(image)) }));
  });

  it('of an image does not depend on the images beside it', async () => {
    const [, , third] = await probe(network);
    const [alone] = await probe(network, pick(cases, [2]));
    expect(alone).toEqual({ ...third, image: 0 });
  });

  it('finds out a model that does not repeat itself', async () => {
    const moody: Classifier = {
      ...network,
      logits: (inputs) => tf.add(network.logits(inputs), tf.randomNormal([inputs.shape[0], 7], 0, 1e-3)),
    };
    expect((await probe(moody)).some(({ repeatable }) => repeatable)).toBe(false);
  });

  it('gives no number where a gradient is not finite', async () => {
    // The root of 0 has an infinite slope, which the rectifier before it multiplies by 0.
    const root = (inputs: tf.Tensor4D) => tf.sum(tf.sqrt(tf.relu(tf.sub(inputs, 2))), [1, 2, 3]);
    const classifier: Classifier = {
      ...network,
      logits: (inputs) => tf.add(network.logits(inputs), tf.expandDims(root(inputs), 1)),
    };
    expect((await probe(classifier)).map(({ largestGradient }) => largestGradient)).toEqual(
      cases.labels.map(() => null),
    );
  });

  it('refuses a model whose logits are not finite', async () => {
    const overflowing = { ...network, logits: (x: tf.Tensor4D): tf.Tensor2D => tf.mul(network.logits(x), 1e38) };
    await expect(probe(overflowing)).rejects.toMatchObject({ code: 'MODEL_NOT_FINITE' });
  });

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort();
    const work = runProbe(network, { modelSha256: MODEL, ...cases }, { signal });
    await expect(work).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  it('refuses labels that are not one per image', () => {
    expect(() => probe(network, { labels: [] })).toThrow('one label');
  });
});

describe('of a model that only looks robust, a probe', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'broken-models-'))));
  afterAll(() => rm(folder, { recursive: true }));

  it('finds no gradient where the logits are scaled by 1,000, and margins beyond what float32 resolves', async () => {
    await writeScaledLogits(join(folder, 'scaled'));
    const { classifier } = await openModelPackage(join(folder, 'scaled'));
    const outcomes = await probe(classifier);
    const right = outcomes.filter(({ image }) => verdictAt(image) === cases.labels[image]);
    expect(right.length).toBeGreaterThan(10);
    for (const { image, largestGradient, logitMargin } of right) {
      expect({ image, largestGradient }).toEqual({ image, largestGradient: 0 });
      expect(logitMargin).toBeGreaterThan(104);
    }
    classifier.dispose();
  });

  it('finds gradients and ordinary margins in the same model unscaled', async () => {
    await writeScaledLogits(join(folder, 'unscaled'), 1);
    const { classifier } = await openModelPackage(join(folder, 'unscaled'));
    for (const { largestGradient, logitMargin } of await probe(classifier)) {
      expect(largestGradient).toBeGreaterThan(0);
      expect(logitMargin).toBeLessThan(17);
    }
    classifier.dispose();
  });

  it('finds no gradient where the input is quantised', async () => {
    const outcomes = await probe(withQuantisedInput(network));
    expect(outcomes.map(({ largestGradient }) => largestGradient)).toEqual(cases.labels.map(() => 0));
  });

  it('finds a gradient where it is shattered: only attacks can tell that it leads nowhere', async () => {
    const own = await probe(network);
    const shattered = await probe(withShatteredGradient(network));
    shattered.forEach(({ largestGradient, repeatable }, image) => {
      expect(largestGradient).toBeGreaterThan(3 * (own[image]?.largestGradient ?? Number.NaN));
      expect(repeatable).toBe(true);
    });
  });
});
