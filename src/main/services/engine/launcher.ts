import type { EngineRequest } from '../../../shared/contract/engine.ts';

/** How an engine process ended. */
export interface EngineExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** The end of what it wrote on its standard output and error. */
  readonly lastWords: string;
}

/** A running engine process. */
export interface EngineProcess {
  /** Sends when it can; a message to a process that has ended is lost, and `onExit` tells of the end. */
  send(request: EngineRequest): void;
  onReply(listener: (reply: unknown) => void): void;
  /** Told once, also when the process could not be started. */
  onExit(listener: (exit: EngineExit) => void): void;
  /** Ends it at once, whatever it does. */
  kill(): void;
}

/** Starts engine processes; one small implementation per host. */
export interface EngineLauncher {
  launch(): EngineProcess;
}

/** The last part of a process's output: enough to see a library's last complaint. */
const LAST_WORDS_CHARACTERS = 2000;

interface Output {
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
}

/** Reads the outputs to their ends, so that the process never blocks on them, and keeps the last part. */
export function keepLastWords(outputs: readonly (Output | null)[]): () => string {
  let text = '';
  for (const output of outputs) {
    output?.on('data', (chunk) => {
      text = (text + chunk.toString('utf8')).slice(-LAST_WORDS_CHARACTERS);
    });
  }
  return () => text.trim();
}
