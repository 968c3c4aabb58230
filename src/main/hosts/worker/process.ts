import { type EngineImplementation, type EnginePort, serveEngine } from '../../engine/server.ts';
import { parentProcess } from './parent.ts';

/** Exit codes that tell a reader of logs what ended the engine. */
const EXIT = { unexpectedError: 70, noParent: 64 } as const;

/**
 * Makes this process an engine: serves its parent until the parent goes away. An error that nobody handled leaves
 * numerics in an unknown state, so it ends the process; the parent starts another one.
 */
export function runEngineProcess(methods: EngineImplementation): void {
  process.on('uncaughtException', endOnError);
  process.on('unhandledRejection', endOnError);
  // Ctrl-C reaches every process of a terminal's group: the parent decides, and cancels or closes.
  process.on('SIGINT', () => undefined);
  serveEngine(portToParent(), methods);
}

function endOnError(error: unknown): never {
  console.error('The engine ends after an unexpected error:', error);
  process.exit(EXIT.unexpectedError);
}

function portToParent(): EnginePort {
  const parent = parentProcess();
  if (parent !== null) return parent;
  console.error('The engine is started by Epsiloscope, not by hand.');
  process.exit(EXIT.noParent);
}
