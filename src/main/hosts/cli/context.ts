import type { ErrorKind } from '../../../shared/kernel/errors.ts';
import type { Terminal } from './terminal.ts';

/** What every command is given beside its own options. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
}

/** How a command ended, where it has told the person itself; each stands for an exit code. */
export type Outcome = 'done' | ErrorKind;
