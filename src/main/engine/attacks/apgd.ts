import type { Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { ApgdAttack } from '../../../shared/domain/attack.ts';
import type { Classifier } from '../models/classifier.ts';
import type { CleanImages } from './cleanImages.ts';
import { succeeds, type Objective } from './criteria.ts';
import { logitsAndGradient, logitsAndLosses } from './gradient.ts';
import { verdictOf, type Logits } from './judgement.ts';
import type { Lane, Method } from './lanes.ts';
import { NORM_FAMILIES } from './norms.ts';
import { firstPace, paceAfter, type Pace, type Paced } from './pace.ts';
import { chooseRows, columnOf, type Rows } from './rows.ts';
import { drawnStarts, type Streams } from './starts.ts';
import { ballsOf, perturbed, readResults, type Balls, type Trial } from './trials.ts';

interface ApgdRows extends Balls, Rows {
  readonly iterate: Tensor4D;
  /** The iterate before, for the momentum. */
  readonly previous: Tensor4D;
  /** The iterate of the largest loss so far, and the gradient there. */
  readonly best: Tensor4D;
  readonly bestGradient: Tensor4D;
}

interface Memory {
  /** What the run climbs; success is the trial's own objective. */
  readonly aim: Objective;
  readonly pace: Pace;
  readonly bestLogits: Logits;
}

/** The weight alpha of the new step against the momentum; the first step has none (Croce and Hein 2020, section 3.1). */
const NEW_STEP_WEIGHT = 0.75;

/** The `rank`-th likeliest class on the clean input, from 0, among those that would be a success. */
function likeliest({ into }: Objective, clean: Logits, rank: number): Objective['into'] {
  return into.toSorted((a, b) => (clean[b] ?? 0) - (clean[a] ?? 0)).slice(rank, rank + 1);
}

/** Runs of one image at one epsilon: the restarts, for targeted DLR those of one target after the other. */
export const apgdAttempts = ({ loss, targets, restarts }: ApgdAttack, objective: Objective): number =>
  restarts * (loss === 'targetedDlr' ? Math.min(targets, objective.into.length) : 1);

function aimOf({ loss, restarts }: ApgdAttack, { objective, attempt }: Trial, clean: Logits): Objective {
  if (loss !== 'targetedDlr') return objective;
  return { from: objective.from, into: likeliest(objective, clean, Math.floor(attempt / restarts)) };
}

/**
 * Auto-PGD in L-inf and L2 (Croce and Hein 2020, algorithm 1), from a random point at distance epsilon as in AutoAttack:
 *
 *     z      <- project(x + stepSize * epsilon * normalize(gradient))
 *     x_next <- project(x + 0.75 (z - x) + 0.25 (x - x_previous))
 *
 * with the step sizes and returns of {@link paceAfter}. A trial that fails ends at its best point.
 */
export function apgd(
  { images, tensor }: CleanImages,
  attack: ApgdAttack,
  streams: Streams,
  classifier: Classifier,
): Method<Memory, ApgdRows> {
  const { steps } = attack;
  const norm = NORM_FAMILIES[attack.norm];
  const loss = attack.loss === 'targetedDlr' ? 'dlr' : attack.loss;
  const start = drawnStarts(attack, streams, norm.randomDirection);

  /** Where all are at their end, nothing is climbed. */
  const evaluate = (lanes: readonly Lane<Memory>[], iterate: Tensor4D) => {
    const aims = lanes.map(({ memory }) => memory.aim);
    const climbs = lanes.some(({ memory }) => memory.pace.step + 1 < steps);
    return climbs
      ? logitsAndGradient(classifier, iterate, aims, loss)
      : { ...logitsAndLosses(classifier, iterate, aims, loss), gradient: null };
  };

  const moved = (rows: ApgdRows, from: Tensor4D, gradient: Tensor4D, paces: readonly Pace[]): Tensor4D => {
    const count = from.shape[0];
    const within = (point: Tensor4D) => perturbed(norm, rows, tf.sub(point, rows.clean));
    const column = (of: (pace: Pace) => number) => columnOf(paces.map(of), count);
    const stepSize = tf.mul(
      rows.epsilon,
      column((pace) => pace.stepSize),
    );
    const weight = (pace: Pace) => (pace.step === 0 ? 1 : NEW_STEP_WEIGHT);
    const stepped = within(tf.add(from, tf.mul(norm.normalize(gradient), stepSize)));
    const along = tf.mul(tf.sub(stepped, from), column(weight));
    const momentum = tf.mul(
      tf.sub(from, rows.previous),
      column((pace) => 1 - weight(pace)),
    );
    return within(tf.add(tf.add(from, along), momentum));
  };

  return {
    begin: (trial) => ({
      aim: aimOf(attack, trial, images[trial.image]?.logits ?? new Float32Array()),
      pace: firstPace(steps),
      bestLogits: new Float32Array(),
    }),
    start: (trials) => {
      const balls = ballsOf(tensor, trials);
      const iterate = start(trials, balls);
      return { ...balls, iterate, previous: iterate, best: iterate, bestGradient: tf.zerosLike(iterate) };
    },
    step: (lanes, rows) => {
      const { logits, losses, gradient } = evaluate(lanes, rows.iterate);
      const paced = lanes.map(({ memory }, row) => paceAfter(memory.pace, losses[row] ?? Number.NaN, attack));
      const improved = paced.map((own) => own.improved);
      const best = chooseRows(rows.iterate, rows.best, improved);
      const after = afterStep(lanes, rows.iterate, best, logits, paced, steps);
      if (!gradient) return { rows: { ...rows, best }, lanes: after };
      const bestGradient = chooseRows(gradient, rows.bestGradient, improved);
      const returns = paced.map((own) => own.returns);
      const from = chooseRows(best, rows.iterate, returns);
      const paces = paced.map(({ pace }) => pace);
      const iterate = moved(rows, from, chooseRows(bestGradient, gradient, returns), paces);
      return { rows: { ...rows, iterate, previous: from, best, bestGradient }, lanes: after };
    },
  };
}

/** Who succeeded ends at the iterate, who ran out of steps at the best point; the others remember their pace. */
function afterStep(
  lanes: readonly Lane<Memory>[],
  iterate: Tensor4D,
  best: Tensor4D,
  logits: readonly Logits[],
  paced: readonly Paced[],
  steps: number,
) {
  const memories = lanes.map(({ memory: { aim, bestLogits } }, row): Memory => {
    const { pace, improved } = paced[row] ?? { pace: firstPace(steps), improved: false };
    return { aim, pace, bestLogits: improved ? (logits[row]?.slice() ?? bestLogits) : bestLogits };
  });
  const success = lanes.map(({ trial }, row) =>
    succeeds(trial.objective, verdictOf(logits[row] ?? new Float32Array())),
  );
  const succeeded = readResults(
    iterate,
    success.map((own, row) => (own ? { success: true, logits: logits[row] ?? new Float32Array() } : undefined)),
  );
  const exhausted = readResults(
    best,
    memories.map(({ pace, bestLogits }, row) =>
      success[row] !== true && pace.step === steps ? { success: false, logits: bestLogits } : undefined,
    ),
  );
  return memories.map((memory, row) => {
    const result = succeeded[row] ?? exhausted[row];
    return result ? { result } : { memory };
  });
}
