/** The workspaces that were open last, by the person who uses this machine. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import type { RecentWorkspace } from '../../../shared/contract/app/session.ts';

const recentSchema = z.array(z.strictObject({ id: z.uuid(), folder: z.string(), openedAt: z.string() }));
type Recent = z.infer<typeof recentSchema>[number];

const KEPT = 12;

/** Whether a workspace lies in the folder now; one whose damaged database was set aside is one still. */
export const isWorkspace = (folder: string): boolean =>
  ['epsiloscope.db', 'set-aside'].some((name) => existsSync(join(folder, name)));

export class RecentWorkspaces {
  readonly #file: string;

  /** @param file path of the JSON file; it need not be there */
  constructor(file: string) {
    this.#file = file;
  }

  list(): readonly RecentWorkspace[] {
    return this.#read().map((recent) => ({
      ...recent,
      name: basename(recent.folder),
      present: isWorkspace(recent.folder),
    }));
  }

  folderOf(id: string): string | undefined {
    return this.#read().find((recent) => recent.id === id)?.folder;
  }

  /** Puts a workspace first. */
  async remember(opened: Recent): Promise<void> {
    const others = this.#read().filter(({ id, folder }) => id !== opened.id && folder !== opened.folder);
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    await writeFileAtomic(this.#file, JSON.stringify([opened, ...others].slice(0, KEPT), null, 2), { mode: 0o600 });
  }

  /** A list that cannot be understood is an empty one: it is a convenience, and grows anew. */
  #read(): readonly Recent[] {
    if (!existsSync(this.#file)) return [];
    try {
      return recentSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
    } catch {
      return [];
    }
  }
}
