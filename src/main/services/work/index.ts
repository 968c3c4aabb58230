/** Long work that the page sees: begun, followed, cancelled; one piece of a kind at a time. */
import { randomUUID } from 'node:crypto';
import type { Work, WorkKind } from '../../../shared/contract/app/work.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import { badInput, EpsiloscopeError, toWireError } from '../../../shared/kernel/errors.ts';

/** How the work tells how far it is, and learns that it is to stop. */
export interface WorkControl {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly done: number; readonly total: number }) => void;
}

export interface WorkOptions {
  readonly clock: Clock;
  /** Told of every change; of progress at most ten times a second for each piece of work. */
  readonly onChange: (work: Work) => void;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

interface Entry {
  work: Work;
  /** When it began to run; until then it waits for work of its kind. */
  startedAt: number;
  toldAt: number;
  readonly stop: AbortController;
  readonly ended: Promise<unknown>;
  outcome: unknown;
}

const NOT_WANTED = new DOMException('The person cancelled the work.', 'AbortError');
const PAUSED = new DOMException('The work is gone on with another time.', 'AbortError');

/** Whether the work was stopped since nobody wants it; not, where it was only broken off. */
export const isNotWanted = (signal: AbortSignal): boolean => signal.aborted && signal.reason === NOT_WANTED;

const MILLISECONDS_BETWEEN_NEWS = 100;
/** Before this an estimate is a guess. */
const MILLISECONDS_BEFORE_ESTIMATE = 1000;
const ENDED_KEPT = 20;

export class WorkList {
  readonly #options: WorkOptions;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  /** The end of the last work of each kind: the next one waits for it. */
  readonly #last = new Map<WorkKind, Promise<unknown>>();

  constructor(options: WorkOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Running first, the latest first among those that ended. */
  list(): readonly Work[] {
    const works = [...this.#entries.values()].map(({ work }) => work).reverse();
    return [...works.filter(isRunning), ...works.filter((work) => !isRunning(work))];
  }

  get busy(): boolean {
    return [...this.#entries.values()].some(({ work }) => isRunning(work));
  }

  /**
   * Begins the work as soon as others of its kind have ended.
   *
   * @param total in units of the work, as far as it is known
   */
  begin(kind: WorkKind, total: number, perform: (control: WorkControl) => Promise<unknown>): Work {
    const id = randomUUID();
    const stop = new AbortController();
    const before = this.#last.get(kind) ?? Promise.resolve();
    const ended = before.then(() => this.#perform(id, perform));
    this.#last.set(kind, ended);
    const work: Work = {
      id,
      kind,
      state: 'running',
      done: 0,
      total,
      secondsLeft: null,
      startedAt: this.#options.clock.now(),
      error: null,
    };
    this.#entries.set(id, { work, startedAt: this.#now(), toldAt: -Infinity, stop, ended, outcome: undefined });
    this.#forgetOld();
    this.#options.onChange(work);
    return work;
  }

  /** Answers once the work has stopped; at once where it has ended already. It is not wanted any more. */
  async cancel(id: string): Promise<void> {
    await this.#stop(this.#entry(id), NOT_WANTED);
  }

  /** Stops everything at its next safe point, to be gone on with another time. */
  async pauseAll(): Promise<void> {
    await Promise.all([...this.#entries.values()].map((entry) => this.#stop(entry, PAUSED)));
  }

  async #stop(entry: Entry, reason: DOMException): Promise<void> {
    entry.stop.abort(reason);
    await entry.ended;
  }

  /**
   * What the work came to.
   *
   * @throws EpsiloscopeError `WORK_NOT_DONE`, `WORK_UNKNOWN`
   */
  outcomeOf(id: string): unknown {
    const { work, outcome } = this.#entry(id);
    if (work.state === 'done') return outcome;
    throw badInput('WORK_NOT_DONE', {
      happened: 'This work has not come to its end.',
      kept: 'What it has stored so far.',
      toDo: 'Wait for its end, or begin it again.',
    });
  }

  async #perform(id: string, perform: (control: WorkControl) => Promise<unknown>): Promise<void> {
    const entry = this.#entry(id);
    const { signal } = entry.stop;
    try {
      signal.throwIfAborted();
      entry.startedAt = this.#now();
      const onProgress = ({ done, total }: { done: number; total: number }) => {
        this.#progress(entry, done, total);
      };
      entry.outcome = await perform({ signal, onProgress });
      this.#change(entry, { state: 'done', done: entry.work.total, secondsLeft: null });
    } catch (error) {
      const cancelled = signal.aborted || (error instanceof EpsiloscopeError && error.kind === 'interrupted');
      if (cancelled) this.#change(entry, { state: 'cancelled', secondsLeft: null });
      else this.#change(entry, { state: 'failed', secondsLeft: null, error: toWireError(error) });
    }
  }

  #progress(entry: Entry, done: number, total: number): void {
    const now = this.#now();
    const elapsed = now - entry.startedAt;
    const known = done > 0 && elapsed > MILLISECONDS_BEFORE_ESTIMATE;
    const secondsLeft = known ? Math.ceil(((elapsed / done) * (total - done)) / 1000) : null;
    entry.work = { ...entry.work, done, total, secondsLeft };
    if (now - entry.toldAt < MILLISECONDS_BETWEEN_NEWS) return;
    entry.toldAt = now;
    this.#options.onChange(entry.work);
  }

  #change(entry: Entry, change: Partial<Work>): void {
    entry.work = { ...entry.work, ...change };
    this.#options.onChange(entry.work);
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry !== undefined) return entry;
    throw badInput('WORK_UNKNOWN', {
      happened: 'There is no such work, or it ended long ago.',
      kept: 'Everything.',
      toDo: 'Look at the list of work.',
    });
  }

  #forgetOld(): void {
    const ended = [...this.#entries.values()].filter(({ work }) => !isRunning(work));
    for (const { work } of ended.slice(0, Math.max(0, ended.length - ENDED_KEPT))) this.#entries.delete(work.id);
  }
}

const isRunning = ({ state }: Work): boolean => state === 'running';
