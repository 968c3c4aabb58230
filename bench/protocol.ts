/** What the bench asks of each contender, ours and the peer's alike, one task at a time. */

/** Images per batch, for everyone. */
export const BATCH = 32;

/** Gradient steps of PGD-20, and their length as a share of epsilon. */
export const PGD = { steps: 20, relativeStepSize: 1 / 8 } as const;

/** Seven points, in 1/255: dense where a standard model breaks, and up to twice the epsilon of adversarial training. */
export const CURVE_EPSILONS = [0.5, 1, 2, 3, 4, 6, 8] as const;

/**
 * Too small to change a verdict, so that PGD runs all its steps on every image and its time is that of a step; large
 * enough for its steps of an eighth not to be rounded away in float32.
 */
export const HARMLESS_EPSILON = 1e-6;

/** Of which model: an untrained net by its name, or any model, each with the folder of its package. */
interface OfModel {
  readonly model: string;
  readonly package: string;
}

/** `calls` operations on one batch, timed together. */
export interface RepeatedTask extends OfModel {
  /**
   * - `forward`: the logits, read back.
   * - `inputGradient`: of the cross-entropy, with respect to the inputs; it stays on the device.
   * - `trainingStep`: SGD with momentum on the cross-entropy, batch normalisation in training mode; untrained nets only.
   */
  readonly kind: 'forward' | 'inputGradient' | 'trainingStep';
  readonly calls: number;
}

/** PGD with a uniform start on all images. */
export interface AttackTask extends OfModel {
  readonly kind: 'pgd';
  readonly steps: number;
  readonly relativeStepSize: number;
  /** Ascending, in [0, 1]. */
  readonly epsilons: readonly number[];
  /** Away from the clean verdicts; else from the labels. */
  readonly ownVerdicts: boolean;
  readonly seed: number;
}

export type Task = RepeatedTask | AttackTask;

export interface Measurement {
  /** Wall-clock time of the task itself, without loading and warming up. */
  readonly seconds: number;
  /** Largest resident memory of the process so far. */
  readonly peakRssBytes: number;
  /** Of `pgd`: share of the images still called right, in the order of the epsilons. */
  readonly accuracy?: {
    readonly clean: number;
    /** A success is any iterate's, or a smaller epsilon's. */
    readonly anyIterate: readonly number[];
    /** A success is the last iterate's: torchattacks' own definition. */
    readonly lastIterate?: readonly number[];
  };
}

/** What a contender's process is asked, in this order: inputs once, then tasks. */
export type ContenderRequest = { readonly kind: 'inputs'; readonly folder: string } | Task;
export type WorkerRequest = { readonly kind: 'writeUntrained'; readonly folder: string } | ContenderRequest;

/** What all contenders are given, in a folder: `inputs.json` (this) beside `images.u8`, NHWC RGB bytes. */
export interface Inputs {
  readonly height: number;
  readonly width: number;
  /** Class index per image. */
  readonly labels: readonly number[];
  /** SHA-256 of each image's file. */
  readonly imageSha256: readonly string[];
}
