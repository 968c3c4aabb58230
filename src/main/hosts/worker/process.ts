import type { EngineReply } from '../../../shared/contract/engine.ts';
import { type EngineImplementation, type EnginePort, serveEngine } from '../../engine/server.ts';

/** Electron's end of a utility process; there `process.parentPort`, typed here so that no Electron is needed. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

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
  const { parentPort } = process as { readonly parentPort?: ParentPort };
  if (parentPort) {
    return {
      send: (reply) => {
        parentPort.postMessage(reply);
      },
      onMessage: (listener) => {
        parentPort.on('message', ({ data }) => {
          listener(data);
        });
      },
    };
  }
  if (!process.send) {
    console.error('The engine is started by Epsiloscope, not by hand.');
    process.exit(EXIT.noParent);
  }
  process.on('disconnect', () => process.exit(0));
  return {
    send: sendToParent,
    onMessage: (listener) => {
      process.on('message', listener);
    },
  };
}

function sendToParent(reply: EngineReply): void {
  process.send?.(reply, undefined, undefined, () => {
    // A parent that is gone: 'disconnect' ends this process.
  });
}
