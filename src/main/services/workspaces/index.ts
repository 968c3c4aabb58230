/** The one workspace that is open, and those that were. */
import { basename, join, resolve } from 'node:path';
import type { RecentWorkspace, WorkspaceFacts } from '../../../shared/contract/app/session.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import { badInput } from '../../../shared/kernel/errors.ts';
import { openWorkspace, type Workspace } from '../../store/index.ts';
import { isWorkspace, RecentWorkspaces } from './recent.ts';

export interface WorkspacesOptions {
  readonly clock: Clock;
  /** Folder of the person's own files of the program. */
  readonly userFolder: string;
}

type Facts = Omit<WorkspaceFacts, 'cases'>;

/** As a second process that is kept waiting reads it. */
const COMMAND = 'the Epsiloscope window';

export class Workspaces {
  readonly #clock: Clock;
  readonly #ownFolder: string;
  readonly #recent: RecentWorkspaces;
  #open: { readonly workspace: Workspace; readonly facts: Facts } | null = null;

  constructor({ clock, userFolder }: WorkspacesOptions) {
    this.#clock = clock;
    this.#ownFolder = join(userFolder, 'workspaces');
    this.#recent = new RecentWorkspaces(join(userFolder, 'recent.json'));
  }

  get demoFolder(): string {
    return join(this.#ownFolder, 'demo');
  }

  get facts(): Facts | null {
    return this.#open?.facts ?? null;
  }

  /** @throws EpsiloscopeError `NO_WORKSPACE` */
  get current(): Workspace {
    if (this.#open !== null) return this.#open.workspace;
    throw badInput('NO_WORKSPACE', {
      happened: 'No workspace is open.',
      kept: 'Everything on disk.',
      toDo: 'Open the demo, or a workspace of your own.',
    });
  }

  /** Whether the workspace in this folder is open, and can be written still. */
  isOpenAt(path: string): boolean {
    return this.#open?.workspace.folder === resolve(path) && this.#open.workspace.isInPlace();
  }

  recent(): readonly RecentWorkspace[] {
    return this.#recent.list();
  }

  /**
   * Opens a workspace, and closes the one before; that one stays open where the new one cannot be opened. One whose folder
   * was replaced, as by a disk that was plugged in again, is opened anew.
   *
   * @throws EpsiloscopeError as `openWorkspace` of the store
   */
  async open(path: string): Promise<Workspace> {
    const folder = resolve(path);
    if (this.#open !== null && this.isOpenAt(folder)) return this.#open.workspace;
    const workspace = await openWorkspace(folder, { clock: this.#clock, command: COMMAND });
    this.close();
    const { id } = workspace;
    this.#open = {
      workspace,
      facts: { id, name: basename(folder), folder, demo: folder === resolve(this.demoFolder) },
    };
    await this.#recent.remember({ id, folder, openedAt: this.#clock.now() });
    return workspace;
  }

  /** @throws EpsiloscopeError `WORKSPACE_FORGOTTEN`; `WORKSPACE_MISSING` rather than that an empty one were made in its place */
  folderOfRecent(id: string): string {
    const folder = this.#recent.folderOf(id);
    if (folder !== undefined && !isWorkspace(folder)) throw missing(folder);
    if (folder !== undefined) return folder;
    throw badInput('WORKSPACE_FORGOTTEN', {
      happened: 'This workspace is not among those that were open last.',
      kept: 'The workspace on disk.',
      toDo: 'Open its folder.',
    });
  }

  /** Where a workspace of this name lies in the person's own folder. */
  folderOfOwn(name: string): string {
    return join(this.#ownFolder, name);
  }

  close(): void {
    const open = this.#open;
    this.#open = null;
    open?.workspace.close();
  }
}

const missing = (folder: string) =>
  badInput('WORKSPACE_MISSING', {
    happened: `The workspace is not in ${folder} now.`,
    kept: 'Everything in it, where it is.',
    toDo: 'Plug its disk in, or put its folder back where it was; then open it again.',
  });
