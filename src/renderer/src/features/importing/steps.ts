/** How far the person is with an import. */
import type { ImportPreview, ImportSource } from '../../../../shared/contract/app/importing.ts';
import type { LeftOut, NamedFile } from './namedFiles.ts';
import type { SendProgress } from './sendAll.ts';

/** Where the images come from, as the person knows it. */
export type Origin =
  { readonly kind: 'folder'; readonly label: string } | { readonly kind: 'files'; readonly count: number };

/** What was chosen, as the program has it. */
export interface Chosen {
  readonly source: ImportSource;
  readonly origin: Origin;
  readonly leftOut: LeftOut;
}

/** Files that are on their way to the program. */
export interface Sending {
  readonly upload: string;
  readonly files: readonly NamedFile[];
  readonly leftOut: LeftOut;
}

/** Why the chosen files cannot be sent. */
export type Unusable = { readonly kind: 'noneUsable' } | { readonly kind: 'tooMany'; readonly files: number };

export type Step =
  | { readonly kind: 'source'; readonly problem: Unusable | Error | null }
  /** Dropped folders are being listed. */
  | { readonly kind: 'collecting'; readonly files: number }
  | { readonly kind: 'sending'; readonly progress: SendProgress }
  /** Some files did not arrive: places in `files`. */
  | { readonly kind: 'unsent'; readonly sending: Sending; readonly unsent: readonly number[]; readonly error: Error }
  /** The program matches files and table. */
  | { readonly kind: 'asking' }
  | {
      readonly kind: 'preview';
      readonly chosen: Chosen;
      readonly preview: ImportPreview;
      /** Why it could not be done, or previewed with another table. */
      readonly error: Error | null;
      readonly busy: boolean;
    }
  /** Under way, or ended: the work knows. Null: begun elsewhere, or before the page was loaded again. */
  | { readonly kind: 'begun'; readonly work: string; readonly chosen: Chosen | null };

export const START: Step = { kind: 'source', problem: null };

/**
 * Whether files that were just dropped are taken up, or what is under way goes on.
 *
 * @param importRuns whether an import that was begun still runs
 */
export function takesFiles(step: Step, importRuns: boolean): boolean {
  switch (step.kind) {
    case 'source':
    case 'preview':
    case 'unsent':
      return true;
    case 'collecting':
    case 'sending':
    case 'asking':
      return false;
    case 'begun':
      return !importRuns;
  }
}
