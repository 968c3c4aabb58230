import { join } from 'node:path';
import type { Recipe } from '../../../shared/contract/modelCard.ts';
import { badInput } from '../../../shared/kernel/errors.ts';
import { isModelPackage } from '../models/index.ts';

/** The models of the founding paper: trained on clean images, on FGSM's, on PGD's, and on both (arXiv 2212.06822). */
export const PAPER_RECIPES = ['standard', 'fgsm', 'pgd', 'mixed'] as const satisfies readonly Recipe[];

/** A recipe beyond the paper's, which is judged beside them where a model of it is at hand. */
const BEYOND_THE_PAPER = 'trades' satisfies Recipe;

/**
 * The folders of the paper's models on a shelf, and of one beyond them, if it is there.
 *
 * @throws EpsiloscopeError `MODELS_MISSING`: a matrix of some of the models is another experiment
 */
export function paperModels(shelf: string): readonly string[] {
  const missing = PAPER_RECIPES.filter((recipe) => !isModelPackage(join(shelf, recipe)));
  if (missing.length === 0) {
    return [...PAPER_RECIPES, BEYOND_THE_PAPER].map((recipe) => join(shelf, recipe)).filter(isModelPackage);
  }
  throw badInput('MODELS_MISSING', {
    happened: `The experiment compares ${PAPER_RECIPES.join(', ')}; in ${shelf} there is no ${missing.join(', no ')}.`,
    kept: 'Everything; nothing was begun.',
    toDo: 'Restore the bundled models; or train them first with --train; or choose others with --models.',
  });
}
