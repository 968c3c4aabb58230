/** Runs to the end, probes and certificates as an audit asks for them: of model packages, in a real engine process. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pgd } from '../../../src/main/engine/attacks/index.ts';
import { startBackend } from '../../../src/main/engine/backend/index.ts';
import { nodeEngineLauncher } from '../../../src/main/hosts/node/launcher.ts';
import { createEngineClient } from '../../../src/main/services/engine/index.ts';
import type { LoadedModel } from '../../../src/shared/contract/engine.ts';
import { writeScaledLogits } from '../../support/brokenModels.ts';
import { blobs } from '../../support/tinyNetwork.ts';

const ENGINE = fileURLToPath(new URL('../../../src/main/hosts/worker/engine.ts', import.meta.url));
const cases = blobs(3, 8);

describe('the engine process', () => {
  const client = createEngineClient(nodeEngineLauncher(ENGINE));
  let folder: string;
  let honest: LoadedModel;
  let scaled: LoadedModel;

  beforeAll(async () => {
    await startBackend();
    folder = await mkdtemp(join(tmpdir(), 'engine-evidence-'));
    await writeScaledLogits(join(folder, 'honest'), 1);
    await writeScaledLogits(join(folder, 'scaled'));
    honest = await client.call('loadModel', { directory: join(folder, 'honest') });
    scaled = await client.call('loadModel', { directory: join(folder, 'scaled') });
  });
  afterAll(async () => {
    await client.close();
    await rm(folder, { recursive: true });
  });

  it('runs an attack to its end and lets other models judge it', async () => {
    const events: unknown[] = [];
    const { outcomes } = await client.call(
      'runToTheEnd',
      {
        modelSha256: honest.sha256,
        judges: [honest.sha256, scaled.sha256],
        ...cases,
        attack: pgd({ steps: 3 }),
        epsilons: [0, 0.02],
        seed: 1,
      },
      { onEvent: (event) => events.push(event) },
    );
    expect(outcomes.map(({ image, epsilon }) => [image, epsilon])).toEqual(
      [0, 1, 2].flatMap((image) => [0, 0.02].map((epsilon) => [image, epsilon])),
    );
    for (const { epsilon, image, verdict, judgedBy } of outcomes) {
      // Scaling changes no verdict.
      expect(judgedBy).toEqual([verdict, verdict]);
      if (epsilon === 0) expect(verdict).toBe(cases.labels[image]);
    }
    expect(events.at(-1)).toEqual({ done: 6, total: 6 });
  });

  it('probes gradients, and finds those missing that a scaling took', async () => {
    const probe = async ({ sha256: modelSha256 }: LoadedModel) =>
      (await client.call('probe', { modelSha256, ...cases })).outcomes;
    for (const outcome of await probe(honest)) {
      expect(outcome).toMatchObject({ repeatable: true });
      expect(outcome.largestGradient).toBeGreaterThan(0);
    }
    for (const outcome of await probe(scaled)) expect(outcome).toMatchObject({ repeatable: true, largestGradient: 0 });
  });

  it('certifies, and stops when it is told to', async () => {
    const smoothing = { sigma: 0.05, selectionDraws: 10, draws: 100, alpha: 0.001 };
    const request = { modelSha256: honest.sha256, inputs: cases.inputs, smoothing, seed: 1 };
    const { outcomes } = await client.call('certify', request);
    expect(outcomes.map(({ verdict }) => verdict)).toEqual(cases.labels);
    const controller = new AbortController();
    const endless = { ...request, smoothing: { ...smoothing, draws: 1e9 } };
    const work = client.call('certify', endless, {
      signal: controller.signal,
      // The engine is at work now.
      onEvent: () => {
        controller.abort();
      },
    });
    await expect(work).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  it('names the model that it does not hold', async () => {
    const request = { judges: ['f'.repeat(64) as LoadedModel['sha256']], attack: pgd(), epsilons: [0.01], seed: 1 };
    const work = client.call('runToTheEnd', { modelSha256: honest.sha256, ...cases, ...request });
    await expect(work).rejects.toMatchObject({ code: 'MODEL_NOT_LOADED' });
  });
});
