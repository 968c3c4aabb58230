import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { modelCardSchema, type ModelCard } from '../../../shared/contract/modelCard.ts';
import type { LoadedModel } from '../../../shared/contract/engine.ts';
import { badInput } from '../../../shared/kernel/errors.ts';
import { sha256, type Sha256 } from '../../../shared/kernel/ids.ts';
import type { Classifier } from './classifier.ts';
import { compileClassifier } from './compile.ts';
import { gflopPerInputGradient, LARGEST_GFLOP_PER_INPUT_GRADIENT } from './cost.ts';

/** Files of a model package: a folder of exactly these. */
const CARD = 'card.json';
const TOPOLOGY = 'model.json';
const WEIGHTS = 'weights.bin';

const LARGEST_CARD_BYTES = 1024 * 1024;
const LARGEST_FILE_BYTES = 256 * 1024 * 1024;

export interface OpenedModel extends LoadedModel {
  readonly classifier: Classifier;
}

/**
 * Opens a model package: hashes, layers, shapes, cost and finite weights are checked before anything computes.
 *
 * @throws EpsiloscopeError `MODEL_...` with the reason; nothing stays loaded then
 */
export async function openModelPackage(directory: string): Promise<OpenedModel> {
  const cardBytes = await readBounded(join(directory, CARD), LARGEST_CARD_BYTES);
  const card = parseCard(directory, cardBytes);
  const [topology, weights] = await Promise.all([
    verified(directory, card, TOPOLOGY),
    verified(directory, card, WEIGHTS),
  ]);
  const model = await loadModel(directory, topology, weights);
  try {
    checkModel(directory, card, model);
    return { card, sha256: hash(cardBytes), classifier: compileClassifier(model) };
  } finally {
    model.dispose();
  }
}

/**
 * Writes a model package into `directory`, which must not exist yet; a kill leaves no folder of that name.
 *
 * @param describe makes the card, given what only the files and the network tell
 */
export async function writeModelPackage(
  directory: string,
  model: tf.LayersModel,
  describe: (facts: Pick<ModelCard, 'files' | 'architecture'>) => ModelCard,
): Promise<LoadedModel> {
  const { topology, weights } = await serialise(model);
  const card = modelCardSchema.parse(
    describe({
      files: { [TOPOLOGY]: hash(topology), [WEIGHTS]: hash(weights) },
      architecture: {
        name: model.name,
        parameters: model.countParams(),
        gflopPerInputGradient: gflopPerInputGradient(model),
      },
    }),
  );
  const cardBytes = Buffer.from(`${JSON.stringify(card, null, 2)}\n`);
  await mkdir(dirname(directory), { recursive: true });
  const staged = await mkdtemp(`${directory}.`);
  try {
    const files = { [TOPOLOGY]: topology, [WEIGHTS]: weights, [CARD]: cardBytes };
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(staged, name), bytes, { flush: true });
    await rename(staged, directory);
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
  return { card, sha256: hash(cardBytes) };
}

function parseCard(directory: string, bytes: Buffer): ModelCard {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw refused('MODEL_CARD_INVALID', directory, `${CARD} is not JSON`);
  }
  const parsed = modelCardSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw refused('MODEL_CARD_INVALID', directory, `${CARD}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

/** A file of the package whose hash is the one on the card. */
async function verified(directory: string, card: ModelCard, name: string): Promise<Buffer> {
  const expected = card.files[name];
  if (!expected) throw refused('MODEL_CARD_INVALID', directory, `${CARD} does not list ${name}`);
  const bytes = await readBounded(join(directory, name), LARGEST_FILE_BYTES);
  if (hash(bytes) !== expected) {
    throw refused('MODEL_CHANGED', directory, `${name} is not the file that ${CARD} describes (its SHA-256 differs)`);
  }
  return bytes;
}

async function loadModel(directory: string, topology: Buffer, weights: Buffer): Promise<tf.LayersModel> {
  try {
    const json = JSON.parse(topology.toString('utf8')) as tf.io.ModelJSON;
    const groups = json.weightsManifest;
    // Paths in a foreign model.json are never followed: the one weight file is the one that was verified.
    if (groups.length !== 1 || groups[0]?.paths.join() !== WEIGHTS) {
      throw new Error(`its weights must lie in one file, ${WEIGHTS}`);
    }
    const weightData = Uint8Array.from(weights).buffer;
    return await tf.loadLayersModel(
      tf.io.fromMemory({ modelTopology: json.modelTopology, weightSpecs: groups[0].weights, weightData }),
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw refused('MODEL_UNREADABLE', directory, `${TOPOLOGY} and ${WEIGHTS} are not a tf.LayersModel: ${reason}`);
  }
}

function checkModel(directory: string, card: ModelCard, model: tf.LayersModel): void {
  const input = model.inputs[0]?.shape ?? [];
  const output = model.outputs[0]?.shape ?? [];
  const expectedInput = [null, card.input.height, card.input.width, card.input.channels];
  const expectedOutput = [null, card.classes.length];
  if (
    JSON.stringify(input) !== JSON.stringify(expectedInput) ||
    JSON.stringify(output) !== JSON.stringify(expectedOutput)
  ) {
    throw refused(
      'MODEL_SHAPE_MISMATCH',
      directory,
      `it maps ${JSON.stringify(input)} to ${JSON.stringify(output)}, its card says ${JSON.stringify(expectedInput)} to ${JSON.stringify(expectedOutput)}`,
    );
  }
  for (const weight of model.weights) {
    if (!weight.read().dataSync().every(Number.isFinite)) {
      throw refused(
        'MODEL_NOT_FINITE',
        directory,
        `the weights of ${weight.name} hold values that are not finite numbers`,
      );
    }
  }
  const cost = gflopPerInputGradient(model);
  if (cost > LARGEST_GFLOP_PER_INPUT_GRADIENT) {
    throw refused(
      'MODEL_TOO_COSTLY',
      directory,
      `one input gradient costs ${cost.toFixed(2)} GFLOP; at most ${LARGEST_GFLOP_PER_INPUT_GRADIENT} keep the app usable`,
    );
  }
}

async function serialise(model: tf.LayersModel): Promise<{ topology: Buffer; weights: Buffer }> {
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler((artifacts) => {
      saved = artifacts;
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
    }),
  );
  const data = saved?.weightData;
  if (!saved || !data) throw new Error('tfjs saved no weights.');
  const json: tf.io.ModelJSON = {
    format: 'layers-model',
    generatedBy: `TensorFlow.js tfjs-layers v${tf.version['tfjs-layers']}`,
    convertedBy: null,
    modelTopology: saved.modelTopology as object,
    weightsManifest: [{ paths: [WEIGHTS], weights: saved.weightSpecs ?? [] }],
  };
  const parts = (Array.isArray(data) ? data : [data]).map((part) => Buffer.from(part));
  return { topology: Buffer.from(JSON.stringify(json)), weights: Buffer.concat(parts) };
}

/** Reads a regular file of bounded size: what a foreign folder holds under a name may be anything. */
async function readBounded(path: string, limit: number): Promise<Buffer> {
  const directory = dirname(path);
  const name = path.slice(directory.length + 1);
  let handle;
  try {
    handle = await open(path);
  } catch {
    const present = await readdir(directory).catch(() => null);
    throw refused('MODEL_INCOMPLETE', directory, present ? `it holds no ${name}` : 'there is no such folder');
  }
  try {
    const facts = await handle.stat();
    if (!facts.isFile()) throw refused('MODEL_INCOMPLETE', directory, `${name} is not a file`);
    if (facts.size > limit)
      throw refused('MODEL_TOO_LARGE', directory, `${name} has ${facts.size} bytes, at most ${limit} are read`);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

const hash = (bytes: Buffer): Sha256 => sha256(createHash('sha256').update(bytes).digest('hex'));

const refused = (code: string, directory: string, reason: string) =>
  badInput(code, {
    happened: `The model in ${directory} was refused: ${reason}.`,
    kept: 'The folder, untouched, and every other model.',
    toDo: 'Get an intact copy of the model, or leave it out with --models.',
  });
