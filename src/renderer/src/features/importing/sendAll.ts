/** Sends many files, a few at a time. */

export interface SendProgress {
  readonly done: number;
  readonly total: number;
  readonly sentBytes: number;
  readonly totalBytes: number;
}

export interface SendOutcome {
  /** Places of the files that did not arrive, ascending: refused, or not tried any more. */
  readonly unsent: readonly number[];
  /** Why the first of them did not; null: all arrived, or the sending was cancelled. */
  readonly error: Error | null;
}

interface SendOptions {
  /** Which of the files are sent. */
  readonly indices: readonly number[];
  /** Of each file, in bytes. */
  readonly sizeOf: (index: number) => number;
  readonly send: (index: number) => Promise<void>;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: SendProgress) => void;
}

const AT_A_TIME = 4;
/** A single file may be broken; so many in a row, and the disk or the program is gone. */
const MOST_FAILURES_IN_A_ROW = 20;

/** One file that fails does not keep the others back. When the signal aborts, no further one is begun. */
export async function sendAll({ indices, sizeOf, send, signal, onProgress }: SendOptions): Promise<SendOutcome> {
  const waiting = indices.values();
  const arrived = new Set<number>();
  const totalBytes = indices.reduce((sum, index) => sum + sizeOf(index), 0);
  let sentBytes = 0;
  let failuresInARow = 0;
  let firstError: Error | null = null;
  const work = async () => {
    for (const index of waiting) {
      if (signal.aborted || failuresInARow >= MOST_FAILURES_IN_A_ROW) return;
      try {
        await send(index);
        arrived.add(index);
        failuresInARow = 0;
        sentBytes += sizeOf(index);
        onProgress({ done: arrived.size, total: indices.length, sentBytes, totalBytes });
      } catch (error) {
        failuresInARow += 1;
        firstError ??= error instanceof Error ? error : new Error(String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return { unsent: indices.filter((index) => !arrived.has(index)), error: firstError };
}
