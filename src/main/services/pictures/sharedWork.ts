import { interrupted } from '../../../shared/kernel/errors.ts';

interface Running<Result> {
  readonly result: Promise<Result>;
  readonly stop: AbortController;
  waiting: number;
}

const stopped = () => interrupted('Everything that was stored before.', 'Ask for the same again.');

/** What several callers ask for at once is done once, and stopped when none of them waits for it any more. */
export class SharedWork<Result> {
  readonly #running = new Map<string, Running<Result>>();

  /**
   * The result of the work of this name: begun now, or under way already. Rejects as it does, and with `INTERRUPTED` as
   * soon as the caller's signal aborts.
   */
  join(name: string, signal: AbortSignal | undefined, perform: (signal: AbortSignal) => Promise<Result>) {
    if (signal?.aborted === true) return Promise.reject(stopped());
    const running = this.#running.get(name) ?? this.#begin(name, perform);
    running.waiting += 1;
    return new Promise<Result>((resolve, reject) => {
      const leave = () => {
        running.waiting -= 1;
        if (running.waiting === 0) this.#end(name, running);
        reject(stopped());
      };
      signal?.addEventListener('abort', leave, { once: true });
      void running.result.then(resolve, reject).finally(() => signal?.removeEventListener('abort', leave));
    });
  }

  #begin(name: string, perform: (signal: AbortSignal) => Promise<Result>): Running<Result> {
    const stop = new AbortController();
    const running = { result: perform(stop.signal), stop, waiting: 0 };
    this.#running.set(name, running);
    const forget = () => {
      if (this.#running.get(name) === running) this.#running.delete(name);
    };
    running.result.then(forget, forget);
    return running;
  }

  /** Who asks from now on begins anew. */
  #end(name: string, running: Running<Result>): void {
    if (this.#running.get(name) === running) this.#running.delete(name);
    running.stop.abort();
  }
}
