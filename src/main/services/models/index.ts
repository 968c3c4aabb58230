/** The model packages of a folder, each checked by the engine. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckedModel } from '../../../shared/contract/api.ts';
import type { Engine } from '../../../shared/contract/engine.ts';
import { EpsiloscopeError } from '../../../shared/kernel/errors.ts';

/**
 * Loads every model package in `folder` into the engine, in the order of their names. A package that is refused is
 * part of the answer, with the reason.
 *
 * @throws EpsiloscopeError where the engine fails, since that says nothing of the package
 */
export async function checkModels(engine: Engine, folder: string): Promise<readonly CheckedModel[]> {
  // An engine that cannot start would refuse every package, for reasons that are not the packages'.
  await engine.call('describe', undefined);
  const checked: CheckedModel[] = [];
  for (const name of packageNames(folder)) checked.push(await checkModel(engine, folder, name));
  return checked;
}

const packageNames = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => existsSync(join(folder, name, 'card.json')))
        .sort()
    : [];

async function checkModel(engine: Engine, folder: string, name: string): Promise<CheckedModel> {
  try {
    const { card } = await engine.call('loadModel', { directory: join(folder, name) });
    const { recipe, epsilon } = card.training;
    return { status: 'verified', id: card.id, title: card.title, recipe, epsilon };
  } catch (error) {
    if (!(error instanceof EpsiloscopeError) || error.kind !== 'badInput') throw error;
    return { status: 'refused', folder: name, explanation: error.explanation };
  }
}
