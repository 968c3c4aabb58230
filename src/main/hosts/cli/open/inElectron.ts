import { spawn } from 'node:child_process';
import { keepLastWords } from '../../../services/engine/index.ts';
import { START } from '../../node/start.ts';

export interface ElectronRun {
  readonly program: string;
  readonly args: readonly string[];
  readonly appFolder: string;
  /** Beside this process's own. */
  readonly environment: NodeJS.ProcessEnv;
  /** Aborted when the person ends it from the terminal. */
  readonly signal: AbortSignal;
}

/** How Electron ended: with its window having been there, or never having come so far. */
export type ElectronEnd =
  { readonly kind: 'ended'; readonly code: number | null } | { readonly kind: 'neverShown'; readonly reason: string };

/** Runs the app in Electron until it ends. What Chromium says on the way is for its authors. */
export function runInElectron({ program, args, appFolder, environment, signal }: ElectronRun): Promise<ElectronEnd> {
  return new Promise((resolve) => {
    const child = spawn(program, [appFolder, ...args], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    });
    const lastWords = keepLastWords([child.stderr]);
    let shown = false;
    child.on('message', (message) => {
      shown ||= message === START.shown;
    });
    const stop = () => {
      child.kill('SIGTERM');
    };
    signal.addEventListener('abort', stop, { once: true });
    child.on('error', (error) => {
      if (child.pid === undefined) resolve({ kind: 'neverShown', reason: error.message });
    });
    child.on('close', (code) => {
      signal.removeEventListener('abort', stop);
      const isEnd = shown || code === 0 || signal.aborted;
      resolve(isEnd ? { kind: 'ended', code } : { kind: 'neverShown', reason: lastLine(lastWords()) });
    });
  });
}

const lastLine = (words: string): string => words.split('\n').at(-1)?.trim() ?? '';
