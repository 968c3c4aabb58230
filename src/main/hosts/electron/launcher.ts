import { utilityProcess } from 'electron';
import { type EngineLauncher, type EngineProcess, keepLastWords } from '../../services/engine/index.ts';

export const ENGINE_SERVICE_NAME = 'Epsiloscope engine';

/**
 * Starts the engine as a utility process of Electron (libtensorflow crashes in Electron's main process).
 *
 * @param entry path of the engine's entry file
 * @param environment added to this process's own
 */
export function electronEngineLauncher(entry: string, environment: NodeJS.ProcessEnv = {}): EngineLauncher {
  return { launch: () => launch(entry, environment) };
}

function launch(entry: string, environment: NodeJS.ProcessEnv): EngineProcess {
  const child = utilityProcess.fork(entry, [], {
    serviceName: ENGINE_SERVICE_NAME,
    env: { ...process.env, ...environment },
    stdio: 'pipe',
  });
  const lastWords = keepLastWords([child.stdout, child.stderr]);
  return {
    send: (request) => {
      child.postMessage(request);
    },
    onReply: (listener) => {
      child.on('message', listener);
    },
    onExit: (listener) => {
      child.once('exit', (code) => {
        listener({ code, signal: null, lastWords: lastWords() });
      });
    },
    kill: () => {
      killAtOnce(child);
    },
  };
}

/** Ends a process whatever it does, even where it is stopped; Electron's own `kill` only asks it to. */
export function killAtOnce(child: Electron.UtilityProcess): void {
  const kill = () => {
    try {
      if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
    } catch {
      // It has just ended by itself.
    }
  };
  // Its process id comes when it has started.
  if (child.pid === undefined) child.once('spawn', kill);
  else kill();
}
