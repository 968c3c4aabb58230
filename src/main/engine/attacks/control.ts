import { setImmediate } from 'node:timers/promises';
import type { CancelSignal } from '../../../shared/contract/engine.ts';
import { interrupted } from '../../../shared/kernel/errors.ts';

/** How a caller follows long work and stops it. */
export interface Control {
  readonly signal?: CancelSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/**
 * Lets waiting messages in (kernels block their thread, so a cancel could not arrive otherwise), then stops
 * the work where it was asked to. Called before every batch: a cancel takes effect within one step.
 */
export async function nextTurn({ signal }: Control): Promise<void> {
  await setImmediate();
  if (signal?.aborted) {
    throw interrupted('Every result stored before.', 'Start the same work again to go on from there.');
  }
}
