/** Folders that the person chose in the host's dialog. The page holds a random word for each, never a path. */
import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type { FolderGrant } from '../../../shared/contract/app/program.ts';
import { badInput } from '../../../shared/kernel/errors.ts';

export class FolderGrants {
  readonly #folders = new Map<string, string>();

  grant(folder: string): FolderGrant {
    const grant = randomUUID();
    this.#folders.set(grant, folder);
    return { grant, label: basename(folder) };
  }

  /** @throws EpsiloscopeError `FOLDER_NOT_CHOSEN` */
  folderOf(grant: string): string {
    const folder = this.#folders.get(grant);
    if (folder !== undefined) return folder;
    throw badInput('FOLDER_NOT_CHOSEN', {
      happened: 'This folder was not chosen in a dialog of this program.',
      kept: 'Everything.',
      toDo: 'Choose the folder again.',
    });
  }
}
