import { join } from 'node:path';
import type { Engine, TrainEvent } from '../../../shared/contract/engine.ts';
import type { Recipe } from '../../../shared/contract/modelCard.ts';
import { epsilonFrom255, formatEpsilon } from '../../../shared/domain/epsilon.ts';
import { interrupted } from '../../../shared/kernel/errors.ts';
import { hyperparametersOf } from '../../engine/training/recipes.ts';
import type { ImageDecoder } from '../../imaging/index.ts';
import { isModelPackage } from '../models/index.ts';
import { runTraining } from '../training/index.ts';

/** The models of the founding paper: trained on clean images, on FGSM's, on PGD's, and on both (arXiv 2212.06822). */
export const PAPER_RECIPES = ['standard', 'fgsm', 'pgd', 'mixed'] as const satisfies readonly Recipe[];

/** The radius of the training attack of every defended model. */
const TRAINING_EPSILON = epsilonFrom255(4);

export interface TrainAllOptions {
  /** Folder with train.csv, val.csv and the images. */
  readonly data: string;
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
 * @throws EpsiloscopeError `INTERRUPTED`, and those of `runTraining`
 */
export async function trainAll(
  machinery: { readonly engine: Engine; readonly decoder: ImageDecoder },
  { data, out, seed, epochs: asked }: TrainAllOptions,
  { signal, onProgress, onEvent }: TrainAllControl,
): Promise<readonly string[]> {
  const folders: string[] = [];
  for (const recipe of PAPER_RECIPES) {
    const folder = join(out, recipe);
    folders.push(folder);
    if (isModelPackage(folder)) continue;
    const epochs = asked ?? hyperparametersOf(recipe).epochs;
    const epsilon = TRAINING_EPSILON;
    const options = { data, recipe, epsilon, seed, epochs, out, id: recipe, title: titleOf(recipe, epsilon) };
    const { stopped } = await runTraining(machinery, options, {
      ...(signal && { signal }),
      onProgress,
      onEvent: (event) => {
        onEvent(recipe, event, epochs);
      },
    });
    if (stopped) throw interrupted(`The last checkpoint, in ${out}.`, 'Run the same command again: it goes on there.');
  }
  return folders;
}
