import type { ClassIndex } from './diagnosis.ts';

/** Which distance the epsilon bounds. */
export const NORMS = ['linf', 'l2'] as const;
export type Norm = (typeof NORMS)[number];

/**
 * When an attack counts as successful. Never mixed within one number.
 *
 * - `misclassified`: the verdict differs from the label (metrics; needs a label).
 * - `verdictChanged`: the verdict differs from the model's own verdict on the clean image (cases).
 * - `targeted`: the verdict is `target`.
 * - `malignantToBenign` / `benignToMalignant`: the verdict lies in the other group; has its own loss,
 *   since untargeted cross-entropy often lands in another malignant class and understates the harm.
 */
export type Criterion =
  | { readonly kind: 'misclassified' }
  | { readonly kind: 'verdictChanged' }
  | { readonly kind: 'targeted'; readonly target: ClassIndex }
  | { readonly kind: 'malignantToBenign' }
  | { readonly kind: 'benignToMalignant' };

/** What a gradient attack climbs: cross-entropy, the logit margin, or the difference of logits ratio (DLR). */
export type AttackLoss = 'crossEntropy' | 'margin' | 'dlr';

/**
 * FGSM, BIM and PGD are this one attack with other numbers (Goodfellow 2015, Kurakin 2017, Madry 2018):
 * `steps` steps of `relativeStepSize * epsilon` along the normalised gradient, projected onto the epsilon
 * ball and [0, 1], from the image itself or (`randomStart`) from a uniform draw in the ball, `restarts` times.
 */
export interface GradientAttack {
  readonly kind: 'gradient';
  readonly id: 'fgsm' | 'bim' | 'pgd';
  readonly norm: Norm;
  readonly steps: number;
  readonly relativeStepSize: number;
  readonly randomStart: boolean;
  readonly restarts: number;
  readonly loss: Exclude<AttackLoss, 'dlr'>;
  readonly criterion: Criterion;
}

/**
 * Auto-PGD (Croce and Hein 2020, arXiv 2003.01690): PGD with momentum that starts with steps of twice epsilon, halves
 * them where the loss no longer grows, and then goes on from the best point so far. The only number left to choose is
 * how long it runs.
 */
export interface ApgdAttack {
  readonly kind: 'apgd';
  readonly id: 'apgd-ce' | 'apgd-dlr' | 'apgd-dlr-targeted';
  readonly norm: Norm;
  /** Gradient steps of every run; there are `targets * restarts` runs. */
  readonly steps: number;
  readonly restarts: number;
  /** `targetedDlr` aims each run at one class. */
  readonly loss: AttackLoss | 'targetedDlr';
  /** Classes aimed at one after the other, the likeliest on the clean input first; 1 for losses without a target. */
  readonly targets: number;
  /** The step is halved where fewer than this share of the last steps raised the loss (paper: 0.75). */
  readonly rho: number;
  readonly criterion: Criterion;
}

/**
 * Square Attack (Andriushchenko et al. 2020, arXiv 1912.00049): random search over square patches that sees the logits
 * only, never a gradient. A defence that merely hides its gradients does not stop it.
 */
export interface SquareAttack {
  readonly kind: 'square';
  readonly id: 'square';
  readonly norm: Norm;
  /** Inputs that each restart may show to the model, its first one among them. */
  readonly queries: number;
  /** Share of the image that the first squares cover, in (0, 1] (paper: p). */
  readonly initialShare: number;
  readonly restarts: number;
  readonly criterion: Criterion;
}

/** The baseline: random perturbations at the same epsilon, `draws` of them; success when any succeeds. */
export interface NoiseAttack {
  readonly kind: 'noise';
  readonly id: 'noise';
  readonly distribution: 'uniform' | 'gaussian';
  readonly norm: Norm;
  readonly draws: number;
  readonly criterion: Criterion;
}

export type Attack = GradientAttack | ApgdAttack | SquareAttack | NoiseAttack;
export type AttackId = Attack['id'];
