import type * as tf from '@tensorflow/tfjs';
import { writeModelPackage } from '../../src/main/engine/models/package.ts';
import { residualNet, type ResidualNetSize } from '../../src/main/engine/models/residualNet.ts';
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
export async function writeTestPackage(directory: string, model: tf.LayersModel, card: Partial<ModelCard> = {}) {
  const [, height, width] = model.inputs[0]?.shape ?? [];
  if (typeof height !== 'number' || typeof width !== 'number') throw new Error('expected a model of images');
  const base = testCard(card);
  return writeModelPackage(directory, model, (facts) => ({
    ...base,
    ...facts,
    input: { ...base.input, height, width },
  }));
}

/** A card that says nothing in particular. */
export const testCard = (changes: Partial<ModelCard> = {}): ModelCard => ({
  format: 'epsiloscope.model',
  formatVersion: 1,
  id: 'tiny',
  title: 'Untrained network for tests',
  architecture: { name: 'none', parameters: 1, gflopPerInputGradient: 1 },
  input: {
    height: 16,
    width: 16,
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
    findings: null,
    chosenEpoch: null,
    numericsFingerprint: null,
    finishedAt: '2026-01-01T00:00:00.000Z',
  },
  metrics: [],
  files: {},
  licence: 'Apache-2.0',
  attribution: 'none',
  intendedUse: 'tests',
  limits: ['Untrained.'],
  ...changes,
});
