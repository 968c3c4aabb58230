import { rm } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs';
import { DIAGNOSES } from '../../../shared/domain/diagnosis.ts';
import type { ModelCard } from '../../../shared/contract/modelCard.ts';
import type { ModelDescription } from '../../../shared/contract/app/models.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import {
  LARGEST_TOPOLOGY,
  LARGEST_WEIGHTS,
  leavingNothing,
  openModelPackage,
  parseTopology,
  readBounded,
  refused,
  TOPOLOGY,
  writeModelPackage,
} from './package.ts';

/** A weight file of a bare model lies beside its model.json: a name with a folder in it is never followed. */
const PLAIN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/**
 * Makes a package of a bare tf.LayersModel (model.json and its weight files, as converters and `model.save` leave them):
 * its weights in one file, and a card with what the person says of it and what its layers show. The package is then opened
 * like any other, and taken away again where it is refused.
 *
 * @param directory holds model.json and the files that its manifest names
 * @param out folder of the package; must not exist yet
 * @throws EpsiloscopeError those of `openModelPackage`
 */
export async function packBareModel(
  directory: string,
  description: ModelDescription,
  out: string,
  clock: Clock,
): Promise<ModelCard> {
  const model = await loadBare(directory);
  try {
    const [, height = 0, width = 0] = model.inputs[0]?.shape ?? [];
    const input = { height: Number(height), width: Number(width) };
    await writeModelPackage(out, model, (facts) => cardOf(description, input, facts, clock));
  } finally {
    model.dispose();
  }
  try {
    const { card, classifier } = await openModelPackage(out);
    classifier.dispose();
    return card;
  } catch (error) {
    await rm(out, { recursive: true, force: true });
    throw error;
  }
}

async function loadBare(directory: string): Promise<tf.LayersModel> {
  const unreadable = (reason: string) => refused('MODEL_UNREADABLE', directory, reason, TO_DO);
  const topology = await readBounded(directory, TOPOLOGY, LARGEST_TOPOLOGY);
  const { modelTopology, weightsManifest } = parseTopology(topology, unreadable);
  const names = weightsManifest.flatMap(({ paths }) => paths);
  const odd = names.find((name) => !PLAIN_NAME.test(name));
  if (odd !== undefined) throw unreadable(`${TOPOLOGY} names weights that do not lie beside it`);
  const parts: Buffer[] = [];
  let left = LARGEST_WEIGHTS;
  for (const name of names) {
    const part = await readBounded(directory, name, left);
    left -= part.length;
    parts.push(part);
  }
  const weightSpecs = weightsManifest.flatMap(({ weights }) =>
    weights.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
  );
  const weightData = new Uint8Array(Buffer.concat(parts)).buffer;
  try {
    return await leavingNothing(() => tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData })));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw unreadable(`it is not a tf.LayersModel: ${reason}`);
  }
}

const TO_DO =
  'Save the model with "model.save" of TensorFlow.js, or convert it with "tensorflowjs_converter --output_format tfjs_layers_model".';

const cardOf = (
  { id, title, data, licence, attribution }: ModelDescription,
  { height, width }: { readonly height: number; readonly width: number },
  facts: Pick<ModelCard, 'files' | 'architecture'>,
  clock: Clock,
): ModelCard => ({
  format: 'epsiloscope.model',
  formatVersion: 1,
  id,
  title,
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
    recipe: 'imported',
    epsilon: null,
    data,
    dataSha256: null,
    seed: null,
    hyperparameters: {},
    checkpointChoice: 'not known',
    epochs: [],
    findings: null,
    chosenEpoch: null,
    numericsFingerprint: null,
    finishedAt: clock.now(),
  },
  metrics: [],
  licence,
  attribution,
  intendedUse: 'Research and quality assurance. Not a diagnostic device.',
  limits: [
    'Imported: how it was trained is what the person who imported it said.',
    'The order of its outputs was taken to be akiec, bcc, bkl, df, mel, nv, vasc, and its inputs to be RGB in [0, 1].',
  ],
});
