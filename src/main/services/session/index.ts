/** What is open: workspace, reviewer, models compared, blindness; and the demonstration that makes itself. */
import type { Selection } from '../../../shared/contract/app/library.ts';
import type { Session } from '../../../shared/contract/app/session.ts';
import { EVERYTHING } from '../../../shared/domain/library.ts';
import type { ImageDecoder } from '../../imaging/index.ts';
import { caseCount, type Workspace } from '../../store/index.ts';
import { importImages, previewImport } from '../import/index.ts';
import { Library, NOBODY, type Viewpoint } from '../library/index.ts';
import { pairToBeginWith } from '../models/cards.ts';
import { modelShelfOf, type ModelRegistry } from '../models/registry.ts';
import { choosePair, chosenPair, reviewerAtWork, viewpointOf } from '../reviewers/index.ts';
import type { ScreeningDesk } from '../screening/desk.ts';
import type { WorkList } from '../work/index.ts';
import type { Workspaces } from '../workspaces/index.ts';

export interface SessionDeskParts {
  readonly workspaces: Workspaces;
  readonly registry: ModelRegistry;
  readonly work: WorkList;
  readonly decoder: ImageDecoder;
  /** Folder of the model packages that came with the program. */
  readonly bundledModels: string;
  readonly demo: { readonly images: string; readonly labels: string };
  readonly screening: ScreeningDesk;
  readonly onLibraryChange: () => void;
}

export class SessionDesk {
  readonly #parts: SessionDeskParts;
  #library: { readonly of: Workspace; readonly library: Library } | null = null;

  constructor(parts: SessionDeskParts) {
    this.#parts = parts;
  }

  get(): Session {
    const { workspaces } = this.#parts;
    if (workspaces.facts === null) return { workspace: null, reviewer: null, blind: false, pair: null };
    const workspace = workspaces.current;
    return {
      workspace: { ...workspaces.facts, cases: caseCount(workspace.db) },
      reviewer: reviewerAtWork(workspace.db),
      blind: viewpointOf(workspace).blind,
      pair: chosenPair(workspace.db),
    };
  }

  /** @throws EpsiloscopeError `NO_WORKSPACE` */
  viewpoint(): Viewpoint {
    return viewpointOf(this.#parts.workspaces.current);
  }

  /** The library of the open workspace. @throws EpsiloscopeError `NO_WORKSPACE` */
  library(): Library {
    const workspace = this.#parts.workspaces.current;
    if (this.#library?.of !== workspace) this.#library = { of: workspace, library: new Library(workspace) };
    return this.#library.library;
  }

  /**
   * Opens the workspace in a folder, and makes one where there is none. Work on another one ends before that.
   *
   * @throws EpsiloscopeError as `openWorkspace` of the store; the one that was open stays so
   */
  async open(path: string): Promise<Session> {
    const { workspaces, work, registry, bundledModels, screening } = this.#parts;
    if (workspaces.isOpenAt(path)) return this.get();
    await work.pauseAll();
    const workspace = await workspaces.open(path);
    registry.setWorkspaceShelf(modelShelfOf(workspace.folder));
    const pair = chosenPair(workspace.db) === null ? pairToBeginWith(bundledModels) : null;
    if (pair !== null) choosePair(workspace.db, pair);
    screening.resume();
    return this.get();
  }

  /** Opens the demonstration; where it has no images yet, their import begins, and then their screening. */
  async openDemo(): Promise<Session> {
    const { workspaces, work } = this.#parts;
    const session = await this.open(workspaces.demoFolder);
    if (session.workspace?.cases === 0 && !work.busy) await this.#makeDemo();
    return this.get();
  }

  async close(): Promise<Session> {
    const { workspaces, work, registry } = this.#parts;
    await work.pauseAll();
    workspaces.close();
    registry.setWorkspaceShelf(null);
    return this.get();
  }

  async #makeDemo(): Promise<void> {
    const { demo, workspaces, work, decoder, screening, onLibraryChange } = this.#parts;
    const workspace = workspaces.current;
    const plan = await previewImport(demo.images, demo.labels);
    work.begin('import', plan.images.length, async (control) => {
      const { cases, images, alreadyKnown, refused } = await importImages(workspace, plan, { decoder, ...control });
      onLibraryChange();
      const pair = chosenPair(workspace.db);
      const imagesOfAll = new Library(workspace).imagesOf(NOBODY, ALL_CASES);
      if (pair !== null) screening.begin(ALL_CASES, imagesOfAll, [pair.first, pair.second]);
      return { cases, images, alreadyKnown, refused: [...refused] };
    });
  }
}

const ALL_CASES: Selection = { kind: 'query', query: { ...EVERYTHING, facets: {}, order: 'imported' } };
