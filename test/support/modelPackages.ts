import { writeModelPackage } from '../../src/main/engine/models/package.ts';
import { residualNet, type ResidualNetSize } from '../../src/main/engine/models/residualNet.ts';
import type * as tf from '@tensorflow/tfjs';
import type { LoadedModel } from '../../src/shared/contract/engine.ts';
import type { ModelCard } from '../../src/shared/contract/modelCard.ts';
import { DIAGNOSES } from '../../src/shared/domain/diagnosis.ts';

/** Small enough that a gradient takes milliseconds on any backend. */
export const TINY_NET: ResidualNetSize = { input: 16, stem: 8, widths: [8, 16] };

/** Writes an untrained network as a model package into `directory`, which must not exist yet. */
export async function writeTinyModel(directory: string, seed = 1, card: Partial<ModelCard> = {}): Promise<LoadedModel> {
  const model = residualNet(TINY_NET, seed);
  try {
    return await writeTestPackage(directory, model, card);
  } finally {
    model.dispose();
  }
}

/** Writes any model as a package; its card, but for the parts given, says what little is true of it. */
export const writeTestPackage = (directory: string, model: tf.LayersModel, card: Partial<ModelCard> = {}) => {
  const [, height, width] = model.inputs[0]?.shape ?? [];
  if (typeof height !== 'number' || typeof width !== 'number') throw new Error('expected a model of images');
  return writeModelPackage(directory, model, (facts) => ({
    format: 'epsiloscope.model',
    formatVersion: 1,
    id: 'tiny',
    title: 'Untrained network for tests',
    ...facts,
    input: {
      height,
      width,
      channels: 3,
      range: [0, 1],
      preprocessing: { framing: 'centre-square', resize: 'lanczos3', colour: 'sRGB' },
    },
    classes: [...DIAGNOSES],
    training: {
      recipe: 'standard',
      epsilon: null,
      data: 'none',
      dataSha256: null,
      seed: null,
      hyperparameters: {},
      checkpointChoice: 'none',
      epochs: [],
      chosenEpoch: null,
      numericsFingerprint: null,
      finishedAt: '2026-01-01T00:00:00.000Z',
    },
    metrics: [],
    licence: 'Apache-2.0',
    attribution: 'none',
    intendedUse: 'tests',
    limits: ['Untrained.'],
    ...card,
  }));
};
