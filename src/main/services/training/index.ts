import { mkdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine, TrainEvent } from '../../../shared/contract/engine.ts';
import { modelCardSchema, type Recipe } from '../../../shared/contract/modelCard.ts';
import { badInput } from '../../../shared/kernel/errors.ts';
import type { ImageDecoder } from '../../imaging/index.ts';
import { prepareTrainingData, type PrepareControl } from './prepare.ts';

export { trainingDataSha256 } from './prepare.ts';

export interface TrainingOptions {
  /** Folder with train.csv, val.csv and the images; or with the official HAM10000. */
  readonly data: string;
  /** The list that parts the official HAM10000; default: none. */
  readonly splitList?: string;
  readonly recipe: Recipe;
  /** L-inf radius of the training attack in [0, 1]; of no meaning to the standard recipe. */
  readonly epsilon: number;
  readonly seed: number;
  readonly epochs: number;
  /** Folder for the checkpoint, the prepared data and, in a folder of its id, the finished model package. */
  readonly out: string;
  readonly id: string;
  readonly title: string;
}

export interface TrainingControl extends PrepareControl {
  readonly onEvent?: (event: TrainEvent) => void;
}

/** The folder in `out` that the prepared data lie in. */
const DATA = 'data';

/**
 * Trains a model and leaves its package in `out/<id>`. Broken off in any way, the same call goes on from the last
 * checkpoint to the same numbers.
 *
 * @throws EpsiloscopeError `MODEL_NAME_INVALID`, `MODEL_EXISTS`, `CHECKPOINT_OF_ANOTHER_RUN`, those of `prepareTrainingData`
 */
export async function runTraining(
  { engine, decoder }: { readonly engine: Engine; readonly decoder: ImageDecoder },
  options: TrainingOptions,
  control: TrainingControl = {},
): Promise<{ readonly directory: string; readonly stopped: boolean }> {
  const { data, splitList = null, recipe, epsilon, seed, epochs, out, id, title } = options;
  refuseInvalidNames(id, title);
  if (existsSync(join(out, id))) {
    throw badInput('MODEL_EXISTS', {
      happened: `${join(out, id)} exists already.`,
      kept: 'That model, untouched.',
      toDo: 'Choose another --out folder or --id, or remove the model first.',
    });
  }
  await mkdir(out, { recursive: true });
  const dataFolder = join(out, DATA);
  await prepareTrainingData(data, dataFolder, decoder, control, { splitList });
  const request = { dataFile: dataFolder, recipe, epsilon, seed, epochs, out, modelId: id, title };
  return engine.call('train', request, {
    ...(control.signal && { signal: control.signal }),
    ...(control.onEvent && { onEvent: control.onEvent }),
  });
}

/** The card would refuse them as well, but only after hours of training. */
function refuseInvalidNames(id: string, title: string): void {
  const { shape } = modelCardSchema;
  if (id !== DATA && shape.id.safeParse(id).success && shape.title.safeParse(title).success) return;
  throw badInput('MODEL_NAME_INVALID', {
    happened: `A model cannot have the id "${id}" and the title "${title}".`,
    kept: 'Nothing was changed.',
    toDo: `Choose an --id of small letters, digits and hyphens (at most 64, not "${DATA}") and a --title of 1 to 200 characters.`,
  });
}
