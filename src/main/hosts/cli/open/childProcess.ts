import { spawn } from 'node:child_process';
import { keepLastWords } from '../../../services/engine/index.ts';

/** How a program ended that was run to its end. */
export interface Ran {
  /** Null where a signal ended it, the time was up, or it could not be started. */
  readonly code: number | null;
  /** The end of what it said. */
  readonly lastWords: string;
}

/** Runs a script of Node.js quietly to its end; the signal ends it. */
export function runScript(args: readonly string[], folder: string, signal: AbortSignal): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], signal });
    const lastWords = keepLastWords([child.stdout, child.stderr]);
    // An abort as well: 'close' follows where there was a process.
    child.on('error', (error) => {
      if (child.pid === undefined) resolve({ code: null, lastWords: error.message });
    });
    child.on('close', (code) => {
      resolve({ code, lastWords: lastWords() });
    });
  });
}
