import type { Smoothing } from '../../../shared/contract/engine.ts';
import type { Attack, GradientAttack } from '../../../shared/domain/attack.ts';
import { isMalignant, type ClassIndex } from '../../../shared/domain/diagnosis.ts';
import { pgd } from '../../engine/attacks/defaults.ts';
import {
  checkRuns,
  ensembleAttacks,
  headlineAttack,
  minimalEpsilonAttack,
  type AuditCriterion,
  type PlannedCheckRun,
} from './budgets.ts';
import type { PlanInputs } from './planInputs.ts';
import { certificateSample, checkSample } from './samples.ts';

/**
 * Draws as many as two cores bear (Cohen 2019, section 4, takes 100,000). Sigma is small, since the models were not trained
 * on noise: at 0.25 the classifier smoothed from `standard` calls 14 of 14 validation images by one name.
 */
export const SMOOTHING: Smoothing = { sigma: 0.06, selectionDraws: 100, draws: 1000, alpha: 0.001 };

/** An attack, and which cases its criterion speaks of. */
export interface PlannedAttack {
  readonly attack: Attack;
  readonly speaksOf: (label: ClassIndex | null) => boolean;
}

/** What is computed, beyond the clean verdicts. */
export interface PlannedWork {
  readonly headline: readonly PlannedAttack[];
  /** Of the worst case, in their order; each after all before it. */
  readonly ensemble: readonly PlannedAttack[];
  readonly checkRuns: readonly PlannedCheckRun[];
  /** Positions of the check sample; none where no check is run. */
  readonly checkCases: readonly number[];
  /** Null in L2, where the search's range in 1/255 means nothing. */
  readonly minimalEpsilon: { readonly attack: GradientAttack; readonly how: 'grid' | 'bisection' } | null;
  readonly runToTheEnd: GradientAttack | null;
  readonly corruptions: boolean;
  /** Positions of the cases that are certified. */
  readonly certificateCases: readonly number[];
  /** Null where none is. */
  readonly smoothing: Smoothing | null;
}

/**
 * Labelled cases are attacked away from their label, unlabelled ones away from the model's own verdict, and malignant ones
 * once more towards a benign verdict: the dangerous direction, which the untargeted attack understates.
 */
const CRITERIA: readonly { criterion: AuditCriterion; speaksOf: PlannedAttack['speaksOf'] }[] = [
  { criterion: { kind: 'misclassified' }, speaksOf: (label) => label !== null },
  { criterion: { kind: 'verdictChanged' }, speaksOf: (label) => label === null },
  { criterion: { kind: 'malignantToBenign' }, speaksOf: (label) => label !== null && isMalignant(label) },
];

export function workOf({ cases, options }: PlanInputs): PlannedWork {
  const { budget, norm, epsilons } = options;
  const criteria = CRITERIA.filter(({ speaksOf }) => cases.some(({ label }) => speaksOf(label)));
  const runs = checkRuns(budget, epsilons);
  return {
    headline: options.attacks.flatMap((name) =>
      criteria.map(({ criterion, speaksOf }) => ({ attack: headlineAttack(name, norm, criterion), speaksOf })),
    ),
    ensemble: criteria.flatMap(({ criterion, speaksOf }) =>
      ensembleAttacks(budget, criterion).map((attack) => ({ attack, speaksOf })),
    ),
    checkRuns: runs,
    checkCases: runs.length === 0 ? [] : checkSample(cases),
    minimalEpsilon:
      norm === 'linf'
        ? { attack: minimalEpsilonAttack(), how: budget === 'quick' ? ('grid' as const) : ('bisection' as const) }
        : null,
    runToTheEnd: budget === 'full' ? pgd() : null,
    corruptions: budget === 'full',
    certificateCases: options.certificate ? certificateSample(cases) : [],
    smoothing: options.certificate ? SMOOTHING : null,
  };
}
