import type { Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { AttackLoss } from '../../../shared/domain/attack.ts';
import type { Classifier } from '../models/classifier.ts';
import { succeeds } from './criteria.ts';
import { logitsAndGradient, logitsAndLosses } from './gradient.ts';
import { verdictOf } from './judgement.ts';
import type { Lane, Method } from './lanes.ts';
import type { NormFamily } from './norms.ts';
import type { Rows } from './rows.ts';
import type { Starts } from './starts.ts';
import { ballsOf, perturbed, readResults, type Balls } from './trials.ts';

/** The gradient loop's parameters. */
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
  readonly start: Starts;
}

interface AscentRows extends Balls, Rows {
  readonly iterate: Tensor4D;
}

/** The iterates after one step along their gradients; inside a tidy. */
export function moved(
  norm: NormFamily,
  { iterate, clean, epsilon }: Balls & { readonly iterate: Tensor4D },
  gradient: Tensor4D,
  relativeStepSize: number,
): Tensor4D {
  const step = tf.mul(norm.normalize(gradient), tf.mul(epsilon, relativeStepSize));
  return perturbed(norm, { clean, epsilon }, tf.sub(tf.add(iterate, step), clean));
}

/** Steps taken so far. */
type Memory = number;

/**
 * The one gradient loop of FGSM, BIM and PGD,
 *
 *     x <- clip(clean + project(x + relativeStepSize * epsilon * normalize(gradient) - clean))
 */
export function ascent(parameters: Ascent): Method<Memory, AscentRows> {
  const { classifier, clean, norm, loss, steps, relativeStepSize, start } = parameters;

  /** The logits of every iterate, and where it goes from there; where all are at their end, nothing is climbed. */
  const evaluate = (lanes: readonly Lane<Memory>[], rows: AscentRows) => {
    const objectives = lanes.map(({ trial }) => trial.objective);
    if (lanes.every(({ memory }) => memory === steps)) {
      return { ...logitsAndLosses(classifier, rows.iterate, objectives, loss), next: rows.iterate };
    }
    const { logits, gradient } = logitsAndGradient(classifier, rows.iterate, objectives, loss);
    return { logits, next: moved(norm, rows, gradient, relativeStepSize) };
  };

  return {
    begin: () => 0,
    start: (trials) => {
      const balls = ballsOf(clean, trials);
      return { ...balls, iterate: start(trials, balls) };
    },
    step: (lanes, rows) => {
      const { logits, next } = evaluate(lanes, rows);
      const endings = lanes.map(({ trial, memory }, row) => {
        const own = logits[row] ?? new Float32Array();
        const success = succeeds(trial.objective, verdictOf(own));
        return success || memory === steps ? { success, logits: own } : undefined;
      });
      const results = readResults(rows.iterate, endings);
      const after = lanes.map(({ memory }, row) => {
        const result = results[row];
        return result ? { result } : { memory: memory + 1 };
      });
      return { rows: { ...rows, iterate: next }, lanes: after };
    },
  };
}
