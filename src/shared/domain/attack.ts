import type { ClassIndex } from './diagnosis.ts';

/** Which distance the epsilon bounds. */
export type Norm = 'linf' | 'l2';

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

/** What the untargeted and targeted gradient climbs: cross-entropy, or the logit margin. */
export type AttackLoss = 'crossEntropy' | 'margin';

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
  readonly loss: AttackLoss;
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

export type Attack = GradientAttack | NoiseAttack;
export type AttackId = Attack['id'];
