import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import { writeModelPackage } from '../src/main/engine/models/package.ts';
import { residualNet } from '../src/main/engine/models/residualNet.ts';
import { REFERENCE_SIZE } from '../src/main/engine/training/recipes.ts';
import { DIAGNOSES } from '../src/shared/domain/diagnosis.ts';
import { sixConvNet } from './sixConvNet.ts';

const SEED = 1;

/** The nets that are timed. Their speed does not depend on their weights, so these are untrained. */
const UNTRAINED: Readonly<Record<string, () => tf.LayersModel>> = {
  'six-conv': () => sixConvNet(SEED),
  reference: () => residualNet(REFERENCE_SIZE, SEED),
};

export const UNTRAINED_IDS = Object.keys(UNTRAINED);

/** @param id one of {@link UNTRAINED_IDS} */
export function makeUntrained(id: string): tf.LayersModel {
  const make = UNTRAINED[id];
  if (!make) throw new Error(`There is no net called ${id}.`);
  return make();
}

/** Writes the untrained nets as model packages, `<folder>/<id>`, for every contender to load. */
export async function writeUntrained(folder: string): Promise<void> {
  for (const id of UNTRAINED_IDS) {
    const model = makeUntrained(id);
    await writeModelPackage(join(folder, id), model, (facts) => ({
      format: 'epsiloscope.model',
      formatVersion: 1,
      id,
      title: 'Untrained, for timings',
      ...facts,
      input: {
        height: 64,
        width: 64,
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
        seed: SEED,
        hyperparameters: {},
        checkpointChoice: 'none',
        epochs: [],
        findings: null,
        chosenEpoch: null,
        numericsFingerprint: null,
        finishedAt: '2026-01-01T00:00:00.000Z',
      },
      metrics: [],
      licence: 'Apache-2.0',
      attribution: 'none',
      intendedUse: 'Timings.',
      limits: ['Untrained.'],
    }));
    model.dispose();
  }
}
