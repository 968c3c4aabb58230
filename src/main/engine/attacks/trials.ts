import type { Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { AttackLoss } from '../../../shared/domain/attack.ts';
import { CLASS_COUNT } from '../../../shared/domain/diagnosis.ts';
import type { Classifier } from '../models/classifier.ts';
import { nextTurn, type Control } from './control.ts';
import { succeeds, type Objective } from './criteria.ts';
import { logitsAndGradient } from './gradient.ts';
import { BATCH_MULTIPLE, BATCH_SIZE, paddedRows, readInTidy, rowsOf, verdictOf, type Logits } from './judgement.ts';
import type { NormFamily } from './norms.ts';

/** One run of the gradient loop: one image, one epsilon, one restart (for noise: one draw). */
export interface Trial {
  readonly image: number;
  readonly objective: Objective;
  /** Radius of the ball, in the input's own space. */
  readonly epsilon: number;
  /** Which restart or draw, from 0. */
  readonly attempt: number;
}

/** How a trial ended: at the first iterate that succeeded, else at the last one. */
export interface TrialResult {
  readonly success: boolean;
  /** The logits of exactly `adversarial`. */
  readonly logits: Logits;
  /** Float32 NHWC values in [0, 1]. */
  readonly adversarial: Float32Array;
}

/** Where the lanes get their work from and bring it to. */
export interface TrialSource {
  /** A trial whose result is needed whatever the running ones give; undefined: none at the moment. */
  next(): Trial | undefined;
  /** A trial that the running ones may make needless. It fills places that would otherwise be padding. */
  speculate(): Trial | undefined;
  /** False once other results made this running trial needless: its lane is freed. */
  isNeeded(trial: Trial): boolean;
  settle(trial: Trial, result: TrialResult): void;
}

/** What the lanes compute: everything about the attack but which trials there are. */
export interface Ascent {
  readonly classifier: Classifier;
  /** All clean inputs, `[n, height, width, 3]`; a trial's `image` is its row. */
  readonly clean: Tensor4D;
  readonly norm: NormFamily;
  readonly loss: AttackLoss;
  /** Gradient steps after the start; 0 only judges the start. */
  readonly steps: number;
  /** Step length as a fraction of epsilon. */
  readonly relativeStepSize: number;
  /** First iterates, `[trials.length, height, width, 3]`, inside their balls and [0, 1]; called inside a tidy. */
  readonly start: (trials: readonly Trial[]) => Tensor4D;
}

/** Places of a perturbation: the clean inputs and the radii (`[n, 1, 1, 1]`) of one batch. */
export interface Balls {
  readonly clean: Tensor4D;
  readonly epsilon: Tensor4D;
}

/** The clean inputs and radii of these trials; inside the caller's tidy. */
export function ballsOf(clean: Tensor4D, trials: readonly Trial[]): Balls {
  const images = trials.map(({ image }) => image);
  const epsilons = trials.map(({ epsilon }) => epsilon);
  return {
    clean: tf.gather(clean, tf.tensor1d(images, 'int32')),
    epsilon: tf.tensor4d(epsilons, [trials.length, 1, 1, 1]),
  };
}

/** The input that a perturbation leads to, no farther than the ball and [0, 1] allow. */
export const perturbed = (norm: NormFamily, { clean, epsilon }: Balls, perturbation: Tensor4D): Tensor4D =>
  tf.clipByValue(tf.add(clean, norm.project(perturbation, epsilon)), 0, 1);

interface Lane {
  readonly trial: Trial;
  /** Steps taken so far. */
  readonly step: number;
}

interface Batch extends Balls {
  readonly iterates: Tensor4D;
}

/**
 * A batch whose rows are independent runs of the one gradient loop
 *
 *     x <- clip(clean + project(x + relativeStepSize * epsilon * normalize(gradient) - clean))
 *
 * each at its own step and with its own epsilon. A row that succeeded or ran out is settled and its place
 * given to the next trial, so the batch stays full; pixels stay on the device.
 */
class Lanes {
  readonly #ascent: Ascent;
  readonly #source: TrialSource;
  readonly #size: number;
  #running: readonly (Lane | undefined)[] = [];
  #batch: Batch | undefined;

  constructor(ascent: Ascent, source: TrialSource, size: number) {
    this.#ascent = ascent;
    this.#source = source;
    this.#size = size;
  }

  /** Frees the places of settled and needless trials and fills them. False when there is nothing left to do. */
  refill(): boolean {
    const kept = [...this.#running.entries()].flatMap(([row, lane]) =>
      lane && this.#source.isNeeded(lane.trial) ? [{ row, lane }] : [],
    );
    const fresh = this.#take(kept.length);
    if (fresh.length > 0 || kept.length < this.#running.length) {
      this.#arrange(
        kept.map(({ row }) => row),
        fresh,
        [...kept.map(({ lane }) => lane), ...fresh.map((trial) => ({ trial, step: 0 }))],
      );
    }
    return this.#running.length > 0;
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

  /** The new batch: the kept rows of the old one, then the fresh starts, then padding. */
  #arrange(keptRows: readonly number[], fresh: readonly Trial[], lanes: readonly Lane[]): void {
    const old = this.#batch;
    this.#running = lanes;
    this.#batch =
      lanes.length === 0
        ? undefined
        : tf.tidy(() => {
            const parts = [...(old ? [old.iterates] : []), ...(fresh.length > 0 ? [this.#ascent.start(fresh)] : [])];
            const oldRows = old?.iterates.shape[0] ?? 0;
            const rows = paddedRows([...keptRows, ...fresh.map((_, at) => oldRows + at)]);
            const trials = paddedRows([...lanes.keys()]).flatMap((at) => lanes[at]?.trial ?? []);
            const iterates = tf.gather(tf.concat(parts, 0), tf.tensor1d(rows, 'int32'));
            return { iterates, ...ballsOf(this.#ascent.clean, trials) };
          });
    dispose(old);
  }

  /** One step of every lane: judge the iterates, settle who is done, move the others along their gradients. */
  advance(): void {
    const batch = this.#batch;
    if (!batch) return;
    const lanes = this.#running.flatMap((lane) => lane ?? []);
    const { logits, iterates } = this.#evaluate(batch, lanes);
    this.#running = this.#settle(batch, lanes, logits);
    this.#batch = { ...batch, iterates };
    if (iterates !== batch.iterates) batch.iterates.dispose();
  }

  #evaluate(batch: Batch, lanes: readonly Lane[]): { logits: Logits[]; iterates: Tensor4D } {
    const { classifier, loss, steps } = this.#ascent;
    let logits: Logits[] = [];
    const iterates = tf.tidy(() => {
      if (lanes.every(({ step }) => step === steps)) {
        const values = classifier.logits(batch.iterates).dataSync<'float32'>();
        logits = rowsOf(values, lanes.length, CLASS_COUNT);
        return batch.iterates;
      }
      const objectives = lanes.map(({ trial }) => trial.objective);
      const climbed = logitsAndGradient(classifier, batch.iterates, objectives, loss);
      logits = climbed.logits;
      return this.#step(batch, climbed.gradient);
    });
    return { logits, iterates };
  }

  #step(batch: Batch, gradient: Tensor4D): Tensor4D {
    const { norm, relativeStepSize } = this.#ascent;
    const step = tf.mul(norm.normalize(gradient), tf.mul(batch.epsilon, relativeStepSize));
    return perturbed(norm, batch, tf.sub(tf.add(batch.iterates, step), batch.clean));
  }

  /** Hands finished trials over; the lanes that go on, in their rows. */
  #settle(batch: Batch, lanes: readonly Lane[], logits: readonly Logits[]): (Lane | undefined)[] {
    const judged = lanes.map((lane, row) => {
      const rowLogits = logits[row] ?? new Float32Array();
      const success = succeeds(lane.trial.objective, verdictOf(rowLogits));
      return { lane, row, logits: rowLogits, success, finished: success || lane.step === this.#ascent.steps };
    });
    const finished = judged.filter((entry) => entry.finished);
    const pixels = readRows(
      batch.iterates,
      finished.map(({ row }) => row),
    );
    finished.forEach(({ lane, success, logits: own }, at) => {
      const adversarial = pixels[at] ?? new Float32Array();
      this.#source.settle(lane.trial, { success, logits: own.slice(), adversarial });
    });
    return judged.map((entry) => (entry.finished ? undefined : { ...entry.lane, step: entry.lane.step + 1 }));
  }

  dispose(): void {
    dispose(this.#batch);
    this.#batch = undefined;
  }
}

function dispose(batch: Batch | undefined): void {
  if (batch) tf.dispose([batch.iterates, batch.clean, batch.epsilon]);
}

/** Copies these rows of the device's tensor, each into memory of its own. */
function readRows(tensor: Tensor4D, rows: readonly number[]): Float32Array[] {
  if (rows.length === 0) return [];
  const values = readInTidy(() => tf.gather(tensor, tf.tensor1d([...rows], 'int32')));
  return rowsOf(values, rows.length, values.length / rows.length).map((row) => row.slice());
}

/**
 * Runs every trial that `source` gives, `laneCount` (a multiple of 8) at a time, until it has none left.
 * Each trial's result is that of the plain loop over its image alone; which trials run side by side never
 * matters. Throws `INTERRUPTED` within one step of a cancel.
 */
export async function runTrials(
  ascent: Ascent,
  source: TrialSource,
  control: Control,
  laneCount = BATCH_SIZE,
): Promise<void> {
  const lanes = new Lanes(ascent, source, laneCount);
  try {
    while (lanes.refill()) {
      await nextTurn(control);
      lanes.advance();
    }
  } finally {
    lanes.dispose();
  }
}
