import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs';

/**
 * A classifier as the attacks see it: a differentiable function from inputs in [0, 1] to logits.
 * The attacks know nothing else of a model (Foolbox's `Model` with its `Bounds`, arXiv 1707.04131).
 */
export interface Classifier {
  readonly height: number;
  readonly width: number;
  readonly classes: number;
  /** `[n, height, width, 3]` float32 in [0, 1] to `[n, classes]` logits; runs inside the caller's tidy and gradient tape. */
  logits(inputs: Tensor4D): Tensor2D;
  dispose(): void;
}
