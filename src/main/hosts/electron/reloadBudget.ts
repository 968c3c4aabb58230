const MOST_RELOADS = 3;
const RELOAD_WINDOW_MILLISECONDS = 60_000;

/** How often a page that crashed may be loaded again by itself. */
export class ReloadBudget {
  readonly #now: () => number;
  #reloads: readonly number[] = [];

  /** @param now monotonic milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** @returns whether to load it again now, which it then counts: at most three times within a minute */
  take(): boolean {
    const now = this.#now();
    this.#reloads = this.#reloads.filter((at) => now - at < RELOAD_WINDOW_MILLISECONDS);
    if (this.#reloads.length >= MOST_RELOADS) return false;
    this.#reloads = [...this.#reloads, now];
    return true;
  }
}
