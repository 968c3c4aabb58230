/** The models at hand: those that came with the program and those of the open workspace, each judged by the engine. */
import { basename, join } from 'node:path';
import { rm } from 'node:fs/promises';
import type { RegisteredModel } from '../../../shared/contract/app/models.ts';
import type { Engine } from '../../../shared/contract/engine.ts';
import { badInput } from '../../../shared/kernel/errors.ts';
import type { Sha256 } from '../../../shared/kernel/ids.ts';
import { judgePackages, packagesIn, type JudgedPackage } from './index.ts';

/** A model that can compute, and where its files lie. */
export interface UsableModel {
  readonly model: Extract<RegisteredModel, { status: 'verified' }>;
  readonly folder: string;
}

interface Entry {
  readonly folder: string;
  readonly model: RegisteredModel;
}

export class ModelRegistry {
  readonly #engine: Engine;
  readonly #bundled: string;
  #imported: string | null = null;
  #entries: Promise<readonly Entry[]> | null = null;

  /**
   * @param engine judges the packages, and holds them afterwards
   * @param bundled folder of the packages that came with the program
   */
  constructor(engine: Engine, bundled: string) {
    this.#engine = engine;
    this.#bundled = bundled;
  }

  /** Where the open workspace keeps its models; null while none is open. They are judged when next asked for. */
  setWorkspaceShelf(folder: string | null): void {
    this.#imported = folder;
    this.#entries = null;
  }

  /** @throws EpsiloscopeError where the engine fails, since that says nothing of the packages */
  async list(): Promise<readonly RegisteredModel[]> {
    return (await this.#judged()).map(({ model }) => model);
  }

  /** Judges every package again: files may have changed since. */
  check(): Promise<readonly RegisteredModel[]> {
    this.#entries = null;
    return this.list();
  }

  /** Verified models in the order of the list. */
  async usable(): Promise<readonly UsableModel[]> {
    return (await this.#judged()).flatMap(({ folder, model }) =>
      model.status === 'verified' ? [{ folder, model }] : [],
    );
  }

  /** @throws EpsiloscopeError `MODEL_GONE` */
  async find(sha256: string): Promise<UsableModel> {
    const found = (await this.usable()).find(({ model }) => model.sha256 === sha256);
    if (found !== undefined) return found;
    throw badInput('MODEL_GONE', {
      happened: 'This model is not here any more, or its files no longer agree with its card.',
      kept: 'All that it said of cases before.',
      toDo: 'Look at the models: choose another one, or bring its files back and check again.',
    });
  }

  /** @throws EpsiloscopeError `MODEL_GONE`, `MODEL_BUNDLED` */
  async remove(sha256: Sha256): Promise<void> {
    const { model, folder } = await this.find(sha256);
    if (model.source === 'bundled') throw bundled();
    await rm(folder, { recursive: true });
    this.#entries = null;
  }

  #judged(): Promise<readonly Entry[]> {
    this.#entries ??= this.#judge().catch((error: unknown) => {
      this.#entries = null;
      throw error;
    });
    return this.#entries;
  }

  async #judge(): Promise<readonly Entry[]> {
    const own = this.#imported === null ? [] : packagesIn(this.#imported);
    const [bundledOnes, importedOnes] = [
      await judgePackages(this.#engine, packagesIn(this.#bundled)),
      await judgePackages(this.#engine, own),
    ];
    return [
      ...bundledOnes.map((judged) => entryOf(judged, 'bundled')),
      ...importedOnes.map((judged) => entryOf(judged, 'imported')),
    ];
  }
}

function entryOf(judged: JudgedPackage, source: RegisteredModel['source']): Entry {
  const { folder } = judged;
  if ('refused' in judged) {
    const { explanation } = judged.refused;
    return { folder, model: { status: 'refused', name: basename(folder), source, explanation } };
  }
  const { sha256, card } = judged.model;
  return { folder, model: { status: 'verified', sha256, source, card } };
}

/** Where the imported models of a workspace lie. */
export const modelShelfOf = (workspaceFolder: string): string => join(workspaceFolder, 'models');

const bundled = () =>
  badInput('MODEL_BUNDLED', {
    happened: 'This model came with the program.',
    kept: 'The model.',
    toDo: 'Choose another pair if it should not be compared.',
  });
