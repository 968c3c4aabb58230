import type { Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { RunToTheEndOutcome, RunToTheEndRequest } from '../../../shared/contract/engine.ts';
import type { Criterion, GradientAttack } from '../../../shared/domain/attack.ts';
import { CLASS_COUNT, type ClassIndex } from '../../../shared/domain/diagnosis.ts';
import { badInput } from '../../../shared/kernel/errors.ts';
import { moved } from '../attacks/ascent.ts';
import { withCleanImages, type CleanImages } from '../attacks/cleanImages.ts';
import { nextTurn, type Control } from '../attacks/control.ts';
import { taskFor, type Objective } from '../attacks/criteria.ts';
import { logitsAndGradient } from '../attacks/gradient.ts';
import { batches, paddedRows, probabilitiesOf, readInTidy, rowsOf, verdictOf } from '../attacks/judgement.ts';
import { NORM_FAMILIES } from '../attacks/norms.ts';
import { startsOf, streamsOf, type Starts } from '../attacks/starts.ts';
import { ballsOf, type Trial } from '../attacks/trials.ts';
import type { Classifier } from '../models/classifier.ts';

/**
 * What the attack climbs on this image: away from the label, or from the clean verdict, also where the image is wrong
 * when clean. A criterion that aims somewhere leaves some images alone, so its runs have no end to look at.
 */
function objectiveOf(criterion: Criterion, label: ClassIndex | null, cleanVerdict: ClassIndex): Objective {
  const from = criterion.kind === 'misclassified' ? (label ?? cleanVerdict) : cleanVerdict;
  const task = taskFor(criterion, label, from);
  if (task.kind === 'attack' && task.objective.from.length === 1) return task.objective;
  throw new Error(`An attack is run to its end against misclassified or verdictChanged, not ${criterion.kind}.`);
}

function checkRequest({ attack, epsilons }: RunToTheEndRequest): void {
  const inRange = epsilons.every((epsilon) => epsilon >= 0 && epsilon <= 1);
  if (!inRange) throw new Error('Expected epsilons in [0, 1].');
  if (attack.restarts !== 1) throw new Error('One run has one end: an attack that is run to it has one restart.');
}

/** The preprocessing that turns a photograph into the input is one and the same for all packages of format 1. */
function checkJudges({ height, width }: Classifier, judges: readonly Classifier[]): void {
  const other = judges.find((judge) => judge.height !== height || judge.width !== width);
  if (!other) return;
  throw badInput('TRANSFER_NEEDS_EQUAL_INPUTS', {
    happened:
      `A model that takes inputs of ${other.height}x${other.width} cannot judge inputs that were attacked for one of ` +
      `${height}x${width}.`,
    kept: 'Every result stored before.',
    toDo: 'Compare models of one input size, or leave the transfer table out.',
  });
}

/** Everything about the loop but its trials. */
interface Loop {
  readonly classifier: Classifier;
  readonly clean: CleanImages;
  readonly attack: GradientAttack;
  readonly start: Starts;
  readonly control: Control;
}

/**
 * The last iterates of `trials`, a padded batch of which the first `count` count: `[trials.length, height, width, 3]`,
 * for the caller to free.
 */
async function lastIterates(loop: Loop, trials: readonly Trial[], count: number): Promise<Tensor4D> {
  const { classifier, clean, attack, start, control } = loop;
  const norm = NORM_FAMILIES[attack.norm];
  const objectives = trials.slice(0, count).map(({ objective }) => objective);
  const step = (iterate: Tensor4D): Tensor4D => {
    const balls = ballsOf(clean.tensor, trials);
    const { gradient } = logitsAndGradient(classifier, iterate, objectives, attack.loss);
    return moved(norm, { ...balls, iterate }, gradient, attack.relativeStepSize);
  };
  let iterate = tf.tidy(() => start(trials, ballsOf(clean.tensor, trials)));
  try {
    for (let taken = 0; taken < attack.steps; taken += 1) {
      await nextTurn(control);
      const before = iterate;
      iterate = tf.tidy(() => step(before));
      before.dispose();
    }
  } catch (error) {
    iterate.dispose();
    throw error;
  }
  return iterate;
}

/** What one model says of attacked inputs: a row of logits for each of the first `count`. */
const judgementsOf = (judge: Classifier, attacked: Tensor4D, count: number): Float32Array[] =>
  rowsOf(
    readInTidy(() => judge.logits(attacked)),
    count,
    CLASS_COUNT,
  );

async function outcomesOf(
  loop: Loop,
  trials: readonly Trial[],
  count: number,
  judges: readonly Classifier[],
): Promise<RunToTheEndOutcome[]> {
  const attacked = await lastIterates(loop, trials, count);
  try {
    await nextTurn(loop.control);
    const own = judgementsOf(loop.classifier, attacked, count);
    const verdicts = judges.map((judge) => judgementsOf(judge, attacked, count).map(verdictOf));
    return own.map((logits, row) => ({
      image: trials[row]?.image ?? -1,
      epsilon: trials[row]?.epsilon ?? Number.NaN,
      verdict: verdictOf(logits),
      probabilities: probabilitiesOf(logits),
      judgedBy: verdicts.flatMap((ofJudge) => ofJudge[row] ?? []),
    }));
  } finally {
    attacked.dispose();
  }
}

/**
 * A gradient attack without the savings of `attack`: every image at every epsilon, those that are wrong when clean too,
 * each to the last step, whatever its verdict becomes on the way. For figures that need the final scores (AUROC,
 * calibration), which a run that stops at its success would flatter, and for transfer to the models `judges`.
 *
 * Starts and steps are those of `attack`: where it found no success, its outcome is this one, bit for bit.
 * One outcome per image and epsilon, image by image, epsilons in the order given. The criterion is `misclassified` or
 * `verdictChanged`, restarts is 1. Throws `INTERRUPTED` within one step of a cancel, `TRANSFER_NEEDS_EQUAL_INPUTS` where
 * a judge takes other inputs, `LABEL_NEEDED` where `misclassified` meets an image without a label, `MODEL_NOT_FINITE`
 * where a model overflows.
 */
export function runToTheEnd(
  classifier: Classifier,
  judges: readonly Classifier[],
  request: RunToTheEndRequest,
  control: Control = {},
): Promise<RunToTheEndOutcome[]> {
  checkRequest(request);
  checkJudges(classifier, judges);
  const { attack, epsilons, labels, seed } = request;
  return withCleanImages(classifier, request, control, async (clean) => {
    const trials = clean.images.flatMap(({ index: image, logits }): Trial[] => {
      const objective = objectiveOf(attack.criterion, labels[image] ?? null, verdictOf(logits));
      return epsilons.map((epsilon) => ({ image, objective, epsilon, attempt: 0 }));
    });
    const loop = { classifier, clean, attack, start: startsOf(attack, streamsOf(clean, attack, seed)), control };
    const outcomes: RunToTheEndOutcome[] = [];
    for (const rows of batches(trials.length)) {
      const padded = paddedRows(rows).flatMap((row) => trials[row] ?? []);
      outcomes.push(...(await outcomesOf(loop, padded, rows.length, judges)));
      control.onProgress?.({ done: outcomes.length, total: trials.length });
    }
    return outcomes;
  });
}
