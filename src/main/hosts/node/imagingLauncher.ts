import { fork } from 'node:child_process';
import { MAX_CHILD_MEMORY_BYTES } from '../../imaging/limits.ts';
import type { ImagingLauncher } from '../../imaging/protocol.ts';

export const JAVASCRIPT_HEAP_MEGABYTES = 256;
const LAST_WORDS_CHARACTERS = 2000;

/**
 * The child sees no secrets of the environment. libvips would write images of more than 100 MB to the temporary folder:
 * lesions do not belong there, and memory is bounded anyway.
 */
export function imagingEnvironment(): NodeJS.ProcessEnv {
  const systemRoot = process.env['SystemRoot'];
  return {
    VIPS_BLOCK_UNTRUSTED: '1',
    VIPS_DISC_THRESHOLD: '4g',
    UV_THREADPOOL_SIZE: '2',
    ...(systemRoot === undefined ? {} : { SystemRoot: systemRoot }),
  };
}

/**
 * Starts imaging processes as children of Node.
 *
 * @param entry path of hosts/worker/imaging.ts, or of what it was built to
 * @param memoryLimitBytes resident memory at which a child gives up
 */
export function nodeImagingLauncher(entry: string, memoryLimitBytes = MAX_CHILD_MEMORY_BYTES): ImagingLauncher {
  return (listener) => {
    const child = fork(entry, [String(memoryLimitBytes)], {
      serialization: 'advanced',
      execArgv: [`--max-old-space-size=${JAVASCRIPT_HEAP_MEGABYTES}`],
      env: imagingEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let lastWords = '';
    let ended = false;
    const end = (reason: string) => {
      if (ended) return;
      ended = true;
      listener.onExit(`${reason} ${lastWords}`.trim());
    };
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      lastWords = (lastWords + text).slice(-LAST_WORDS_CHARACTERS);
    });
    child.on('message', (reply) => {
      listener.onReply(reply);
    });
    // "close" follows "exit" once the last words have arrived.
    child.on('close', (code, signal) => {
      end(signal === null ? `Exit status ${code ?? 'unknown'}.` : `Ended by ${signal}.`);
    });
    // Not every error ends the child (a message to one that is just ending is one); a child that never was has no pid.
    child.on('error', (error) => {
      if (child.pid === undefined) end(error.message);
    });
    return {
      pid: child.pid,
      send: (request) => {
        child.send(request);
      },
      kill: () => {
        child.kill('SIGKILL');
      },
    };
  };
}
