import { EXIT } from './exits.ts';

/**
 * The first Ctrl-C (or SIGTERM) asks the work to stop; the second ends the process at once. Either way what is stored stays.
 *
 * @param onFirst told once, at the first
 */
export function interruptSignal(onFirst: () => void): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    onFirst();
    controller.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return controller.signal;
}
