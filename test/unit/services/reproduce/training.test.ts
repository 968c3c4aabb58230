import { readdirSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../../src/main/engine/backend/index.ts';
import { createImageDecoder } from '../../../../src/main/imaging/index.ts';
import { trainAll, type TrainAllOptions } from '../../../../src/main/services/reproduce/training.ts';
import { trainingDataSha256 } from '../../../../src/main/services/training/index.ts';
import type { ModelCard } from '../../../../src/shared/contract/modelCard.ts';
import { engineHere } from '../../../support/auditLab.ts';
import { launchImaging } from '../../../support/imageDecoders.ts';
import { testCard, writeTinyModel } from '../../../support/modelPackages.ts';

let folder: string;
let data: string;
let dataSha256: string;

/** What a card says of a model that the command below would train. */
const trained = (recipe: 'standard' | 'fgsm' | 'pgd' | 'mixed'): ModelCard['training'] => ({
  ...testCard().training,
  recipe,
  epsilon: recipe === 'standard' ? null : 4 / 255,
  dataSha256,
  seed: 1,
  hyperparameters: { epochs: 3 },
});

/** A folder in which the four models are finished, one of them with another card. */
async function finished(changes: Partial<ModelCard['training']> = {}): Promise<string> {
  const out = mkdtempSync(join(folder, 'out-'));
  for (const recipe of ['standard', 'fgsm', 'pgd', 'mixed'] as const) {
    const training = { ...trained(recipe), ...(recipe === 'fgsm' && changes) };
    await writeTinyModel(join(out, recipe), 1, { id: recipe, training });
  }
  return out;
}

const train = (out: string, options: Partial<TrainAllOptions> = {}) =>
  trainAll(
    { engine: engineHere(), decoder: createImageDecoder(launchImaging()) },
    { data, splitList: join(folder, 'no-list'), out, seed: 1, epochs: 3, ...options },
    {
      onProgress: () => undefined,
      onEvent: () => {
        throw new Error('a training began');
      },
    },
  );

beforeAll(async () => {
  await startBackend();
  folder = mkdtempSync(join(tmpdir(), 'epsiloscope-'));
  data = join(folder, 'data');
  mkdirSync(data);
  for (const [at, id] of ['a', 'b'].entries()) {
    const background = { r: 200 * at, g: 90, b: 60 };
    await sharp({ create: { width: 80, height: 60, channels: 3, background } })
      .png()
      .toFile(join(data, `${id}.png`));
    writeFileSync(join(data, `${id === 'a' ? 'train' : 'val'}.csv`), `image_id,dx\n${id},nv\n`);
  }
  dataSha256 = await trainingDataSha256(data, {});
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('training the models of the paper', () => {
  it('leaves those that are finished as they are', async () => {
    const out = await finished();
    expect(await train(out)).toEqual(['standard', 'fgsm', 'pgd', 'mixed'].map((recipe) => join(out, recipe)));
    expect(readdirSync(out).sort()).toEqual(['fgsm', 'mixed', 'pgd', 'standard']);
  });

  it.each<[string, Partial<ModelCard['training']>, string]>([
    ['another seed', { seed: 7 }, 'seed 7, not 1'],
    ['another number of epochs', { hyperparameters: { epochs: 48 } }, 'epochs 48, not 3'],
    ['another epsilon', { epsilon: 8 / 255 }, 'epsilon 8/255, not 4/255'],
    ['another recipe', { recipe: 'trades' }, 'recipe trades, not fgsm'],
    ['nobody knows which seed', { seed: null }, 'seed none, not 1'],
    ['other data', { dataSha256: '0'.repeat(64) }, 'data 000000000000, not '],
  ])('refuses to take one that was trained with %s for its own', async (_, changes, words) => {
    const out = await finished(changes);
    // One that is missing is not trained before the refusal.
    rmSync(join(out, 'standard'), { recursive: true });
    await expect(train(out)).rejects.toMatchObject({
      code: 'MODEL_TRAINED_OTHERWISE',
      kind: 'badInput',
      message: expect.stringContaining(words) as string,
    });
    expect(readdirSync(out).sort()).toEqual(['fgsm', 'mixed', 'pgd']);
  });

  it('refuses all that differs at once, and takes the epochs of each recipe where none are asked for', async () => {
    await expect(train(await finished(), { seed: 2, epochs: null })).rejects.toThrow(
      /trained otherwise than this command would: seed 1, not 2; epochs 3, not \d\d\.$/,
    );
  });
});
