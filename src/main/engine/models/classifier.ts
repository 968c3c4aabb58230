import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs';

/** A model parted at its last convolution. */
export interface Features {
  /** What the last convolution puts out, `[n, height, width, channels]`. */
  readonly maps: Tensor4D;
  /** The logits as a function of the maps alone, all else held as it is. */
  readonly logits: (maps: Tensor4D) => Tensor2D;
}

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
  /**
   * The same inputs up to the last convolution, and what follows; as {@link Classifier.logits} inside the caller's tidy and
   * tape. Absent where the model has no convolution.
   */
  readonly features?: (inputs: Tensor4D) => Features;
  dispose(): void;
}
