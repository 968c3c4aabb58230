import { join } from 'node:path';
import type { Engine, TrainEvent } from '../../../shared/contract/engine.ts';
import type { Recipe } from '../../../shared/contract/modelCard.ts';
import { epsilonFrom255, formatEpsilon } from '../../../shared/domain/epsilon.ts';
import { badInput, interrupted } from '../../../shared/kernel/errors.ts';
import { hyperparametersOf } from '../../engine/training/recipes.ts';
import type { ImageDecoder } from '../../imaging/index.ts';
import { isModelPackage } from '../models/index.ts';
import { runTraining, trainingDataSha256 } from '../training/index.ts';
import { PAPER_RECIPES } from './models.ts';

/** The radius of the training attack of every defended model. */
const TRAINING_EPSILON = epsilonFrom255(4);

export interface TrainAllOptions {
  /** Folder with train.csv, val.csv and the images; or with the official HAM10000. */
  readonly data: string;
  /** The list that parts the official HAM10000. */
  readonly splitList: string;
  /** Folder for the prepared images, the checkpoint, and a folder for each finished model. */
  readonly out: string;
  readonly seed: number;
  /** Null: as many as each recipe asks for. */
  readonly epochs: number | null;
}

export interface TrainAllControl {
  readonly signal?: AbortSignal;
  /** Told of the images that are read; the first model's serve the others. */
  readonly onProgress: (progress: { readonly done: number; readonly total: number }) => void;
  readonly onEvent: (recipe: Recipe, event: TrainEvent, epochs: number) => void;
}

export const titleOf = (recipe: Recipe, epsilon: number): string =>
  recipe === 'standard' ? 'Trained on clean images' : `Adversarially trained (${recipe}, ${formatEpsilon(epsilon)})`;

/**
 * Trains the models of the founding paper one after the other. Those that are finished are left as they are, and one that
 * was broken off goes on from its checkpoint.
 *
 * @returns the folders of their packages
 * @throws EpsiloscopeError `MODEL_TRAINED_OTHERWISE` before anything is trained, `INTERRUPTED`, and those of `runTraining`
 */
export async function trainAll(
  machinery: Machinery,
  options: TrainAllOptions,
  { signal, onProgress, onEvent }: TrainAllControl,
): Promise<readonly string[]> {
  const { data, splitList, out, seed } = options;
  const finished = PAPER_RECIPES.filter((recipe) => isModelPackage(join(out, recipe)));
  await refuseTrainedOtherwise(machinery, finished, options);
  for (const recipe of PAPER_RECIPES.filter((one) => !finished.includes(one))) {
    const epochs = epochsOf(recipe, options);
    const epsilon = TRAINING_EPSILON;
    const request = {
      data,
      splitList,
      recipe,
      epsilon,
      seed,
      epochs,
      out,
      id: recipe,
      title: titleOf(recipe, epsilon),
    };
    const { stopped } = await runTraining(machinery, request, {
      ...(signal && { signal }),
      onProgress,
      onEvent: (event) => {
        onEvent(recipe, event, epochs);
      },
    });
    if (stopped) throw interrupted(`The last checkpoint, in ${out}.`, 'Run the same command again: it goes on there.');
  }
  return PAPER_RECIPES.map((recipe) => join(out, recipe));
}

interface Machinery {
  readonly engine: Engine;
  readonly decoder: ImageDecoder;
}

const epochsOf = (recipe: Recipe, { epochs }: TrainAllOptions): number => epochs ?? hyperparametersOf(recipe).epochs;

/** A finished model of another seed, length or data set would stand in the result as one of this command. */
async function refuseTrainedOtherwise(
  { engine }: Machinery,
  finished: readonly Recipe[],
  options: TrainAllOptions,
): Promise<void> {
  if (finished.length === 0) return;
  const dataSha256 = await trainingDataSha256(options.data, { splitList: options.splitList });
  for (const recipe of finished) {
    const directory = join(options.out, recipe);
    const { card } = await engine.call('loadModel', { directory });
    const { training } = card;
    const asked = {
      recipe,
      seed: options.seed,
      epochs: epochsOf(recipe, options),
      epsilon: recipe === 'standard' ? null : TRAINING_EPSILON,
      data: dataSha256,
    };
    const there = {
      recipe: training.recipe,
      seed: training.seed,
      epochs: training.hyperparameters['epochs'] ?? null,
      epsilon: training.epsilon,
      data: training.dataSha256,
    };
    const differing = FACTS.filter((fact) => asked[fact] !== there[fact]);
    if (differing.length === 0) continue;
    throw trainedOtherwise(
      directory,
      differing.map((fact) => `${fact} ${inWords(there[fact])}, not ${inWords(asked[fact])}`),
    );
  }
}

const FACTS = ['recipe', 'seed', 'epochs', 'epsilon', 'data'] as const;

const inWords = (value: string | number | boolean | null): string => {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : formatEpsilon(value);
  return value === null ? 'none' : String(value).slice(0, 12);
};

const trainedOtherwise = (directory: string, differing: readonly string[]) =>
  badInput('MODEL_TRAINED_OTHERWISE', {
    happened: `${directory} holds a finished model that was trained otherwise than this command would: ${differing.join('; ')}.`,
    kept: 'That model, untouched; nothing was trained.',
    toDo: 'Run the command that it was trained with; or choose another --out, or remove that folder, to train it anew.',
  });
