/** One case under attack, as the app asks for it: the bundled models, photographs of the demo, real engine processes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pgd } from '../../../src/main/engine/attacks/index.ts';
import { nodeEngineLauncher } from '../../../src/main/hosts/node/launcher.ts';
import { modelInput } from '../../../src/main/imaging/decode.ts';
import { createEngineClient } from '../../../src/main/services/engine/index.ts';
import { hashOf } from '../../../src/main/store/index.ts';
import type { Engine, ExplainRequest, InputBatch, LoadedModel } from '../../../src/shared/contract/engine.ts';
import { epsilonFrom255 } from '../../../src/shared/domain/epsilon.ts';
import { relativeDifference } from '../../support/differences.ts';

const ROOT = join(import.meta.dirname, '../../..');
const ENGINE = join(ROOT, 'src/main/hosts/worker/engine.ts');
const MODELS = ['standard', 'pgd'];
const IMAGES = ['ISIC_0001769.jpg', 'ISIC_0012099.jpg'];
const EPSILONS = [0.5, 2, 4, 16].map(epsilonFrom255);
const SEED = 1;

const fastest = createEngineClient(nodeEngineLauncher(ENGINE));
const wasm = createEngineClient(nodeEngineLauncher(ENGINE, { EPSILOSCOPE_BACKEND: 'wasm' }));
let models: LoadedModel[];
afterAll(() => Promise.all([fastest.close(), wasm.close()]));

const load = (engine: Engine, id: string) =>
  engine.call('loadModel', { directory: join(ROOT, 'resources/models', id) });

async function inputOf(name: string, { card }: LoadedModel): Promise<InputBatch> {
  const bytes = readFileSync(join(ROOT, 'resources/demo/images', name));
  const { height, width } = card.input;
  return { height, width, pixels: await modelInput(bytes, card.input), imageSha256: [hashOf(bytes)] };
}

const requestFor = (
  { sha256 }: LoadedModel,
  input: InputBatch,
  attack = pgd({ criterion: { kind: 'verdictChanged' } }),
) => ({
  modelSha256: sha256,
  input,
  label: null,
  attack,
  epsilons: EPSILONS,
  seed: SEED,
});

beforeAll(async () => {
  models = [];
  for (const id of MODELS) models.push(await load(fastest, id));
});

describe('a trace by PGD-20 of a bundled model', () => {
  it.each(IMAGES)('succeeds on %s where the attack does, and ends where that ends without success', async (name) => {
    let [successes, failures] = [0, 0];
    for (const model of models) {
      const input = await inputOf(name, model);
      const { input: inputs, label, ...request } = requestFor(model, input);
      const { clean, points } = await fastest.call('trace', { ...request, input, label });
      const asked = { ...request, inputs, labels: [label], wantAdversarials: true, broken: null, carry: false };
      const { outcomes } = await fastest.call('attack', asked);
      expect(points.map(({ success }) => success)).toEqual(outcomes.map(({ success }) => success));
      for (const [at, { success, adversarial }] of outcomes.entries()) {
        const point = points[at];
        if (success) successes += 1;
        else failures += 1;
        expect(point?.trajectory).toHaveLength(21);
        expect(point?.trajectory[0]).toEqual(clean.probabilities);
        if (!success) expect(point?.adversarial).toEqual(adversarial);
      }
    }
    expect(successes).toBeGreaterThan(0);
    expect(failures).toBeGreaterThan(0);
  });

  it('stops when it is told to, and the engine goes on', async () => {
    const [model] = models;
    if (!model) throw new Error('expected a model');
    const controller = new AbortController();
    const request = requestFor(model, await inputOf('ISIC_0001769.jpg', model));
    const work = fastest.call('trace', request, {
      signal: controller.signal,
      // The engine is at work now.
      onEvent: () => {
        controller.abort();
      },
    });
    await expect(work).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect((await fastest.call('trace', request)).points).toHaveLength(EPSILONS.length);
  });
});

describe('the effect map of a bundled model', () => {
  it.each(IMAGES)('of %s sums to the change of the margin', async (name) => {
    for (const model of models) {
      const input = await inputOf(name, model);
      const { points } = await fastest.call('trace', requestFor(model, input));
      for (const { adversarial, verdict, success } of points) {
        const request: ExplainRequest = { modelSha256: model.sha256, input, map: 'effect', attacked: adversarial };
        const { completeness, from, to } = await fastest.call('explain', request);
        if (!completeness) throw new Error('expected the sum');
        expect(verdict === from || verdict === to).toBe(true);
        if (success) expect(completeness.marginChange).toBeLessThan(0);
        const residual = Math.abs(completeness.sum - completeness.marginChange);
        expect(residual).toBeLessThan(0.01 * Math.abs(completeness.marginChange) + 1e-4);
      }
    }
  });
});

describe('native and WebAssembly kernels', () => {
  it('agree on a bundled model: on the trace, and on every map', async ({ skip }) => {
    const { backend } = await fastest.call('describe', undefined);
    skip(backend !== 'tensorflow', 'libtensorflow is not laid out here');
    const model = await load(wasm, 'standard');
    const input = await inputOf('ISIC_0001769.jpg', model);
    const request = {
      ...requestFor(model, input, pgd({ steps: 5, criterion: { kind: 'verdictChanged' } })),
      epsilons: EPSILONS.slice(0, 2),
    };
    const [native, other] = await Promise.all([fastest, wasm].map((engine) => engine.call('trace', request)));
    if (!native || !other) throw new Error('expected two traces');
    expect(other.clean.verdict).toBe(native.clean.verdict);
    for (const [at, { success, verdict, trajectory }] of native.points.entries()) {
      expect(other.points[at]).toMatchObject({ success, verdict });
      const drift = trajectory.flatMap((probabilities, step) =>
        probabilities.map((value, index) => Math.abs(value - (other.points[at]?.trajectory[step]?.[index] ?? NaN))),
      );
      // Signs of gradients near zero differ between kernels, so iterates drift apart a little.
      expect(Math.max(...drift)).toBeLessThan(0.02);
    }
    const attacked = native.points.at(-1)?.adversarial ?? new Float32Array();
    for (const map of ['effect', 'saliency', 'gradCam'] as const) {
      const asked: ExplainRequest = { modelSha256: model.sha256, input, map, attacked };
      const [one, two] = await Promise.all([fastest, wasm].map((engine) => engine.call('explain', asked)));
      if (!one || !two) throw new Error('expected two maps');
      expect([two.from, two.to]).toEqual([one.from, one.to]);
      expect(relativeDifference(two.values, one.values)).toBeLessThan(0.01);
    }
  });
});
