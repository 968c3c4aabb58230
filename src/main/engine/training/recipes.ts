import type { Recipe } from '../../../shared/contract/modelCard.ts';
import { epsilonFrom255 } from '../../../shared/domain/epsilon.ts';
import type { ResidualNetSize } from '../models/residualNet.ts';
import type { Augmentation } from './augment.ts';

/**
 * How models are trained: the one place that holds the size of the network, every hyperparameter, and where recipes differ.
 * Standard and robust models share network and budget, so that their comparison is fair.
 */

/** The network of every recipe. Its input side must be a multiple of 8 (a training picture is 9/8 of it high). */
export const REFERENCE_SIZE: ResidualNetSize = {
  input: 64,
  stem: 32,
  widths: [32, 64, 128, 256],
  blocks: [1, 1, 1, 1],
};

export interface Hyperparameters extends Augmentation {
  readonly batchSize: number;
  readonly epochs: number;
  readonly peakLearningRate: number;
  /** Share of the steps over which the learning rate rises to its peak: a high one from the start diverges (Goyal 2017). */
  readonly learningRateWarmUp: number;
  readonly momentum: number;
  /** On kernels alone (Goyal 2017, arXiv 1706.02677, section 5.1). */
  readonly weightDecay: number;
  /** Share of the target that is spread over all classes: keeps logits small, and verdicts calibrated (Szegedy 2016). */
  readonly labelSmoothing: number;
  /** Decay of the running average of the weights, per step: the average is smoother than any of its members, hence more robust. */
  readonly averageDecay: number;
  /** Share of the steps over which the training epsilon grows from a quarter of its value to all of it. */
  readonly epsilonWarmUp: number;
  /** Classes are drawn with probability proportional to (number of images) ** this: 1 as they come, 0 balanced. */
  readonly classBalancePower: number;
  /**
   * Tau of Menon 2021 (arXiv 2007.07314, eq. 10): the loss sees each logit plus tau times the log of its class's share of the
   * draws. At 1 the network learns verdicts for balanced classes however unevenly they are drawn; at 0 nothing is added.
   */
  readonly logitAdjustment: number;
  /** Probability that a step learns from CutMix pictures (Yun 2019, arXiv 1905.04899), which delays robust overfitting. */
  readonly cutMix: number;
  /**
   * Gamma of adversarial weight perturbation (Wu 2020, arXiv 2004.05884, eq. 10): each step's gradient is taken where the
   * kernels were moved against it by this share of their norm, which flattens the loss and narrows the robust
   * generalisation gap. 0 leaves it out; else a step makes one pass more.
   */
  readonly weightPerturbation: number;
  /** Share of the steps before weights are perturbed: early weights change faster than any perturbation. */
  readonly weightPerturbationWarmUp: number;
  /** Beta of TRADES (Zhang 2019, arXiv 1901.08573, eq. 5): weight of robustness against clean accuracy; for `trades` alone. */
  readonly tradesBeta: number;
}

const COMMON: Hyperparameters = {
  batchSize: 64,
  epochs: 48,
  peakLearningRate: 0.1,
  learningRateWarmUp: 0.2,
  momentum: 0.9,
  weightDecay: 5e-4,
  labelSmoothing: 0.05,
  averageDecay: 0.998,
  epsilonWarmUp: 0.3,
  classBalancePower: 0.1,
  logitAdjustment: 0,
  cutMix: 0,
  weightPerturbation: 0,
  weightPerturbationWarmUp: 0.2,
  tradesBeta: 6,
  smallestZoom: 0.8,
  largestZoom: 1.05,
  stretch: 0.1,
  shift: 0.06,
  contrast: 1.25,
  brightness: 0.08,
  saturation: 1.25,
  colourCast: 0.03,
};

/**
 * Networks that learn from attacked images underfit (docs/experiments.md): they get easier views, rotation and mirror image
 * aside.
 */
const EASIER_VIEWS = {
  smallestZoom: 0.9,
  stretch: 0.05,
  contrast: 1.1,
  brightness: 0.04,
  saturation: 1.1,
  colourCast: 0.015,
} as const satisfies Partial<Hyperparameters>;

/** What a recipe does otherwise than the rest. */
const DIFFERENCES: Readonly<Partial<Record<Recipe, Partial<Hyperparameters>>>> = {
  fgsm: EASIER_VIEWS,
  pgd: EASIER_VIEWS,
  mixed: EASIER_VIEWS,
  trades: EASIER_VIEWS,
};

/** All hyperparameters of a recipe. */
export const hyperparametersOf = (recipe: Recipe): Hyperparameters => ({ ...COMMON, ...DIFFERENCES[recipe] });

/** How the examples of a training step are attacked before the step learns from them; one entry per share of the batch. */
export interface CraftingAttack {
  readonly steps: number;
  /** Step size as a multiple of epsilon. */
  readonly relativeStepSize: number;
  /**
   * What the verdict is led away from: the label, from a start anywhere in the ball; or the network's own verdict on the clean
   * image (TRADES), from a start close to it, where that divergence is not flat.
   */
  readonly away: 'fromLabel' | 'fromCleanVerdict';
}

/** One step with random start, step 1.25 epsilon: "Fast is better than free" (Wong 2020, arXiv 2001.03994). */
export const FGSM: CraftingAttack = { steps: 1, relativeStepSize: 1.25, away: 'fromLabel' };
/** Seven steps of a quarter of epsilon with random start (Madry 2018, arXiv 1706.06083; 1/255 at epsilon 4/255). */
const PGD: CraftingAttack = { steps: 7, relativeStepSize: 0.25, away: 'fromLabel' };
/** The inner maximisation of TRADES (Zhang 2019, algorithm 1), at the steps and step size of PGD. */
const TRADES: CraftingAttack = { ...PGD, away: 'fromCleanVerdict' };

/** The batch is parted evenly over the attacks; `standard` learns from the images as they are. */
export const CRAFTING: Readonly<Record<Recipe, readonly CraftingAttack[]>> = {
  standard: [],
  fgsm: [FGSM],
  pgd: [PGD],
  mixed: [FGSM, PGD],
  trades: [TRADES],
};

/** The attack behind the robust validation accuracy that chooses the checkpoint. */
export const VALIDATION_ATTACK: CraftingAttack = { steps: 10, relativeStepSize: 0.25, away: 'fromLabel' };

/**
 * Learning rate of the one-cycle policy (Smith 2018, arXiv 1803.09820): up over the warm-up, then a cosine to zero.
 *
 * @param warmUp share of the steps
 */
export function learningRate(step: number, totalSteps: number, peak: number, warmUp: number): number {
  const rise = Math.max(1, Math.floor(totalSteps * warmUp));
  if (step < rise) return (peak * (step + 1)) / rise;
  return (peak * (1 + Math.cos((Math.PI * (step - rise)) / Math.max(1, totalSteps - rise)))) / 2;
}

/** Training epsilon at a step: grows linearly, which keeps early training from collapsing to one class. */
export function epsilonAt(step: number, totalSteps: number, epsilon: number, warmUp: number): number {
  const rise = warmUp * totalSteps;
  if (step >= rise) return epsilon;
  const start = Math.min(epsilon, Math.max(epsilonFrom255(0.5), epsilon / 4));
  return start + ((epsilon - start) * step) / rise;
}
