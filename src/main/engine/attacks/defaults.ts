import type {
  ApgdAttack,
  Attack,
  Criterion,
  GradientAttack,
  NoiseAttack,
  Norm,
  SquareAttack,
} from '../../../shared/domain/attack.ts';

type GradientOptions = Partial<Omit<GradientAttack, 'kind' | 'id'>>;
type ApgdOptions = Partial<Omit<ApgdAttack, 'kind' | 'id'>>;
type SquareOptions = Partial<Omit<SquareAttack, 'kind' | 'id'>>;
type NoiseOptions = Partial<Omit<NoiseAttack, 'kind' | 'id' | 'distribution'>>;

const SHARED = { norm: 'linf' satisfies Norm, criterion: { kind: 'misclassified' } satisfies Criterion } as const;
const GRADIENT = { kind: 'gradient', loss: 'crossEntropy', restarts: 1, ...SHARED } as const;

/** Fast Gradient Sign Method (Goodfellow et al. 2015); in L2 the fast gradient method. One step of epsilon. */
export const fgsm = (options: GradientOptions = {}): GradientAttack => ({
  ...GRADIENT,
  id: 'fgsm',
  steps: 1,
  relativeStepSize: 1,
  randomStart: false,
  ...options,
});

/** Basic Iterative Method (Kurakin et al. 2017), with the steps of {@link pgd}: it starts at the image itself. */
export const bim = (options: GradientOptions = {}): GradientAttack => ({
  ...GRADIENT,
  id: 'bim',
  steps: 20,
  relativeStepSize: 1 / 8,
  randomStart: false,
  ...options,
});

/** Projected Gradient Descent (Madry et al. 2018) as PGD-20: 20 steps of epsilon/8, uniform start, 1 restart. */
export const pgd = (options: GradientOptions = {}): GradientAttack => ({
  ...GRADIENT,
  id: 'pgd',
  steps: 20,
  relativeStepSize: 1 / 8,
  randomStart: true,
  ...options,
});

const APGD = { kind: 'apgd', steps: 100, restarts: 1, targets: 1, rho: 0.75, ...SHARED } as const;

/** Auto-PGD on the cross-entropy (Croce and Hein 2020), with AutoAttack's 100 steps. */
export const apgdCe = (options: ApgdOptions = {}): ApgdAttack => ({
  ...APGD,
  id: 'apgd-ce',
  loss: 'crossEntropy',
  ...options,
});

/** Auto-PGD on the difference of logits ratio, which no rescaling of the logits changes. */
export const apgdDlr = (options: ApgdOptions = {}): ApgdAttack => ({
  ...APGD,
  id: 'apgd-dlr',
  loss: 'dlr',
  ...options,
});

/** Auto-PGD on the targeted DLR: 50 steps towards each of the three likeliest other classes. */
export const apgdDlrTargeted = (options: ApgdOptions = {}): ApgdAttack => ({
  ...APGD,
  id: 'apgd-dlr-targeted',
  loss: 'targetedDlr',
  targets: 3,
  steps: 50,
  ...options,
});

/** Square Attack (Andriushchenko et al. 2020) with 1,000 queries and the first squares on 0.8 of the image (AutoAttack). */
export const square = (options: SquareOptions = {}): SquareAttack => ({
  kind: 'square',
  id: 'square',
  queries: 1000,
  initialShare: 0.8,
  restarts: 1,
  ...SHARED,
  ...options,
});

const NOISE = { kind: 'noise', id: 'noise', draws: 10, ...SHARED } as const;

/** The baseline: uniform draws from the epsilon ball. */
export const uniformNoise = (options: NoiseOptions = {}): NoiseAttack => ({
  ...NOISE,
  distribution: 'uniform',
  ...options,
});

/** The baseline: Gaussian draws, in L-inf of standard deviation epsilon cut off at epsilon, in L2 of length epsilon. */
export const gaussianNoise = (options: NoiseOptions = {}): NoiseAttack => ({
  ...NOISE,
  distribution: 'gaussian',
  ...options,
});

const describeCriterion = (criterion: Criterion): string =>
  criterion.kind === 'targeted' ? `targeted(${criterion.target})` : criterion.kind;

/** The attack with every hyperparameter, for logs and test names: `pgd(norm=linf, steps=20, ...)`. */
export function describeAttack(attack: Attack): string {
  const parameters = Object.entries({ ...attack, criterion: describeCriterion(attack.criterion) })
    .filter(([name]) => name !== 'kind' && name !== 'id')
    .sort(([a], [b]) => a.localeCompare(b, 'en'))
    .map(([name, value]) => `${name}=${String(value)}`);
  return `${attack.id}(${parameters.join(', ')})`;
}
