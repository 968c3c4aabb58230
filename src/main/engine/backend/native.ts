import { createRequire } from 'node:module';
import util from 'node:util';

/**
 * tfjs-node calls `util` functions that Node 23 removed (tensorflow/tfjs #8425, #8609, #8746);
 * they must exist before the package is loaded.
 */
function restoreRemovedUtilFunctions(): void {
  const removed: Record<string, (value: unknown) => boolean> = {
    isNullOrUndefined: (value) => value === null || value === undefined,
    isArray: (value) => Array.isArray(value),
  };
  for (const [name, implementation] of Object.entries(removed)) {
    if (!(name in util)) Object.defineProperty(util, name, { value: implementation, configurable: true });
  }
}

/** Registers the `tensorflow` backend. Throws where the binding or libtensorflow cannot be loaded. */
export function loadNativeBackend(): void {
  // Informational lines of libtensorflow would break a terminal's progress bar; warnings stay.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '1';
  restoreRemovedUtilFunctions();
  createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu');
}
