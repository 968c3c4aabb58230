import { join, resolve } from 'node:path';
import { badInput } from '../../../shared/kernel/errors.ts';
import { isModelPackage, packagesIn } from '../../services/models/index.ts';
import { BUNDLED_MODELS } from './machinery.ts';

/** Folders that models are looked for in: the bundled ones, then those of the workspace. */
export const modelShelves = (workspace: string | null): readonly string[] => [
  BUNDLED_MODELS,
  ...(workspace === null ? [] : [join(resolve(workspace), 'models')]),
];

/** Folders of all model packages on the shelves, by name. */
export const modelFolders = (shelves: readonly string[]): readonly string[] => shelves.flatMap(packagesIn);

/**
 * The folder of a model: an id is looked up on the shelves, anything with a slash is a path.
 *
 * @throws EpsiloscopeError `MODEL_UNKNOWN`
 */
export function findModel(idOrPath: string, shelves: readonly string[]): string {
  if (/[/\\]/.test(idOrPath)) return resolve(idOrPath);
  const found = shelves.map((shelf) => join(shelf, idOrPath)).find(isModelPackage);
  if (found !== undefined) return found;
  const known = modelFolders(shelves).map((folder) => folder.split(/[/\\]/).at(-1));
  throw badInput('MODEL_UNKNOWN', {
    happened: `There is no model "${idOrPath}".`,
    kept: 'Everything; nothing was begun.',
    toDo: `Choose among ${known.length === 0 ? 'none (there is no model here yet)' : known.join(', ')}, or name a model's folder by a path, such as ./models/mine.`,
  });
}
