/** How long work is brought to an engine that works on several calls at a time, and may die. */
import { EpsiloscopeError } from '../../../shared/kernel/errors.ts';

/**
 * Runs the pieces of each lane one after the other, and lanes side by side: whoever is free takes the next one. A failure
 * stops all of them.
 *
 * @param atATime lanes that run side by side: the engine's width
 * @returns what failed, first the one that stopped the others
 */
export async function runLanes<Piece>(
  lanes: readonly (readonly Piece[])[],
  atATime: number,
  compute: (piece: Piece, signal: AbortSignal) => Promise<void>,
  stop: AbortSignal | undefined,
): Promise<unknown[]> {
  const failure = new AbortController();
  const signal = stop ? AbortSignal.any([failure.signal, stop]) : failure.signal;
  const failures: unknown[] = [];
  const waiting = lanes.values();
  const work = async (): Promise<void> => {
    for (const lane of waiting) {
      for (const piece of lane) {
        if (signal.aborted) return;
        await compute(piece, signal);
      }
    }
  };
  const noteFailure = (error: unknown) => {
    failures.push(error);
    failure.abort();
  };
  await Promise.all(Array.from({ length: atATime }, () => work().catch(noteFailure)));
  return failures;
}

/** An engine that died may have met bad luck (memory); a second death on the same piece is a reason to stop. */
export async function twiceIfEngineDies<Result>(compute: () => Promise<Result>): Promise<Result> {
  try {
    return await compute();
  } catch (error) {
    if (error instanceof EpsiloscopeError && error.code === 'ENGINE_DIED') return compute();
    throw error;
  }
}
