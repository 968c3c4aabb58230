import { utilityProcess } from 'electron';
import { type EngineLauncher, type EngineProcess, keepLastWords } from '../../services/engine/index.ts';

/**
 * Starts the engine as a utility process of Electron (libtensorflow crashes in Electron's main process).
 *
 * @param entry path of the engine's entry file
 */
export function electronEngineLauncher(entry: string): EngineLauncher {
  return { launch: () => launch(entry) };
}

function launch(entry: string): EngineProcess {
  const child = utilityProcess.fork(entry, [], { serviceName: 'Epsiloscope engine', stdio: 'pipe' });
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
      child.kill();
    },
  };
}
