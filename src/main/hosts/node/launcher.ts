import { fork } from 'node:child_process';
import { type EngineLauncher, type EngineProcess, keepLastWords } from '../../services/engine/index.ts';

/**
 * Starts the engine as a child of Node.
 *
 * @param entry path of the engine's entry file
 * @param environment added to this process's own
 */
export function nodeEngineLauncher(entry: string, environment: NodeJS.ProcessEnv = {}): EngineLauncher {
  return { launch: () => launch(entry, environment) };
}

function launch(entry: string, environment: NodeJS.ProcessEnv): EngineProcess {
  const child = fork(entry, [], {
    serialization: 'advanced',
    // The parent's flags (an inspector's port, a test runner's loader) are not meant for the engine.
    execArgv: [],
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const lastWords = keepLastWords([child.stdout, child.stderr]);
  let failure = '';
  // Told by 'close' as well, save for the reason.
  child.on('error', (error) => {
    failure = error.message;
  });
  return {
    send: (request) => {
      if (child.connected) child.send(request, () => undefined);
    },
    onReply: (listener) => {
      child.on('message', listener);
    },
    onExit: (listener) => {
      child.once('close', (code, signal) => {
        listener({ code, signal, lastWords: lastWords() || failure });
      });
    },
    kill: () => {
      child.kill('SIGKILL');
    },
  };
}
