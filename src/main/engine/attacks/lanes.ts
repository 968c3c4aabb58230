import type { Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { nextTurn, type Control } from './control.ts';
import { BATCH_MULTIPLE, BATCH_SIZE, paddedRows } from './judgement.ts';
import type { Rows } from './rows.ts';
import type { Trial, TrialResult, TrialSource } from './trials.ts';

/** A trial under way and the little that it remembers from step to step; its pixels stay on the device. */
export interface Lane<Memory> {
  readonly trial: Trial;
  readonly memory: Memory;
}

/** What a step made of a lane: the trial ended with a result, or goes on with a memory. */
export type AfterStep<Memory> = { readonly result: TrialResult } | { readonly memory: Memory };

/**
 * What an attack computes: everything about it but which trials there are. Whatever it draws or remembers belongs to one
 * lane, so that a trial's result is that of the plain loop over its image alone.
 */
export interface Method<Memory, Own extends Rows> {
  readonly begin: (trial: Trial) => Memory;
  /** The rows of fresh trials, one each; inside a tidy. */
  readonly start: (trials: readonly Trial[]) => Own;
  /**
   * One step of every lane: judges one input of each, ends who is done, moves the others. Inside a tidy; tensors of
   * `rows` may be handed on as they are.
   */
  readonly step: (
    lanes: readonly Lane<Memory>[],
    rows: Own,
  ) => { readonly rows: Own; readonly lanes: readonly AfterStep<Memory>[] };
}

/**
 * A batch whose rows are independent runs of one method, each at its own step and with its own epsilon. A row that
 * succeeded or ran out is settled and its place given to the next trial, so the batch stays full.
 */
class Lanes<Memory, Own extends Rows> {
  readonly #method: Method<Memory, Own>;
  readonly #source: TrialSource;
  readonly #size: number;
  #lanes: readonly (Lane<Memory> | undefined)[] = [];
  #rows: Own | undefined;

  constructor(method: Method<Memory, Own>, source: TrialSource, size: number) {
    this.#method = method;
    this.#source = source;
    this.#size = size;
  }

  /** Frees the places of settled and needless trials and fills them. False when there is nothing left to do. */
  refill(): boolean {
    const kept = [...this.#lanes.entries()].flatMap(([row, lane]) =>
      lane && this.#source.isNeeded(lane.trial) ? [{ row, lane }] : [],
    );
    const fresh = this.#take(kept.length);
    if (fresh.length > 0 || kept.length < this.#lanes.length) {
      this.#arrange(
        kept.map(({ row }) => row),
        fresh,
      );
      const begun = fresh.map((trial) => ({ trial, memory: this.#method.begin(trial) }));
      this.#lanes = [...kept.map(({ lane }) => lane), ...begun];
    }
    return this.#lanes.length > 0;
  }

  #take(running: number): Trial[] {
    const fresh: Trial[] = [];
    while (running + fresh.length < this.#size) {
      const trial = this.#source.next();
      if (!trial) break;
      fresh.push(trial);
    }
    while ((running + fresh.length) % BATCH_MULTIPLE !== 0) {
      const trial = this.#source.speculate();
      if (!trial) break;
      fresh.push(trial);
    }
    return fresh;
  }

  /** The new rows: the kept ones of the old batch, then those of the fresh trials, then padding. */
  #arrange(keptRows: readonly number[], fresh: readonly Trial[]): void {
    const old = this.#rows;
    this.#rows =
      keptRows.length + fresh.length === 0
        ? undefined
        : tf.tidy(() => {
            const parts = [...(old ? [old] : []), ...(fresh.length > 0 ? [this.#method.start(fresh)] : [])];
            const oldCount = old ? (Object.values(old)[0]?.shape[0] ?? 0) : 0;
            const rows = tf.tensor1d(paddedRows([...keptRows, ...fresh.map((_, at) => oldCount + at)]), 'int32');
            return mapRows(parts, (tensors) => tf.gather(tf.concat([...tensors], 0), rows));
          });
    if (old) tf.dispose(Object.values(old));
  }

  /** One step of every lane; settles those that ended. */
  advance(): void {
    const before = this.#rows;
    if (!before) return;
    const lanes = this.#lanes.flatMap((lane) => lane ?? []);
    let after: readonly AfterStep<Memory>[] = [];
    const rows = tf.tidy(() => {
      const step = this.#method.step(lanes, before);
      after = step.lanes;
      return step.rows;
    });
    this.#rows = rows;
    const handedOn = new Set(Object.values(rows));
    tf.dispose(Object.values(before).filter((tensor) => !handedOn.has(tensor)));
    this.#lanes = lanes.map(({ trial }, row) => this.#settle(trial, after[row]));
  }

  #settle(trial: Trial, after: AfterStep<Memory> | undefined): Lane<Memory> | undefined {
    if (after && 'memory' in after) return { trial, memory: after.memory };
    if (after) this.#source.settle(trial, after.result);
    return undefined;
  }

  dispose(): void {
    if (this.#rows) tf.dispose(Object.values(this.#rows));
    this.#rows = undefined;
  }
}

/** Applies `join` to the tensors of one name in all parts, name by name. Every part has the same names. */
function mapRows<Own extends Rows>(parts: readonly Own[], join: (tensors: readonly Tensor4D[]) => Tensor4D): Own {
  const names = Object.keys(parts[0] ?? {});
  const joined = names.map((name) => [name, join(parts.flatMap((part) => part[name] ?? []))] as const);
  return Object.fromEntries(joined) as Rows as Own;
}

/**
 * Runs every trial that `source` gives, `laneCount` (a multiple of 8) at a time, until it has none left.
 * Each trial's result is that of the plain loop over its image alone; which trials run side by side never
 * matters. Throws `INTERRUPTED` within one step of a cancel.
 */
export async function runTrials<Memory, Own extends Rows>(
  method: Method<Memory, Own>,
  source: TrialSource,
  control: Control,
  laneCount = BATCH_SIZE,
): Promise<void> {
  const lanes = new Lanes(method, source, laneCount);
  try {
    while (lanes.refill()) {
      await nextTurn(control);
      lanes.advance();
    }
  } finally {
    lanes.dispose();
  }
}
