import type { ScreeningState, Work } from '../../../shared/contract/app/work.ts';
import type { Engine } from '../../../shared/contract/engine.ts';
import { imageCount, screenedCounts, type Workspace } from '../../store/index.ts';
import type { Sha256 } from '../../../shared/kernel/ids.ts';
import type { ModelRegistry } from '../models/registry.ts';
import type { ModelInputs } from '../pictures/index.ts';
import type { WorkList } from '../work/index.ts';
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

  /** @param models hashes of their cards; the work fails (`MODEL_GONE`) where one cannot be used */
  begin(images: readonly Sha256[], models: readonly string[]): Work {
    const { work, onStored } = this.#parts;
    const workspace = this.#parts.workspace();
    return work.begin('screening', images.length, (control) =>
      this.#withEngines(models, (engine, loaded) =>
        screen({ engine, workspace, inputs: this.#parts.inputs }, { images, models: loaded }, { ...control, onStored }),
      ),
    );
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
