import type { Budget } from '../../../shared/contract/audit.ts';
import type { CheckRun } from '../../../shared/contract/auditEvidence.ts';
import type { Attack, Criterion, GradientAttack, Norm } from '../../../shared/domain/attack.ts';
import { assertNever } from '../../../shared/kernel/assertNever.ts';
import { badInput } from '../../../shared/kernel/errors.ts';
import {
  apgdCe,
  apgdDlr,
  apgdDlrTargeted,
  bim,
  fgsm,
  pgd,
  square,
  uniformNoise,
} from '../../engine/attacks/defaults.ts';
import { AUDIT_ATTACKS, type AuditAttackName, type AuditOptions } from './types.ts';

/** The criteria that an audit attacks by: which one depends on the label, see `criteriaOf` in plan.ts. */
export type AuditCriterion = Extract<Criterion, { kind: 'misclassified' | 'verdictChanged' | 'malignantToBenign' }>;

/** A run behind the sanity checks, against the label and without carrying. */
export interface PlannedCheckRun {
  readonly run: Exclude<CheckRun, 'noise' | 'fgsm'>;
  readonly attack: Attack;
  readonly epsilons: readonly number[];
}

/** Far beyond what could be called a small perturbation: any model must be broken there (Carlini 2019, section 5.4). */
const LARGE_EPSILONS = [0.5, 1];

/** The headline attacks that the budgets beyond basic are built on; their checks compare them. */
const NEEDED: readonly AuditAttackName[] = ['noise', 'fgsm', 'pgd'];

/**
 * @throws EpsiloscopeError `BUDGET_NEEDS_ATTACKS` where the checks of the budget would have nothing to compare;
 * `BUDGET_NEEDS_LINF`
 */
export function refuseIncompleteBudget({ budget, attacks, norm }: Pick<AuditOptions, 'budget' | 'attacks' | 'norm'>) {
  if (budget === 'basic' || (norm === 'linf' && NEEDED.every((name) => attacks.includes(name)))) return;
  const kept = 'Everything; nothing was begun.';
  if (norm !== 'linf') {
    throw badInput('BUDGET_NEEDS_LINF', {
      happened: `The budget ${budget} is for L-inf: the limits of its sanity checks were set there.`,
      kept,
      toDo: 'Choose --budget basic, or leave out --norm.',
    });
  }
  throw badInput('BUDGET_NEEDS_ATTACKS', {
    happened: `The budget ${budget} compares noise, FGSM and PGD in L-inf, and not all of them were asked for.`,
    kept,
    toDo: 'Leave out --attacks, or name at least noise,fgsm,pgd; or choose --budget basic.',
  });
}

/**
 * Why the margin for the directed attack: docs/decisions/0008-directed-margin.md
 */
const lossFor = ({ kind }: AuditCriterion) => (kind === 'malignantToBenign' ? 'margin' : 'crossEntropy');

export function headlineAttack(name: AuditAttackName, norm: Norm, criterion: AuditCriterion): Attack {
  const loss = lossFor(criterion);
  switch (name) {
    case 'noise':
      return uniformNoise({ norm, criterion });
    case 'fgsm':
      return fgsm({ norm, criterion, loss });
    case 'bim':
      return bim({ norm, criterion, loss });
    case 'pgd':
      return pgd({ norm, criterion, loss });
    default:
      return assertNever(name);
  }
}

/**
 * The attacks of the worst case beyond the headline ones, in their order: each sees only what those before it have left.
 * Towards a benign verdict there is one, on the margin.
 */
export function ensembleAttacks(budget: Budget, criterion: AuditCriterion): readonly Attack[] {
  const loss = lossFor(criterion);
  const directed = criterion.kind === 'malignantToBenign';
  switch (budget) {
    case 'basic':
      return [];
    case 'quick':
      return [apgdCe({ steps: 20, loss, criterion }), ...(directed ? [] : [apgdDlr({ steps: 20, criterion })])];
    case 'full':
      return [
        apgdCe({ steps: 100, loss, criterion }),
        ...(directed ? [] : [apgdDlrTargeted({ targets: 3, steps: 50, criterion })]),
      ];
    default:
      return assertNever(budget);
  }
}

/** Noise and FGSM are not among them: a headline run of these carries nothing either, and is the same run. */
export function checkRuns(budget: Budget, epsilons: readonly number[]): readonly PlannedCheckRun[] {
  if (budget === 'basic') return [];
  const cheap: PlannedCheckRun[] = [
    { run: 'pgd', attack: pgd(), epsilons },
    { run: 'pgdAtLargeEpsilons', attack: pgd(), epsilons: LARGE_EPSILONS },
  ];
  if (budget === 'quick') return cheap;
  return [
    ...cheap,
    { run: 'pgdTwiceTheSteps', attack: pgd({ steps: 40 }), epsilons },
    { run: 'pgdFiveRestarts', attack: pgd({ restarts: 5 }), epsilons },
    { run: 'square', attack: square({ queries: 1000 }), epsilons },
  ];
}

/** The attack of the search for the smallest epsilon, and of its grid. */
export const minimalEpsilonAttack = (): GradientAttack => pgd({ criterion: { kind: 'verdictChanged' } });

/** What `notRun` asks of an audit: all of it stands in audit.json as well. */
type AuditScope = Pick<AuditOptions, 'attacks' | 'budget' | 'certificate' | 'norm'>;

/**
 * What an audit leaves out, in words, so that silence is not mistaken for a pass.
 *
 * @param squareOnAll whether Square, where the budget has it, saw every labelled image
 */
export function notRun({ attacks, budget, certificate, norm }: AuditScope, squareOnAll: boolean): string[] {
  const headline = AUDIT_ATTACKS.filter((name) => !attacks.includes(name)).map((name) => HEADLINE_NAMES[name]);
  return [
    ...NOT_RUN[budget],
    ...(budget === 'full' && !squareOnAll
      ? [
          'Square (black box) on images outside of the check sample: NOT RUN. Their worst case is over gradient attacks.',
        ]
      : []),
    `${[...headline, 'Gaussian noise'].join(', ')}: NOT RUN.`,
    'Attacks aimed at a malignant verdict for benign images: NOT RUN.',
    norm === 'linf' ? 'Attacks in L2: NOT RUN.' : 'Attacks in L-inf: NOT RUN.',
    ...(norm === 'linf' ? [] : ['Minimal epsilon: NOT RUN in L2.']),
    ...(certificate ? [] : ['Certificate by randomized smoothing: NOT RUN.']),
  ];
}

const HEADLINE_NAMES: Readonly<Record<AuditAttackName, string>> = {
  noise: 'Uniform noise',
  fgsm: 'FGSM',
  bim: 'BIM',
  pgd: 'PGD',
};

const NOT_RUN: Readonly<Record<Budget, readonly string[]>> = {
  basic: [
    'Stronger attacks (APGD, Square, worst case of an ensemble): NOT RUN. Robust figures are upper bounds.',
    'Sanity checks for gradient masking: NOT RUN.',
    'Transfer between models, figures of final scores under attack, and common corruptions: NOT RUN.',
  ],
  quick: [
    'APGD beyond 20 steps, targeted DLR and Square (black box): NOT RUN. Worst-case figures are upper bounds.',
    'Sanity checks that need more iterations, a black-box attack or transfer: NOT RUN.',
    'Transfer between models, figures of final scores under attack, and common corruptions: NOT RUN.',
    'Bisection of the smallest epsilon: NOT RUN. Its bounds lie on the grid of epsilons.',
  ],
  full: [
    'Square (black box) aimed at a benign verdict: NOT RUN. It adds to dangerous flips only where, aimed at any wrong verdict, it came upon a benign one.',
  ],
};
