import { utilityProcess } from 'electron';
import { MAX_CHILD_MEMORY_BYTES } from '../../imaging/limits.ts';
import type { ImagingLauncher } from '../../imaging/protocol.ts';
import { keepLastWords } from '../../services/engine/index.ts';
import { imagingEnvironment, JAVASCRIPT_HEAP_MEGABYTES } from '../node/imagingLauncher.ts';
import { killAtOnce } from './launcher.ts';

/**
 * Starts imaging processes as utility processes of Electron.
 *
 * @param entry path of the imaging process's entry file
 * @param memoryLimitBytes resident memory at which a child gives up
 */
export function electronImagingLauncher(entry: string, memoryLimitBytes = MAX_CHILD_MEMORY_BYTES): ImagingLauncher {
  return (listener) => {
    const child = utilityProcess.fork(entry, [String(memoryLimitBytes)], {
      serviceName: 'Epsiloscope imaging',
      execArgv: [`--max-old-space-size=${JAVASCRIPT_HEAP_MEGABYTES}`],
      env: imagingEnvironment(),
      stdio: 'pipe',
    });
    const lastWords = keepLastWords([child.stdout, child.stderr]);
    child.on('message', (reply: unknown) => {
      listener.onReply(reply);
    });
    child.once('exit', (code) => {
      listener.onExit(`Exit status ${code}. ${lastWords()}`.trim());
    });
    return {
      get pid() {
        return child.pid;
      },
      send: (request) => {
        child.postMessage(request);
      },
      kill: () => {
        killAtOnce(child);
      },
    };
  };
}
