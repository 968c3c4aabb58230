import type { Recipe } from '../../../shared/contract/modelCard.ts';
import { epsilonFrom255 } from '../../../shared/domain/epsilon.ts';

/** How the examples of a training step are attacked before the step learns from them; one entry per share of the batch. */
export interface CraftingAttack {
  readonly steps: number;
  /** Step size as a multiple of epsilon. */
  readonly relativeStepSize: number;
}

export interface Hyperparameters {
  readonly batchSize: number;
  readonly epochs: number;
  readonly peakLearningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly labelSmoothing: number;
  /** Decay of the running average of the weights, per step. */
  readonly averageDecay: number;
  /** Share of the epochs over which the training epsilon grows from a quarter of its value to all of it. */
  readonly epsilonWarmUp: number;
  /** Classes are drawn with probability proportional to (number of images) ** this: 1 as they come, 0 balanced. */
  readonly classBalancePower: number;
}

export const HYPERPARAMETERS: Hyperparameters = {
  batchSize: 64,
  epochs: 30,
  peakLearningRate: 0.1,
  momentum: 0.9,
  weightDecay: 5e-4,
  labelSmoothing: 0.05,
  averageDecay: 0.998,
  epsilonWarmUp: 0.3,
  classBalancePower: 0.1,
};

/** One step with random start, step 1.25 epsilon: "Fast is better than free" (Wong 2020, arXiv 2001.03994). */
const FGSM: CraftingAttack = { steps: 1, relativeStepSize: 1.25 };
/** Seven steps of a quarter of epsilon with random start (Madry 2018, arXiv 1706.06083; 1/255 at epsilon 4/255). */
const PGD: CraftingAttack = { steps: 7, relativeStepSize: 0.25 };

/** The batch is parted evenly over the attacks; `standard` learns from the images as they are. */
export const CRAFTING: Readonly<Record<Recipe, readonly CraftingAttack[]>> = {
  standard: [],
  fgsm: [FGSM],
  pgd: [PGD],
  mixed: [FGSM, PGD],
};

/** The attack behind the robust validation accuracy that chooses the checkpoint. */
export const VALIDATION_ATTACK: CraftingAttack = { steps: 10, relativeStepSize: 0.25 };

/** Learning rate of the one-cycle policy (Smith 2018, arXiv 1803.09820): up over the first fifth, then a cosine to zero. */
export function learningRate(step: number, totalSteps: number, peak: number): number {
  const rise = Math.max(1, Math.floor(totalSteps / 5));
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
