import type { Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Judgement, TracedPoint, TraceRequest, TraceResult } from '../../../shared/contract/engine.ts';
import type { GradientAttack } from '../../../shared/domain/attack.ts';
import type { Classifier } from '../models/classifier.ts';
import { moved } from './ascent.ts';
import { withCleanImages, type CleanImage, type CleanImages } from './cleanImages.ts';
import { nextTurn, type Control } from './control.ts';
import { succeeds, type Objective } from './criteria.ts';
import { logitsAndGradient, logitsAndLosses } from './gradient.ts';
import { batches, paddedRows, probabilitiesOf, verdictOf, type Logits } from './judgement.ts';
import { attemptsOf } from './methods.ts';
import { distances, NORM_FAMILIES } from './norms.ts';
import { chooseRows, readRows, type Rows } from './rows.ts';
import { isSingleStep, startsOf, stepped, streamsOf, type Starts } from './starts.ts';
import { ballsOf, type Trial } from './trials.ts';

/** Everything about the loop but its trials. */
interface Loop {
  readonly classifier: Classifier;
  readonly clean: CleanImages;
  readonly attack: GradientAttack;
  readonly start: Starts;
  readonly control: Control;
  readonly onStep: () => void;
}

/** What was seen of one trial on its way: one entry per iterate, the start first. */
interface Seen {
  readonly trial: Trial;
  readonly logits: Logits[];
  /** Places of the iterates that met the criterion, ascending. */
  readonly successes: number[];
  loss: number;
}

/** One trial at its end. */
interface Run extends Seen {
  /** The last iterate that met the criterion, else the last one. */
  readonly adversarial: Float32Array;
}

/** `kept` is that of the iterates so far which the run would end with. */
interface Places extends Rows {
  readonly iterate: Tensor4D;
  readonly kept: Tensor4D;
}

/** Where the loop goes from here; inside a tidy. */
function next(
  { classifier, clean, attack }: Loop,
  iterate: Tensor4D,
  trials: readonly Trial[],
  objectives: readonly Objective[],
) {
  const norm = NORM_FAMILIES[attack.norm];
  const balls = ballsOf(clean.tensor, trials);
  const { logits, losses, gradient } = logitsAndGradient(classifier, iterate, objectives, attack.loss);
  const moves = isSingleStep(attack)
    ? stepped(balls, norm.normalize(gradient), attack)
    : moved(norm, { ...balls, iterate }, gradient, attack.relativeStepSize);
  return { logits, losses, iterate: moves };
}

/** Notes what the model says of one iterate of each trial; per trial whether this is the iterate to keep so far. */
function note(seen: readonly Seen[], logits: readonly Logits[], losses: readonly number[]): boolean[] {
  return seen.map((one, row) => {
    const own = (logits[row] ?? new Float32Array()).slice();
    const success = succeeds(one.trial.objective, verdictOf(own));
    if (success) one.successes.push(one.logits.length);
    one.logits.push(own);
    one.loss = losses[row] ?? Number.NaN;
    return success || one.successes.length === 0;
  });
}

/** Runs `trials`, a padded batch of which the first `count` count, each to its last step. */
async function runBatch(loop: Loop, trials: readonly Trial[], count: number): Promise<Run[]> {
  const { classifier, clean, attack, start, control } = loop;
  const own = trials.slice(0, count);
  const objectives = own.map(({ objective }) => objective);
  const seen = own.map((trial): Seen => ({ trial, logits: [], successes: [], loss: Number.NaN }));
  const step = ({ iterate, kept }: Places, isLast: boolean): Places => {
    const after = isLast
      ? { ...logitsAndLosses(classifier, iterate, objectives, attack.loss), iterate }
      : next(loop, iterate, trials, objectives);
    return { iterate: after.iterate, kept: chooseRows(iterate, kept, note(seen, after.logits, after.losses)) };
  };
  const first = tf.tidy(() => start(trials, ballsOf(clean.tensor, trials)));
  let places: Places = { iterate: first, kept: first };
  try {
    for (let taken = 0; taken <= attack.steps; taken += 1) {
      await nextTurn(control);
      const before = places;
      places = tf.tidy(() => step(before, taken === attack.steps));
      const handedOn = new Set([places.iterate, places.kept]);
      tf.dispose([before.iterate, before.kept].filter((tensor) => !handedOn.has(tensor)));
      loop.onStep();
    }
    const adversarials = readRows(places.kept, [...seen.keys()]);
    return seen.map((one, row) => ({ ...one, adversarial: adversarials[row] ?? new Float32Array() }));
  } finally {
    tf.dispose([places.iterate, places.kept]);
  }
}

/** Of an image's runs at one epsilon the first that succeeded, else the one that ended at the largest loss. */
function bestOf(runs: readonly Run[]): Run {
  const successful = runs.find(({ successes }) => successes.length > 0);
  return successful ?? runs.reduce((most, run) => (run.loss > most.loss ? run : most));
}

const judgementOf = (logits: Logits): Judgement => ({
  verdict: verdictOf(logits),
  probabilities: probabilitiesOf(logits),
});

function pointOf(image: CleanImage, { trial, logits, successes, adversarial }: Run): TracedPoint {
  const kept = logits[successes.at(-1) ?? logits.length - 1] ?? new Float32Array();
  return {
    epsilon: trial.epsilon,
    success: successes.length > 0,
    successStep: successes[0] ?? null,
    ...judgementOf(kept),
    ...distances(adversarial, image.values),
    adversarial,
    trajectory: [image.logits, ...logits.slice(1)].map(probabilitiesOf),
  };
}

/** An image that is not attacked: the clean input is its adversarial. */
function untouched({ task, logits, values }: CleanImage, epsilon: number): TracedPoint {
  const success = task.kind === 'alreadyMet';
  const judgement = judgementOf(logits);
  return {
    epsilon,
    success,
    successStep: success ? 0 : null,
    ...judgement,
    linf: 0,
    l2: 0,
    adversarial: values.slice(),
    trajectory: [judgement.probabilities],
  };
}

function checkRequest({ input, epsilons }: TraceRequest): void {
  if (input.imageSha256.length !== 1) throw new Error('One image is traced at a time.');
  if (!epsilons.every((epsilon) => epsilon >= 0 && epsilon <= 1)) throw new Error('Expected epsilons in [0, 1].');
}

/**
 * A gradient attack on one image at several epsilons at once, run to its last step whatever the verdict becomes, with all
 * that the model says on the way. One point per epsilon, in the order given.
 *
 * Starts and steps are those of `runAttack`, bit for bit: where that succeeds at an epsilon, attacked on its own, this
 * does. An image that meets the criterion unperturbed, or lies outside a directed criterion's denominator, is not
 * perturbed, as there. Throws `INTERRUPTED` within one step of a cancel, `LABEL_NEEDED` where `misclassified` meets an
 * image without a label, `MODEL_NOT_FINITE` where the model overflows.
 */
export async function runTrace(
  classifier: Classifier,
  request: TraceRequest,
  control: Control = {},
): Promise<TraceResult> {
  checkRequest(request);
  const { input, label, attack, epsilons, seed } = request;
  return withCleanImages(classifier, { inputs: input, labels: [label], attack }, control, async (clean) => {
    const [image] = clean.images;
    if (!image) throw new Error('One image is traced at a time.');
    const { task } = image;
    const judgement = judgementOf(image.logits);
    if (task.kind !== 'attack') {
      return { clean: judgement, points: epsilons.map((epsilon) => untouched(image, epsilon)) };
    }
    const { objective } = task;
    const attempts = attemptsOf(attack, objective);
    const trials = epsilons.flatMap((epsilon) =>
      Array.from({ length: attempts }, (_, attempt): Trial => ({ image: 0, objective, epsilon, attempt })),
    );
    const parts = [...batches(trials.length)];
    const total = parts.length * (attack.steps + 1);
    let done = 0;
    const onStep = () => {
      done += 1;
      control.onProgress?.({ done, total });
    };
    const loop = {
      classifier,
      clean,
      attack,
      start: startsOf(attack, streamsOf(clean, attack, seed)),
      control,
      onStep,
    };
    const runs: Run[] = [];
    for (const rows of parts) {
      const padded = paddedRows(rows).flatMap((row) => trials[row] ?? []);
      runs.push(...(await runBatch(loop, padded, rows.length)));
    }
    const points = epsilons.map((_, at) => pointOf(image, bestOf(runs.slice(at * attempts, (at + 1) * attempts))));
    return { clean: judgement, points };
  });
}
