import * as tf from '@tensorflow/tfjs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ExplainRequest, InputBatch } from '../../../../src/shared/contract/engine.ts';
import { sha256 } from '../../../../src/shared/kernel/ids.ts';
import { unitValues } from '../../../../src/main/engine/attacks/judgement.ts';
import { startBackend } from '../../../../src/main/engine/backend/index.ts';
import { runExplain } from '../../../../src/main/engine/explain/index.ts';
import type { Classifier } from '../../../../src/main/engine/models/classifier.ts';
import { compileClassifier } from '../../../../src/main/engine/models/compile.ts';
import { residualNet } from '../../../../src/main/engine/models/residualNet.ts';
import { randomStream } from '../../../../src/main/engine/randomness.ts';
import { relativeDifference } from '../../../support/differences.ts';
import { TINY_NET } from '../../../support/modelPackages.ts';
import { blobs, pick, TINY_SIDE, trainTinyModel } from '../../../support/tinyNetwork.ts';
import { chain, convolution, dense, network } from '../models/networks.ts';

const MODEL = sha256('0'.repeat(64));
const cases = blobs(7, 6);
const imageOf = (at: number): InputBatch => pick(cases, [at]).inputs;

let trained: Classifier;
let model: tf.LayersModel;

beforeAll(async () => {
  await startBackend();
  model = trainTinyModel();
  trained = compileClassifier(model);
});
afterAll(() => {
  trained.dispose();
  model.dispose();
});

/** The image, each value moved by up to `by`, the same way each time. */
function moved(input: InputBatch, by: number): Float32Array {
  const stream = randomStream('moved', by);
  return unitValues(input.pixels).map((value) => Math.min(1, Math.max(0, value + by * (2 * stream.next() - 1))));
}

const explain = (
  classifier: Classifier,
  input: InputBatch,
  asked: { map: 'effect'; attacked: Float32Array } | { map: 'saliency' | 'gradCam'; attacked: Float32Array | null },
) => runExplain(classifier, { modelSha256: MODEL, input, ...asked });

function logitsAt(classifier: Classifier, values: Float32Array): Float32Array {
  const { height, width } = classifier;
  return tf.tidy(() =>
    classifier
      .logits(tf.tensor4d(values, [1, height, width, 3]))
      .dataSync<'float32'>()
      .slice(),
  );
}
const verdictAt = (classifier: Classifier, values: Float32Array): number => {
  const logits = logitsAt(classifier, values);
  return logits.indexOf(Math.max(...logits));
};

describe('the effect map', () => {
  it('sums to the change of the margin between the clean and the attacked verdict', async () => {
    let changed = 0;
    for (const at of cases.labels) {
      const input = imageOf(at);
      const attacked = moved(imageOf((at + 1) % 7), 0.02);
      const { from, to, completeness, values } = await explain(trained, input, { map: 'effect', attacked });
      const [before, after] = [logitsAt(trained, unitValues(input.pixels)), logitsAt(trained, attacked)];
      expect(from).toBe(before.indexOf(Math.max(...before)));
      if (to === after.indexOf(Math.max(...after))) changed += 1;
      const marginChange = (after[from] ?? 0) - (after[to ?? 0] ?? 0) - ((before[from] ?? 0) - (before[to ?? 0] ?? 0));
      expect(completeness?.marginChange).toBeCloseTo(marginChange, 4);
      expect(values.reduce((sum, value) => sum + value, 0)).toBe(completeness?.sum);
      expect(Math.abs((completeness?.sum ?? 0) - marginChange)).toBeLessThan(0.02 * Math.abs(marginChange));
    }
    expect(changed).toBeGreaterThan(3);
  });

  it('is zero where nothing was perturbed: everywhere, or at single pixels', async () => {
    const input = imageOf(0);
    const clean = unitValues(input.pixels);
    const nowhere = await explain(trained, input, { map: 'effect', attacked: clean });
    expect(nowhere.values.every((value) => value === 0)).toBe(true);
    expect(nowhere.completeness).toEqual({ sum: 0, marginChange: 0 });
    const attacked = moved(input, 0.1);
    attacked.set(clean.subarray(3 * 40, 3 * 44), 3 * 40);
    const { values } = await explain(trained, input, { map: 'effect', attacked });
    expect([...values.keys()].filter((pixel) => values[pixel] === 0)).toEqual([40, 41, 42, 43]);
  });

  it('is gradient times perturbation, summed over the channels, where the model is linear', async () => {
    const linear = network((x) => x, { head: (x) => chain(x, tf.layers.flatten(), dense()) });
    const classifier = compileClassifier(linear);
    const kernel = linear.getWeights()[0]?.dataSync<'float32'>() ?? new Float32Array();
    const input = oneImage(12);
    const clean = unitValues(input.pixels);
    const attacked = moved(input, 0.03);
    const { values, from, to } = await explain(classifier, input, { map: 'effect', attacked });
    const expected = values.map((_, pixel) =>
      [0, 1, 2].reduce((sum, channel) => {
        const at = 3 * pixel + channel;
        const slope = (kernel[7 * at + from] ?? 0) - (kernel[7 * at + (to ?? 0)] ?? 0);
        return sum + slope * ((attacked[at] ?? 0) - (clean[at] ?? 0));
      }, 0),
    );
    expect(relativeDifference(values, expected)).toBeLessThan(1e-5);
    classifier.dispose();
    linear.dispose();
  });

  it('is of the margin to the runner-up where the verdict stays', async () => {
    const input = imageOf(2);
    const attacked = moved(input, 0.001);
    const after = logitsAt(trained, attacked);
    const order = [...after.keys()].sort((a, b) => (after[b] ?? 0) - (after[a] ?? 0));
    expect(await explain(trained, input, { map: 'effect', attacked })).toMatchObject({ from: order[0], to: order[1] });
  });
});

/** A made-up image. */
function oneImage(side: number): InputBatch {
  const stream = randomStream('one image', side);
  const pixels = Uint8Array.from({ length: side * side * 3 }, () => Math.floor(256 * stream.next()));
  return { height: side, width: side, pixels, imageSha256: [MODEL] };
}

describe('the saliency map', () => {
  it('is the largest change of the verdict’s logit per channel, as finite differences measure it', async () => {
    const input = imageOf(1);
    const looked = moved(input, 0.02);
    const verdict = verdictAt(trained, looked);
    const { values, from, to, completeness } = await explain(trained, input, { map: 'saliency', attacked: looked });
    expect([from, to, completeness]).toEqual([verdict, null, null]);
    const logitWith = (at: number, value: number) =>
      logitsAt(
        trained,
        looked.map((own, place) => (place === at ? value : own)),
      )[verdict] ?? Number.NaN;
    const STEP = 1 / 512;
    const differences = Float32Array.from([5, 60, 118, 200, 255], (pixel) =>
      Math.max(
        ...[0, 1, 2].map((channel) => {
          const at = 3 * pixel + channel;
          const value = looked[at] ?? Number.NaN;
          return Math.abs(logitWith(at, value + STEP) - logitWith(at, value - STEP)) / (2 * STEP);
        }),
      ),
    );
    const own = Float32Array.from([5, 60, 118, 200, 255], (pixel) => values[pixel] ?? Number.NaN);
    expect(Math.min(...own)).toBeGreaterThan(0);
    expect(relativeDifference(own, differences)).toBeLessThan(0.01);
  });

  it('looks at the clean input where no attacked one is given', async () => {
    const input = imageOf(3);
    const clean = unitValues(input.pixels);
    const given = await explain(trained, input, { map: 'saliency', attacked: clean });
    expect(await explain(trained, input, { map: 'saliency', attacked: null })).toEqual(given);
    expect(await explain(trained, input, { map: 'saliency', attacked: moved(input, 0.1) })).not.toEqual(given);
  });
});

/** Half-pixel centres, edges held: what every image library calls bilinear. */
function bilinear(map: readonly (readonly number[])[], side: number): Float32Array {
  const rows = map.length;
  const columns = map[0]?.length ?? 0;
  const at = (row: number, column: number) =>
    map[Math.min(rows - 1, Math.max(0, row))]?.[Math.min(columns - 1, Math.max(0, column))] ?? Number.NaN;
  return Float32Array.from({ length: side * side }, (_, place) => {
    const y = ((Math.floor(place / side) + 0.5) * rows) / side - 0.5;
    const x = (((place % side) + 0.5) * columns) / side - 0.5;
    const [top, left] = [Math.floor(y), Math.floor(x)];
    const [down, right] = [y - top, x - left];
    return (
      (1 - down) * ((1 - right) * at(top, left) + right * at(top, left + 1)) +
      down * ((1 - right) * at(top + 1, left) + right * at(top + 1, left + 1))
    );
  });
}

describe('Grad-CAM', () => {
  const made: { dispose(): unknown }[] = [];
  afterEach(() => {
    for (const one of made.splice(0)) one.dispose();
  });

  it('is made by hand: maps of the last convolution, weighted by mean gradients, rectified, brought to size', async () => {
    const layers = network(
      (x) =>
        chain(
          x,
          convolution(4, 3, { strides: 2, padding: 'same', activation: 'relu' }),
          convolution(5, 3, { strides: 2, padding: 'same', activation: 'relu' }),
        ),
      { head: (x) => chain(x, tf.layers.flatten(), dense()) },
    );
    const classifier = compileClassifier(layers);
    made.push(classifier, layers);
    const last = layers.layers.filter((layer) => layer.getClassName() === 'Conv2D').at(-1);
    const toMaps = tf.model({ inputs: layers.inputs, outputs: last?.output as tf.SymbolicTensor });
    const input = oneImage(12);
    const { values, from } = await explain(classifier, input, { map: 'gradCam', attacked: null });
    const maps = tf.tidy(() =>
      (toMaps.apply(tf.tensor4d(unitValues(input.pixels), [1, 12, 12, 3])) as tf.Tensor4D)
        .dataSync<'float32'>()
        .slice(),
    );
    // The logits are linear in the maps of 3 x 3 places and 5 channels: their gradient is the dense layer's kernel.
    const kernel = layers.getWeights().at(-2)?.dataSync<'float32'>() ?? new Float32Array();
    const places = Array.from({ length: 9 }, (_, place) => place);
    const channels = [0, 1, 2, 3, 4];
    const weights = channels.map((channel) =>
      places.reduce((sum, place) => sum + (kernel[7 * (5 * place + channel) + from] ?? 0) / 9, 0),
    );
    const sums = places.map((place) =>
      channels.reduce((sum, channel) => sum + (weights[channel] ?? 0) * (maps[5 * place + channel] ?? 0), 0),
    );
    const rectified = sums.map((sum) => Math.max(0, sum));
    expect(Math.max(...rectified)).toBeGreaterThan(0);
    expect(Math.min(...sums)).toBeLessThan(0);
    const map = [0, 3, 6].map((from3) => rectified.slice(from3, from3 + 3));
    expect(relativeDifference(values, bilinear(map, 12))).toBeLessThan(1e-4);
  });

  it('is refused for a model without a convolution', async () => {
    const layers = network((x) => x, { head: (x) => chain(x, tf.layers.flatten(), dense()) });
    const classifier = compileClassifier(layers);
    made.push(classifier, layers);
    const work = explain(classifier, oneImage(12), { map: 'gradCam', attacked: null });
    await expect(work).rejects.toMatchObject({ code: 'GRAD_CAM_NEEDS_CONVOLUTION', kind: 'badInput' });
  });
});

describe('an explanation', () => {
  const MAPS: readonly Pick<ExplainRequest, 'map'>['map'][] = ['effect', 'saliency', 'gradCam'];

  it.each(MAPS)('by %s frees what it held on the device', async (map) => {
    const before = tf.memory().numTensors;
    await explain(trained, imageOf(0), { map, attacked: moved(imageOf(0), 0.02) });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('is not begun where it was cancelled, and refuses inputs of another size', async () => {
    const input = imageOf(0);
    const request = { modelSha256: MODEL, input, map: 'saliency', attacked: null } as const;
    const cancelled = { signal: AbortSignal.abort() };
    await expect(runExplain(trained, request, cancelled)).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await expect(explain(trained, oneImage(12), { map: 'saliency', attacked: null })).rejects.toThrow('16x16');
    const short = new Float32Array(TINY_SIDE);
    await expect(explain(trained, input, { map: 'saliency', attacked: short })).rejects.toThrow('size');
  });
});

describe('native and WebAssembly kernels', () => {
  afterAll(() => {
    vi.unstubAllEnvs();
  });

  async function mapsOn(backend: 'native' | 'wasm'): Promise<Float32Array[]> {
    vi.stubEnv('EPSILOSCOPE_BACKEND', backend);
    await startBackend();
    const layers = residualNet(TINY_NET, 4);
    const classifier = compileClassifier(layers);
    const input = oneImage(TINY_NET.input);
    const attacked = moved(input, 0.03);
    const maps: Float32Array[] = [];
    for (const map of ['effect', 'saliency', 'gradCam'] as const) {
      maps.push((await explain(classifier, input, { map, attacked })).values);
    }
    classifier.dispose();
    layers.dispose();
    return maps;
  }

  it('make the same maps up to rounding', async ({ skip }) => {
    const native = await mapsOn('native').catch(() => null);
    skip(native === null, 'libtensorflow is not laid out here');
    const wasm = await mapsOn('wasm');
    for (const [at, map] of (native ?? []).entries()) {
      expect(map.some((value) => value !== 0)).toBe(true);
      expect(relativeDifference(wasm[at] ?? new Float32Array(), map)).toBeLessThan(1e-3);
    }
  });
});
