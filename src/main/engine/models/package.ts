import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { modelCardSchema, type ModelCard } from '../../../shared/contract/modelCard.ts';
import type { LoadedModel } from '../../../shared/contract/engine.ts';
import { badInput } from '../../../shared/kernel/errors.ts';
import { sha256, type Sha256 } from '../../../shared/kernel/ids.ts';
import type { Classifier } from './classifier.ts';
import { compileClassifier, UnsupportedModel } from './compile.ts';
import { gflopPerInputGradient, LARGEST_GFLOP_PER_INPUT_GRADIENT } from './cost.ts';

/** Files of a model package: a folder of exactly these. */
const CARD = 'card.json';
export const TOPOLOGY = 'model.json';
const WEIGHTS = 'weights.bin';

const MEGABYTE = 1024 * 1024;
const LARGEST_CARD = MEGABYTE;
export const LARGEST_TOPOLOGY = 16 * MEGABYTE;
export const LARGEST_WEIGHTS = 256 * MEGABYTE;

/** What is read of model.json: the layers are checked by tfjs, which builds them, and by `compileClassifier`. */
const topologySchema = z.object({
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: z.array(
    z.object({
      paths: z.array(z.string()),
      weights: z.array(
        z.object({
          name: z.string(),
          shape: z.array(z.int().nonnegative()),
          dtype: z.literal('float32'),
          quantization: z.undefined().optional(),
        }),
      ),
    }),
  ),
});

export interface OpenedModel extends LoadedModel {
  readonly classifier: Classifier;
}

/**
 * Opens a model package: hashes, layers, shapes, cost and finite weights are checked before anything computes.
 *
 * @throws EpsiloscopeError `MODEL_INCOMPLETE`, `MODEL_TOO_LARGE`, `MODEL_CARD_INVALID`, `MODEL_CHANGED`, `MODEL_UNREADABLE`,
 * `MODEL_SHAPE_MISMATCH`, `MODEL_NOT_FINITE`, `MODEL_TOO_COSTLY`, `MODEL_UNSUPPORTED`; nothing stays loaded then
 */
export async function openModelPackage(directory: string): Promise<OpenedModel> {
  const cardBytes = await readBounded(directory, CARD, LARGEST_CARD);
  const card = parseCard(directory, cardBytes);
  const topology = await verified(directory, card, TOPOLOGY, LARGEST_TOPOLOGY);
  const weights = await verified(directory, card, WEIGHTS, LARGEST_WEIGHTS);
  const model = await loadModel(directory, topology, weights);
  try {
    checkModel(directory, card, model);
    return { card, sha256: hash(cardBytes), classifier: compileClassifier(model) };
  } catch (error) {
    if (!(error instanceof UnsupportedModel)) throw error;
    const toDo = 'Use a model made of the layers listed in docs/models.md, or leave it out with --models.';
    throw refused('MODEL_UNSUPPORTED', directory, error.message, toDo);
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
  throw refused('MODEL_CARD_INVALID', directory, `${CARD}: ${firstIssue(parsed.error)}`);
}

/** A file of the package whose hash is the one on the card. */
async function verified(directory: string, card: ModelCard, name: string, limit: number): Promise<Buffer> {
  const expected = card.files[name];
  if (!expected) throw refused('MODEL_CARD_INVALID', directory, `${CARD} does not list ${name}`);
  const bytes = await readBounded(directory, name, limit);
  if (hash(bytes) !== expected) {
    throw refused('MODEL_CHANGED', directory, `${name} is not the file that ${CARD} describes (its SHA-256 differs)`);
  }
  return bytes;
}

async function loadModel(directory: string, topology: Buffer, weights: Buffer): Promise<tf.LayersModel> {
  const unreadable = (reason: string) => refused('MODEL_UNREADABLE', directory, reason);
  const { modelTopology, weightsManifest } = parseTopology(topology, unreadable);
  const [group] = weightsManifest;
  // Paths in a foreign model.json are never followed: the one weight file is the one that was verified.
  if (weightsManifest.length !== 1 || group?.paths.join() !== WEIGHTS) {
    throw unreadable(`${TOPOLOGY} must name one group of weights in one file, ${WEIGHTS}`);
  }
  const described = group.weights.reduce((sum, { shape }) => sum + 4 * shape.reduce((size, side) => size * side, 1), 0);
  if (described !== weights.length) {
    throw unreadable(`${TOPOLOGY} describes ${described} bytes of weights, ${WEIGHTS} has ${weights.length}`);
  }
  const weightSpecs = group.weights.map(({ name, shape, dtype }) => ({ name, shape, dtype }));
  const weightData = new Uint8Array(weights).buffer;
  try {
    return await leavingNothing(() => tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData })));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw unreadable(`${TOPOLOGY} and ${WEIGHTS} are not a tf.LayersModel: ${reason}`);
  }
}

/** @param unreadable makes the error of a file that is no model's topology */
export function parseTopology(bytes: Buffer, unreadable: (reason: string) => Error): z.infer<typeof topologySchema> {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw unreadable(`${TOPOLOGY} is not JSON`);
  }
  const parsed = topologySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw unreadable(`${TOPOLOGY}: ${firstIssue(parsed.error)}`);
}

const firstIssue = ({ issues: [issue] }: z.ZodError): string =>
  `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;

/** tfjs leaves the variables and tensors of a model behind that it fails to load. */
export async function leavingNothing(load: () => Promise<tf.LayersModel>): Promise<tf.LayersModel> {
  const engine = tf.engine();
  const before = new Set(Object.keys(engine.registeredVariables));
  engine.startScope();
  try {
    return await load();
  } catch (error) {
    for (const [name, variable] of Object.entries(engine.registeredVariables)) {
      if (!before.has(name)) variable.dispose();
    }
    throw error;
  } finally {
    engine.endScope();
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
        `the weights of ${weight.originalName} hold values that are not finite numbers`,
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

/** O_NONBLOCK: opening a FIFO that nobody writes to would otherwise wait for ever. Windows has neither. */
const flags: Partial<Record<'O_NONBLOCK', number>> = constants;
const OPEN_FLAGS = constants.O_RDONLY | (flags.O_NONBLOCK ?? 0);

/** Reads a regular file of bounded size: what a foreign folder holds under a name may be anything. */
export async function readBounded(directory: string, name: string, limit: number): Promise<Buffer> {
  let handle: FileHandle;
  try {
    handle = await open(join(directory, name), OPEN_FLAGS);
  } catch (error) {
    const present = await readdir(directory).catch(() => null);
    const reason = present?.includes(name) ? `${name} cannot be read (${codeOf(error)})` : `it holds no ${name}`;
    throw refused('MODEL_INCOMPLETE', directory, present ? reason : 'there is no such folder');
  }
  try {
    const facts = await handle.stat();
    if (!facts.isFile()) throw refused('MODEL_INCOMPLETE', directory, `${name} is not a file`);
    if (facts.size > limit) {
      throw refused('MODEL_TOO_LARGE', directory, `${name} has ${facts.size} bytes, at most ${limit} are read`);
    }
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown error';

const hash = (bytes: Buffer): Sha256 => sha256(createHash('sha256').update(bytes).digest('hex'));

export const refused = (
  code: string,
  directory: string,
  reason: string,
  toDo = 'Get an intact copy of the model, or leave it out with --models.',
) =>
  badInput(code, {
    happened: `The model in ${directory} was refused: ${reason}.`,
    kept: 'The folder, untouched, and every other model.',
    toDo,
  });
