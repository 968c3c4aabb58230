/**
 * What the engine process does for the others: the messages between a host's main process and the engine.
 * Plain data only (it crosses a process boundary by structured clone).
 */
import type { Attack, GradientAttack } from '../domain/attack.ts';
import type { ClassIndex } from '../domain/diagnosis.ts';
import type { WireError } from '../kernel/errors.ts';
import type { Sha256 } from '../kernel/ids.ts';
import type { ModelDescription } from './app/models.ts';
import type { ModelCard, Recipe } from './modelCard.ts';

/** Which numerics really compute, asked of the library, not assumed. */
export interface EngineFacts {
  readonly backend: 'tensorflow' | 'wasm';
  /** Where a probe computation was really placed. */
  readonly device: 'CPU' | 'GPU';
  readonly versions: Readonly<Record<string, string>>;
  readonly cpu: string;
  readonly threads: number;
  /** Why a faster backend is not in use, in plain words; empty when the best one is. */
  readonly notes: readonly string[];
  /** SHA-256 over CPU type, threads, libtensorflow and backend: equal fingerprints promise equal bytes. */
  readonly numericsFingerprint: Sha256;
}

/** Model inputs as 8-bit RGB, row-major, `count * height * width * 3` bytes; the engine divides by 255. */
export interface InputBatch {
  readonly height: number;
  readonly width: number;
  readonly pixels: Uint8Array;
  /** SHA-256 of each image's original bytes: random draws depend on it, never on the place in the batch. */
  readonly imageSha256: readonly Sha256[];
}

export interface LoadedModel {
  readonly card: ModelCard;
  /** SHA-256 of the package's `card.json`, which holds the hashes of all its other files. */
  readonly sha256: Sha256;
}

export interface AttackRequest {
  readonly modelSha256: Sha256;
  readonly inputs: InputBatch;
  /** Label per image; null where it is unknown (then only criteria that need none are allowed). */
  readonly labels: readonly (ClassIndex | null)[];
  readonly attack: Attack;
  /** Ascending, in [0, 1]. */
  readonly epsilons: readonly number[];
  readonly seed: number;
  /** Send the attacked inputs back as well. */
  readonly wantAdversarials: boolean;
  /**
   * What an earlier attack of the same ensemble already did: per image the smallest epsilon at which it succeeded, else
   * null. At that epsilon and above the image is not attacked, and there is **no outcome**. Null: no earlier attack.
   */
  readonly broken: readonly (number | null)[] | null;
  /**
   * True: an attack of several steps carries a success to every larger epsilon, in whose ball it lies too. False: each
   * epsilon is a run of its own, as checks need that compare epsilons. FGSM and noise are never carried.
   */
  readonly carry: boolean;
}

/** What one attack at one epsilon did to one image; there is one for every pair that was not already broken. */
export interface AttackOutcome {
  readonly image: number;
  readonly epsilon: number;
  /** Some iterate (draw) met the criterion. True as well where the clean image already meets it. */
  readonly success: boolean;
  /** Verdict on the adversarial: the first iterate that met the criterion, else the last one (APGD, Square: the best). */
  readonly verdict: ClassIndex;
  /** Softmax of the same input's logits, one per class. */
  readonly probabilities: readonly number[];
  /** Distances of the adversarial from the clean input, in [0, 1] space. */
  readonly linf: number;
  readonly l2: number;
  /** Float32 NHWC values of the attacked input in [0, 1], when asked for. */
  readonly adversarial?: Float32Array;
}

export interface MinimalEpsilonRequest {
  readonly modelSha256: Sha256;
  readonly inputs: InputBatch;
  readonly labels: readonly (ClassIndex | null)[];
  /** The attack to bisect with; its criterion decides what "change" means. */
  readonly attack: GradientAttack;
  readonly seed: number;
  /** Smallest epsilon of a success already on file per image, else null. */
  readonly knownSuccess: readonly (number | null)[];
}

export interface MinimalEpsilonOutcome {
  readonly image: number;
  /** Upper bound on the smallest epsilon that changes the verdict; null: none found up to 16/255. */
  readonly minimalEpsilon: number | null;
  /** The verdict at that epsilon; null when none was found, or when a success on file could not be repeated. */
  readonly verdict: ClassIndex | null;
  /** Whether the change survives rounding the attacked input to 8 bit; null where the verdict is. */
  readonly survivesRounding: boolean | null;
}

export interface RunToTheEndRequest {
  readonly modelSha256: Sha256;
  /** Models that judge the attacked inputs, the attacked one among them if wanted; all take inputs of one size. */
  readonly judges: readonly Sha256[];
  readonly inputs: InputBatch;
  readonly labels: readonly (ClassIndex | null)[];
  /** Against `misclassified` or `verdictChanged`, with one restart. */
  readonly attack: GradientAttack;
  readonly epsilons: readonly number[];
  readonly seed: number;
}

/** Where an attack that nothing stops ended on one image at one epsilon. */
export interface RunToTheEndOutcome {
  readonly image: number;
  readonly epsilon: number;
  /** The attacked model's verdict at the last iterate. */
  readonly verdict: ClassIndex;
  /** Softmax of the attacked model's logits there, one per class. */
  readonly probabilities: readonly number[];
  /** Verdicts on the same attacked input, in the order of `judges`. */
  readonly judgedBy: readonly ClassIndex[];
}

export interface TraceRequest {
  readonly modelSha256: Sha256;
  /** Of one image. */
  readonly input: InputBatch;
  /** Null where it is unknown (then only criteria that need none are allowed). */
  readonly label: ClassIndex | null;
  readonly attack: GradientAttack;
  /** In [0, 1]; each is a run of its own. */
  readonly epsilons: readonly number[];
  readonly seed: number;
}

/** What a model says of one input; `probabilities` is the softmax of its logits, one per class. */
export interface Judgement {
  readonly verdict: ClassIndex;
  readonly probabilities: readonly number[];
}

/**
 * A whole run of an attack on one image at one epsilon, not stopped at its success; of several restarts the first that
 * succeeded, else the one that reached the largest loss. Verdict and probabilities are those of the kept iterate: the last
 * one that met the criterion, else the last one.
 */
export interface TracedPoint extends Judgement {
  readonly epsilon: number;
  /** Some iterate met the criterion. True as well where the clean image already meets it. */
  readonly success: boolean;
  /** The first step after which the criterion was met; 0: before any step, by the random start. Null: never. */
  readonly successStep: number | null;
  /** Distances of the kept iterate from the clean input, in [0, 1] space. */
  readonly linf: number;
  readonly l2: number;
  /** Float32 NHWC values of the kept iterate in [0, 1]. */
  readonly adversarial: Float32Array;
  /** Softmax of the clean input, then after step 1, 2, ...; of the clean input alone where nothing was attacked. */
  readonly trajectory: readonly (readonly number[])[];
}

export interface TraceResult {
  readonly clean: Judgement;
  /** In the order of the epsilons. */
  readonly points: readonly TracedPoint[];
}

/**
 * What is to be explained at one image. `attacked`: float32 NHWC values in [0, 1]; null: the clean input.
 *
 * - `effect`: integrated gradients of the margin (logit of the clean verdict minus that of the attacked one) on the
 *   straight line from the clean to the attacked input. Where both verdicts are the same, minus the largest other logit
 * - `saliency`: largest absolute over the channels of the input gradient of the verdict's logit
 * - `gradCam`: Grad-CAM of the verdict on the last convolution, brought to the input's size
 */
export type ExplainRequest = {
  readonly modelSha256: Sha256;
  /** Of one image: the clean input. */
  readonly input: InputBatch;
} & (
  | { readonly map: 'effect'; readonly attacked: Float32Array }
  | { readonly map: 'saliency' | 'gradCam'; readonly attacked: Float32Array | null }
);

export interface ExplainResult {
  /** `height * width` values, row-major; signed for `effect`, else 0 or more. */
  readonly values: Float32Array;
  /** The verdict that is explained: on the clean input for `effect`, else on the input that was looked at. */
  readonly from: ClassIndex;
  /** For `effect` the class whose logit is subtracted; else null. */
  readonly to: ClassIndex | null;
  /** `effect`: what the map sums to, and the change of the margin that it should; else null. */
  readonly completeness: { readonly sum: number; readonly marginChange: number } | null;
}

export interface ProbeRequest {
  readonly modelSha256: Sha256;
  readonly inputs: InputBatch;
  /** Null: the gradient is that of the model's own verdict. */
  readonly labels: readonly (ClassIndex | null)[];
}

/** What the sanity checks ask of one clean input. */
export interface ProbeOutcome {
  readonly image: number;
  /** Largest absolute component of the gradient of the float32 cross-entropy; null where one is not finite. */
  readonly largestGradient: number | null;
  /** Logit of the verdict minus the next one. */
  readonly logitMargin: number;
  /** The same batch twice gave the same bits, of logits and of gradients. */
  readonly repeatable: boolean;
}

/** How a classifier is smoothed and how surely (Cohen 2019, arXiv 1902.02918). */
export interface Smoothing {
  /** Standard deviation of the noise, in the units of the input, whose range is 1. */
  readonly sigma: number;
  /** Draws that choose the class (n0 in the paper), and further ones that count it (n). */
  readonly selectionDraws: number;
  readonly draws: number;
  /** Probability that a certificate is wrong, in (0, 0.5). */
  readonly alpha: number;
}

export interface CertifyRequest {
  readonly modelSha256: Sha256;
  readonly inputs: InputBatch;
  readonly smoothing: Smoothing;
  readonly seed: number;
}

/** What is certain, up to alpha, of the smoothed classifier at one image. */
export interface CertifyOutcome {
  readonly image: number;
  /** Null: it abstains. */
  readonly verdict: ClassIndex | null;
  /** L2 radius in input space within which that verdict stays; 0 where it abstains. */
  readonly radius: number;
}

export interface TrainRequest {
  /** Folder that the dataset files lie in (written by the training-data service). */
  readonly dataFile: string;
  readonly recipe: Recipe;
  readonly epsilon: number;
  readonly seed: number;
  readonly epochs: number;
  /** Folder for checkpoints and, at the end, the model package. */
  readonly out: string;
  readonly modelId: string;
  readonly title: string;
}

export type TrainEvent =
  | { readonly kind: 'resumed'; readonly epoch: number; readonly step: number }
  | {
      readonly kind: 'step';
      readonly epoch: number;
      readonly step: number;
      readonly totalSteps: number;
      readonly loss: number;
      readonly secondsLeft: number;
      readonly tensors: number;
    }
  | ({ readonly kind: 'epoch'; readonly best: boolean } & ModelCard['training']['epochs'][number])
  | {
      /** Balanced accuracy under attack on validation images is past its best, while that on training images grows. */
      readonly kind: 'robustOverfitting';
      readonly epoch: number;
      readonly bestEpoch: number;
      readonly bestAccuracy: number;
      readonly lastAccuracy: number;
    }
  | {
      readonly kind: 'catastrophicOverfitting';
      readonly epoch: number;
      readonly pgdAccuracy: number;
      readonly fgsmAccuracy: number;
    };

export interface SelfTest {
  readonly images: number;
  readonly forwardMsPerImage: number;
  readonly gradientMsPerImage: number;
  /** The same batch twice gave the same bits. */
  readonly repeatable: boolean;
  readonly rssBytes: number;
}

/** Every method of the engine: what goes in, what it reports on the way, what comes out. */
export interface EngineMethods {
  describe: { params: undefined; event: never; result: EngineFacts };
  selfTest: { params: undefined; event: never; result: SelfTest };
  /** Verifies hashes, shapes and finite weights; refuses with the reason. */
  loadModel: { params: { directory: string }; event: never; result: LoadedModel };
  /** Makes a package in the folder `out`, which must not exist yet, of a bare tf.LayersModel; holds nothing afterwards. */
  packModel: {
    params: { directory: string; description: ModelDescription; out: string };
    event: never;
    result: { card: ModelCard };
  };
  predict: {
    params: { modelSha256: Sha256; inputs: InputBatch };
    event: never;
    /** `count * 7` values. */
    result: { logits: Float32Array; probabilities: Float32Array };
  };
  attack: {
    params: AttackRequest;
    event: { done: number; total: number };
    result: { outcomes: AttackOutcome[] };
  };
  minimalEpsilon: {
    params: MinimalEpsilonRequest;
    event: { done: number; total: number };
    result: { outcomes: MinimalEpsilonOutcome[] };
  };
  runToTheEnd: {
    params: RunToTheEndRequest;
    event: { done: number; total: number };
    result: { outcomes: RunToTheEndOutcome[] };
  };
  trace: {
    params: TraceRequest;
    /** In steps. */
    event: { done: number; total: number };
    result: TraceResult;
  };
  explain: { params: ExplainRequest; event: never; result: ExplainResult };
  probe: {
    params: ProbeRequest;
    event: { done: number; total: number };
    result: { outcomes: ProbeOutcome[] };
  };
  certify: {
    params: CertifyRequest;
    event: { done: number; total: number };
    result: { outcomes: CertifyOutcome[] };
  };
  train: { params: TrainRequest; event: TrainEvent; result: { directory: string; stopped: boolean } };
}
export type EngineMethod = keyof EngineMethods;

/** The part of AbortSignal that callers need, so that this file depends on no runtime. */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** The engine as its callers see it. Aborting the signal stops the work within one gradient step. */
export interface Engine {
  /** Calls that it works on at the same time, 1 or more; known after `describe`. */
  readonly width: number;
  call<M extends EngineMethod>(
    method: M,
    params: EngineMethods[M]['params'],
    options?: { signal?: CancelSignal; onEvent?: (event: EngineMethods[M]['event']) => void },
  ): Promise<EngineMethods[M]['result']>;
  close(): Promise<void>;
}

export type EngineRequest =
  | { readonly type: 'call'; readonly id: number; readonly method: EngineMethod; readonly params: unknown }
  | { readonly type: 'cancel'; readonly id: number };

export type EngineReply =
  | { readonly type: 'event'; readonly id: number; readonly event: unknown }
  | { readonly type: 'result'; readonly id: number; readonly result: unknown }
  | { readonly type: 'error'; readonly id: number; readonly error: WireError };
