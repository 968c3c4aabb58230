import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Engine } from '../../../shared/contract/engine.ts';
import { createImageDecoder, type ImageDecoder } from '../../imaging/index.ts';
import { createEngineClient, createEnginePool } from '../../services/engine/index.ts';
import { enginesForAudits } from '../node/engines.ts';
import { nodeImagingLauncher } from '../node/imagingLauncher.ts';
import { nodeEngineLauncher } from '../node/launcher.ts';

/** The folder that holds package.json and resources/. */
export const APP_FOLDER = join(import.meta.dirname, '..', '..', '..', '..');
export const BUNDLED_MODELS = join(APP_FOLDER, 'resources', 'models');
/** The list that parts the official HAM10000. */
export const SPLIT_LIST = join(APP_FOLDER, 'resources', 'ham10000', 'splits.csv');
export const DEMO = {
  images: join(APP_FOLDER, 'resources', 'demo', 'images'),
  labels: join(APP_FOLDER, 'resources', 'demo', 'labels.csv'),
} as const;

/** Entries of the processes that compute. */
export const WORKERS = join(import.meta.dirname, '..', 'worker');

/** Name and version of the app. */
export function appVersion(): string {
  const text = readFileSync(join(APP_FOLDER, 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

/** As results and logs name the app: `epsiloscope 0.1.0`. */
export const appName = (): string => `epsiloscope ${appVersion()}`;

/** The processes behind a command; each starts when it is first needed. */
export interface Machinery {
  /** For audits: several calls at a time. */
  readonly engine: Engine;
  /** For training, one call that uses every core. */
  readonly trainingEngine: Engine;
  readonly decoder: ImageDecoder;
}

/** Runs `work` with engines and a decoder, whose processes end with it. */
export async function withMachinery<T>(work: (machinery: Machinery) => Promise<T>): Promise<T> {
  const { processes, threads } = enginesForAudits();
  const entry = join(WORKERS, 'engine.ts');
  const engine = createEnginePool(nodeEngineLauncher(entry, { EPSILOSCOPE_THREADS: threads }), processes);
  const trainingEngine = createEngineClient(nodeEngineLauncher(entry));
  const decoder = createImageDecoder(nodeImagingLauncher(join(WORKERS, 'imaging.ts')));
  try {
    return await work({ engine, trainingEngine, decoder });
  } finally {
    decoder.close();
    await Promise.all([engine.close(), trainingEngine.close()]);
  }
}
