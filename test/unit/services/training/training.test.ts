import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { createImageDecoder } from '../../../../src/main/imaging/index.ts';
import { createEngineClient } from '../../../../src/main/services/engine/index.ts';
import { runTraining, type TrainingOptions } from '../../../../src/main/services/training/index.ts';
import { launchImaging } from '../../../support/imageDecoders.ts';

let out: string;

beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'epsiloscope-'));
  onTestFinished(() => {
    rmSync(out, { recursive: true });
  });
});

/** No process is started: the refusals come before any work. */
const run = (options: Partial<TrainingOptions>) =>
  runTraining(
    {
      engine: createEngineClient({
        launch: () => {
          throw new Error('the engine was started');
        },
      }),
      decoder: createImageDecoder(launchImaging()),
    },
    { data: out, recipe: 'pgd', epsilon: 4 / 255, seed: 1, epochs: 1, out, id: 'mine', title: 'Mine', ...options },
  );

it.each([
  ['an id that would be a path', { id: '../mine' }],
  ['an id in capitals', { id: 'Mine' }],
  ['the id of the folder of prepared data', { id: 'data' }],
  ['an empty title', { title: '' }],
  ['a title longer than a card holds', { title: 'x'.repeat(201) }],
])('a training is refused at once for %s, not after hours', async (_, options) => {
  await expect(run(options)).rejects.toMatchObject({ code: 'MODEL_NAME_INVALID', kind: 'badInput' });
  expect(readdirSync(out)).toEqual([]);
});

it('a training into a model that is there is refused, and the model stays', async () => {
  mkdirSync(join(out, 'mine'));
  await expect(run({})).rejects.toMatchObject({ code: 'MODEL_EXISTS' });
  expect(readdirSync(out)).toEqual(['mine']);
});

it('a training on data without a split is refused', async () => {
  await expect(run({})).rejects.toMatchObject({ code: 'SPLIT_MISSING' });
});
