/** A person's own model: looked at in a throw-away engine first, then put on the workspace's shelf. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ImportSource } from '../../../shared/contract/app/importing.ts';
import type { ModelDescription, ModelPreview, RegisteredModel } from '../../../shared/contract/app/models.ts';
import type { Engine } from '../../../shared/contract/engine.ts';
import type { ModelCard } from '../../../shared/contract/modelCard.ts';
import { badInput } from '../../../shared/kernel/errors.ts';
import { explainingAsync } from '../../store/index.ts';
import type { FolderGrants } from '../grants/index.ts';
import type { ListedFile } from '../import/index.ts';
import type { Uploads } from '../uploads/index.ts';
import { modelShelfOf, type ModelRegistry } from './registry.ts';

export interface ModelDeskParts {
  readonly grants: FolderGrants;
  readonly uploads: Uploads;
  readonly registry: ModelRegistry;
  /** Starts an engine for one foreign model, to be closed after it. */
  readonly throwAwayEngine: () => Engine;
  /** Folder of the open workspace; throws where none is open. */
  readonly workspaceFolder: () => string;
}

interface Planned {
  readonly kind: ModelPreview['kind'];
  /** A copy of the files: what was looked at is what is imported. */
  readonly folder: string;
}

/** The bundled models take some seconds, most of them for the engine to start. */
const LONGEST_LOOK_MILLISECONDS = 120_000;

/** What is checked before the person has described a bare model. */
const UNDESCRIBED: ModelDescription = {
  id: 'preview',
  title: 'Preview',
  data: 'not said yet',
  licence: 'not said yet',
  attribution: 'not said yet',
};

export class ModelDesk {
  readonly #parts: ModelDeskParts;
  readonly #plans = new Map<string, Planned>();

  constructor(parts: ModelDeskParts) {
    this.#parts = parts;
  }

  /** @throws EpsiloscopeError those of opening a model package, `MODEL_WITHOUT_TOPOLOGY`, and of the source */
  async preview(source: ImportSource): Promise<ModelPreview> {
    const id = randomUUID();
    const folder = join(this.#parts.workspaceFolder(), 'incoming', `model-${id}`);
    try {
      const names = await copyFlat(await this.#filesOf(source), folder);
      const kind = names.has('card.json') ? 'package' : 'bare';
      const card = kind === 'package' ? await this.#open(folder) : await this.#pack(folder, UNDESCRIBED);
      this.#plans.set(id, { kind, folder });
      const { height, width } = card.input;
      const { parameters } = card.architecture;
      return { plan: id, kind, parameters, height, width, card: kind === 'package' ? card : null };
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** @throws EpsiloscopeError `PLAN_UNKNOWN`, `MODEL_UNDESCRIBED`, `MODEL_NAME_TAKEN`, and those of `preview` */
  async import(plan: string, description: ModelDescription | null): Promise<RegisteredModel> {
    const planned = this.#plans.get(plan);
    if (planned === undefined) throw planUnknown();
    const card = planned.kind === 'package' ? await this.#open(planned.folder) : undefined;
    const id = card?.id ?? description?.id;
    if (id === undefined) throw undescribed();
    const target = join(modelShelfOf(this.#parts.workspaceFolder()), id);
    if (existsSync(target)) throw nameTaken(id);
    if (card === undefined && description !== null) await this.#packInto(planned.folder, description, target);
    else await explainingAsync(() => rename(planned.folder, target));
    this.#plans.delete(plan);
    await rm(planned.folder, { recursive: true, force: true });
    return this.#registered(id);
  }

  async #registered(id: string): Promise<RegisteredModel> {
    const models = await this.#parts.registry.check();
    const found = models.find(
      (model) => model.source === 'imported' && (model.status === 'verified' ? model.card.id : model.name) === id,
    );
    if (found === undefined) throw new Error('An imported model is not on its shelf.');
    return found;
  }

  /** Opens a package where nothing else lives: a foreign file may crash or fill the process that reads it. */
  async #open(folder: string): Promise<ModelCard> {
    return this.#inThrowAway(async (engine) => (await engine.call('loadModel', { directory: folder })).card);
  }

  async #pack(folder: string, description: ModelDescription): Promise<ModelCard> {
    const out = `${folder}-packed`;
    try {
      return await this.#packInto(folder, description, out);
    } finally {
      await rm(out, { recursive: true, force: true });
    }
  }

  async #packInto(folder: string, description: ModelDescription, out: string): Promise<ModelCard> {
    return this.#inThrowAway(async (engine) => {
      const { card } = await engine.call('packModel', { directory: folder, description, out });
      return card;
    });
  }

  async #inThrowAway<T>(work: (engine: Engine) => Promise<T>): Promise<T> {
    const engine = this.#parts.throwAwayEngine();
    const late = AbortSignal.timeout(LONGEST_LOOK_MILLISECONDS);
    const end = () => {
      void engine.close();
    };
    late.addEventListener('abort', end);
    try {
      return await work(engine);
    } catch (error) {
      throw late.aborted ? slow() : error;
    } finally {
      late.removeEventListener('abort', end);
      await engine.close();
    }
  }

  async #filesOf(source: ImportSource): Promise<readonly ListedFile[]> {
    if (source.kind === 'upload') return this.#parts.uploads.filesOf(source.id);
    const folder = this.#parts.grants.folderOf(source.grant);
    const entries = await explainingAsync(() => readdir(folder, { withFileTypes: true }));
    return entries.filter((entry) => entry.isFile()).map(({ name }) => ({ fileName: name, path: join(folder, name) }));
  }
}

/** Files that a model may have: names without folders, so that none of them leads elsewhere. */
const MODEL_FILE = /^(card\.json|model\.json|[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.bin)$/;

/** Copies the model's files by their bare names; the names that were there. */
async function copyFlat(files: readonly ListedFile[], folder: string): Promise<ReadonlySet<string>> {
  const chosen = new Map(files.map(({ fileName, path }) => [basename(fileName), path]));
  const wanted = [...chosen].filter(([name]) => MODEL_FILE.test(name));
  if (!chosen.has('model.json')) throw withoutTopology();
  await explainingAsync(async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const [name, path] of wanted) await copyFile(path, join(folder, name));
  });
  return new Set(wanted.map(([name]) => name));
}

const KEPT = 'Every other model; nothing was imported.';

const withoutTopology = () =>
  badInput('MODEL_WITHOUT_TOPOLOGY', {
    happened: 'There is no model.json among what was chosen.',
    kept: KEPT,
    toDo: 'Choose the folder of a model package, or of a model that TensorFlow.js saved.',
  });

const planUnknown = () =>
  badInput('PLAN_UNKNOWN', {
    happened: 'This model was imported already, or its preview is too old.',
    kept: KEPT,
    toDo: 'Choose the model again.',
  });

const slow = () =>
  badInput('MODEL_TOO_SLOW', {
    happened: 'The model could not be opened within two minutes.',
    kept: KEPT,
    toDo: 'Use a smaller model.',
  });

const undescribed = () =>
  badInput('MODEL_UNDESCRIBED', {
    happened: 'The model has no card, and was not described.',
    kept: KEPT,
    toDo: 'Say what it is, what it was trained on, and under which licence it stands.',
  });

const nameTaken = (id: string) =>
  badInput('MODEL_NAME_TAKEN', {
    happened: `The workspace has a model "${id}" already.`,
    kept: KEPT,
    toDo: 'Remove that one first, or give this one another name.',
  });
