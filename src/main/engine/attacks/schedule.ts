import type { Trial, TrialResult, TrialSource } from './trials.ts';

/** Trials in the order in which they count: the first success in this order ends the chain. */
export type Chain = readonly Trial[];

export interface ChainOutcome {
  /** Position of the first success, or null when every trial failed. */
  readonly firstSuccess: number | null;
  /** Results by position; all are there up to the first success, later ones are not to be looked at. */
  readonly results: readonly (TrialResult | undefined)[];
}

/** One image's search: it asks for chains one after the other, each chosen by the outcomes before it. */
export type Search = Generator<Chain, void, ChainOutcome>;

interface OpenChain {
  readonly search: Search;
  readonly chain: Chain;
  readonly results: (TrialResult | undefined)[];
  /** How many trials were handed out, from the front. */
  offered: number;
  /** How many of those still run. */
  running: number;
  firstSuccess: number | null;
}

/**
 * Runs many searches at once, so that batches stay full though each search is a sequence. A search has one
 * trial in flight; where places are free it is given further ones ahead of time, whose results count only if
 * all before them fail. So an outcome depends on the search alone, never on what ran beside it.
 */
export class Schedule implements TrialSource {
  readonly #waiting: Iterator<Search>;
  readonly #open = new Set<OpenChain>();
  readonly #running = new Map<Trial, { open: OpenChain; position: number }>();

  constructor(searches: Iterable<Search>) {
    this.#waiting = searches[Symbol.iterator]();
  }

  next(): Trial | undefined {
    for (const open of this.#open) if (open.running === 0) return this.#offer(open);
    for (let search = this.#waiting.next(); !search.done; search = this.#waiting.next()) {
      const open = this.#openChain(search.value, search.value.next());
      if (open) return this.#offer(open);
    }
    return undefined;
  }

  speculate(): Trial | undefined {
    const candidates = [...this.#open].filter((open) => open.offered < neededOf(open));
    const [least] = candidates.sort((a, b) => a.running - b.running);
    return least && this.#offer(least);
  }

  isNeeded(trial: Trial): boolean {
    return this.#running.has(trial);
  }

  settle(trial: Trial, result: TrialResult): void {
    const running = this.#running.get(trial);
    if (!running) return;
    const { open, position } = running;
    this.#stop(trial);
    open.results[position] = result;
    if (result.success) this.#succeed(open, position);
    if (open.running === 0 && open.offered >= neededOf(open)) this.#close(open);
  }

  #openChain(search: Search, asked: IteratorResult<Chain, void>): OpenChain | undefined {
    if (asked.done) return undefined;
    const open: OpenChain = { search, chain: asked.value, results: [], offered: 0, running: 0, firstSuccess: null };
    this.#open.add(open);
    return open;
  }

  #offer(open: OpenChain): Trial | undefined {
    const position = open.offered;
    const trial = open.chain[position];
    if (!trial) return undefined;
    this.#running.set(trial, { open, position });
    open.offered += 1;
    open.running += 1;
    return trial;
  }

  #stop(trial: Trial): void {
    const running = this.#running.get(trial);
    if (running) running.open.running -= 1;
    this.#running.delete(trial);
  }

  /** Trials after a success are needless. */
  #succeed(open: OpenChain, position: number): void {
    open.firstSuccess = position;
    open.chain.slice(position + 1, open.offered).forEach((trial) => {
      this.#stop(trial);
    });
  }

  #close(open: OpenChain): void {
    this.#open.delete(open);
    const { firstSuccess, results } = open;
    this.#openChain(open.search, open.search.next({ firstSuccess, results }));
  }
}

/** How many of the chain's trials must be known: all up to the first success. */
const neededOf = ({ chain, firstSuccess }: OpenChain): number =>
  firstSuccess === null ? chain.length : firstSuccess + 1;
