/** How far a screening is. */
export interface ScreeningProgress {
  /** Images. */
  readonly done: number;
  readonly total: number;
  /** Null until something is done. */
  readonly secondsLeft: number | null;
}

/**
 * Progress in images, where the work is a search for each image and model: of two searches that an image needs, each counts
 * half of it.
 */
export class SearchCount {
  readonly #images: number;
  readonly #searches: number;
  readonly #report: ((progress: ScreeningProgress) => void) | undefined;
  readonly #now: () => number;
  readonly #startedAt: number;
  /** Searches of batches under way that are done already. */
  readonly #within = new Map<unknown, number>();
  #done = 0;

  /** @param now monotonic milliseconds */
  constructor(
    { images, searches }: { readonly images: number; readonly searches: number },
    report: ((progress: ScreeningProgress) => void) | undefined,
    now = () => performance.now(),
  ) {
    this.#images = images;
    this.#searches = searches;
    this.#report = report;
    this.#now = now;
    this.#startedAt = now();
  }

  /** So many searches of this batch are done. */
  within(batch: unknown, searches: number): void {
    this.#within.set(batch, searches);
    this.#tell();
  }

  /** The batch, of so many searches, is stored. */
  end(batch: unknown, searches: number): void {
    this.#within.delete(batch);
    this.#done += searches;
    this.#tell();
  }

  #tell(): void {
    const done = [...this.#within.values()].reduce((sum, searches) => sum + searches, this.#done);
    const seconds = (this.#now() - this.#startedAt) / 1000;
    this.#report?.({
      done: Math.floor((this.#images * done) / this.#searches),
      total: this.#images,
      secondsLeft: done === 0 ? null : (seconds / done) * (this.#searches - done),
    });
  }
}
