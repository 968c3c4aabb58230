import { utilityProcess } from 'electron';
import { type EngineLauncher, type EngineProcess, keepLastWords } from '../../services/engine/index.ts';

export const ENGINE_SERVICE_NAME = 'Epsiloscope engine';

/**
 * Starts the engine as a utility process of Electron (libtensorflow crashes in Electron's main process).
 *
 * @param entry path of the engine's entry file
 * @param onEnd told the exit code each time that an engine process has ended
 */
export function electronEngineLauncher(entry: string, onEnd: (code: number) => void): EngineLauncher {
  return { launch: () => launch(entry, onEnd) };
}

function launch(entry: string, onEnd: (code: number) => void): EngineProcess {
  const child = utilityProcess.fork(entry, [], { serviceName: ENGINE_SERVICE_NAME, stdio: 'pipe' });
  const lastWords = keepLastWords([child.stdout, child.stderr]);
  child.once('exit', onEnd);
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
