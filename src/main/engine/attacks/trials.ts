import type { Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Objective } from './criteria.ts';
import type { Logits } from './judgement.ts';
import type { NormFamily } from './norms.ts';
import { readRows } from './rows.ts';

/** One run of an attack: one image, one epsilon, one attempt. */
export interface Trial {
  readonly image: number;
  readonly objective: Objective;
  /** Radius of the ball, in the input's own space. */
  readonly epsilon: number;
  /** Which restart, target or draw, from 0. */
  readonly attempt: number;
}

/** How a trial ended: at the first iterate that succeeded, else at the last or, if the attack keeps one, the best. */
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

/** Places of a perturbation: the clean inputs and the radii (`[n, 1, 1, 1]`) of one batch. */
export interface Balls {
  readonly clean: Tensor4D;
  readonly epsilon: Tensor4D;
}

/** The clean inputs and radii of these trials; `clean` holds all inputs. Inside the caller's tidy. */
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

/** The results of the trials that ended, each with its row of `tensor`; undefined where a trial goes on. */
export function readResults(
  tensor: Tensor4D,
  endings: readonly (Omit<TrialResult, 'adversarial'> | undefined)[],
): (TrialResult | undefined)[] {
  const rows = [...endings.keys()].filter((row) => endings[row]);
  const adversarials = new Map(readRows(tensor, rows).map((values, at) => [rows[at], values]));
  return endings.map((ending, row) => {
    const adversarial = adversarials.get(row);
    return ending && adversarial && { success: ending.success, logits: ending.logits.slice(), adversarial };
  });
}
