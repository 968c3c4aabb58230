import type { Selection } from '../../../shared/contract/app/library.ts';
import type { ScreeningState, Work } from '../../../shared/contract/app/work.ts';
import type { Engine } from '../../../shared/contract/engine.ts';
import { EpsiloscopeError } from '../../../shared/kernel/errors.ts';
import type { Sha256 } from '../../../shared/kernel/ids.ts';
import { askedScreening, imageCount, noteScreening, screenedCounts, type Workspace } from '../../store/index.ts';
import { Library, NOBODY } from '../library/index.ts';
import type { ModelRegistry } from '../models/registry.ts';
import type { ModelInputs } from '../pictures/index.ts';
import { isNotWanted, type WorkList } from '../work/index.ts';
import { screen } from './screen.ts';

export interface ScreeningDeskParts {
  readonly work: WorkList;
  readonly registry: ModelRegistry;
  readonly inputs: ModelInputs;
  readonly workspace: () => Workspace;
  /** Starts the engines of one screening, to be closed after it: they are many, and idle otherwise. */
  readonly engines: () => Engine;
  readonly onStored: () => void;
}

/** Screenings of the open workspace, as work that the page sees. */
export class ScreeningDesk {
  readonly #parts: ScreeningDeskParts;

  constructor(parts: ScreeningDeskParts) {
    this.#parts = parts;
  }

  /** How far the images have been screened, by the models that screened any. */
  state(): ScreeningState[] {
    const { db } = this.#parts.workspace();
    const images = imageCount(db);
    return screenedCounts(db).map((counted) => ({ ...counted, images }));
  }

  /**
   * Begins a screening, which goes on at the next opening of the workspace where it is broken off.
   *
   * @param images of the selection
   * @param models hashes of their cards; the work fails (`MODEL_GONE`) where one cannot be used
   */
  begin(selection: Selection, images: readonly Sha256[], models: readonly string[]): Work {
    const { work, onStored } = this.#parts;
    const workspace = this.#parts.workspace();
    return work.begin('screening', images.length, async (control) => {
      noteScreening(workspace.db, { selection, models });
      try {
        const report = await this.#withEngines(models, (engine, loaded) => {
          const dependencies = { engine, workspace, inputs: this.#parts.inputs };
          return screen(dependencies, { images, models: loaded }, { ...control, onStored });
        });
        noteScreening(workspace.db, null);
        return report;
      } catch (error) {
        if (isNotWanted(control.signal) || isRefusal(error)) noteScreening(workspace.db, null);
        throw error;
      }
    });
  }

  /** Goes on with the screening that the open workspace was left with, if there is one. */
  resume(): void {
    const workspace = this.#parts.workspace();
    const asked = askedScreening(workspace.db);
    if (asked === null) return;
    const images = new Library(workspace).imagesOf(NOBODY, asked.selection);
    this.begin(asked.selection, images, asked.models);
  }

  async #withEngines<T>(
    models: readonly string[],
    perform: (engine: Engine, loaded: Awaited<ReturnType<typeof loadInto>>) => Promise<T>,
  ): Promise<T> {
    const found = await Promise.all(models.map((sha256) => this.#parts.registry.find(sha256)));
    const engine = this.#parts.engines();
    try {
      return await perform(
        engine,
        await loadInto(
          engine,
          found.map(({ folder }) => folder),
        ),
      );
    } finally {
      await engine.close();
    }
  }
}

const loadInto = async (engine: Engine, folders: readonly string[]) => {
  const loaded = [];
  for (const directory of folders) loaded.push(await engine.call('loadModel', { directory }));
  return loaded;
};

/** What was asked for cannot be done, however often it is begun again. */
const isRefusal = (error: unknown): boolean => error instanceof EpsiloscopeError && error.kind === 'badInput';
