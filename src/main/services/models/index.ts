/** Model packages in folders, each opened and judged by the engine. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine, LoadedModel } from '../../../shared/contract/engine.ts';
import { EpsiloscopeError } from '../../../shared/kernel/errors.ts';

/** A package as the engine judged it just now: hashes, shapes and finite weights agree with its card, or not. */
export type JudgedPackage =
  | { readonly folder: string; readonly model: LoadedModel }
  | { readonly folder: string; readonly refused: EpsiloscopeError };

export const isModelPackage = (folder: string): boolean => existsSync(join(folder, 'card.json'));

/** The model packages directly inside `shelf`, by name; none where there is no such folder. */
export const packagesIn = (shelf: string): readonly string[] =>
  existsSync(shelf)
    ? readdirSync(shelf)
        .sort()
        .map((name) => join(shelf, name))
        .filter(isModelPackage)
    : [];

/**
 * Loads every package into the engine, in the given order. One that is refused is part of the answer, with the reason.
 *
 * @throws EpsiloscopeError where the engine fails, since that says nothing of the packages
 */
export async function judgePackages(engine: Engine, folders: readonly string[]): Promise<readonly JudgedPackage[]> {
  // An engine that cannot start would refuse every package, for reasons that are not the packages'.
  await engine.call('describe', undefined);
  const judged: JudgedPackage[] = [];
  for (const folder of folders) judged.push(await judge(engine, folder));
  return judged;
}

async function judge(engine: Engine, folder: string): Promise<JudgedPackage> {
  try {
    return { folder, model: await engine.call('loadModel', { directory: folder }) };
  } catch (error) {
    if (!(error instanceof EpsiloscopeError) || error.kind !== 'badInput') throw error;
    return { folder, refused: error };
  }
}
