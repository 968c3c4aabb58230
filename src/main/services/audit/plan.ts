import type { EngineFacts, LoadedModel } from '../../../shared/contract/engine.ts';
import type { Attack, Criterion, GradientAttack } from '../../../shared/domain/attack.ts';
import { isMalignant } from '../../../shared/domain/diagnosis.ts';
import { assertNever } from '../../../shared/kernel/assertNever.ts';
import type { Sha256 } from '../../../shared/kernel/ids.ts';
import { bim, fgsm, pgd, uniformNoise } from '../../engine/attacks/defaults.ts';
import type { Sample } from '../../engine/metrics/index.ts';
import { canonicalJson, hashOf } from '../../store/index.ts';
import type { AuditableCase } from './cases.ts';
import type { AuditAttackName, AuditOptions } from './types.ts';

/** Cases of one unit of work: what is computed, and stored, at once. A broken run loses at most this much. */
const CASES_PER_UNIT = 64;

/** One attack of the plan with the cases that its criterion speaks of. */
export interface PlannedAttack {
  readonly attack: Attack;
  /** Positions in the plan's cases. */
  readonly cases: readonly number[];
}

/** A piece of work whose result is stored in one transaction. Its key says all that it depends on within the plan. */
export type Unit = {
  readonly key: string;
  readonly model: LoadedModel;
  /** Positions in the plan's cases. */
  readonly cases: readonly number[];
  /** Estimate in image gradients, for progress. */
  readonly cost: number;
} & (
  | { readonly kind: 'predict' }
  | { readonly kind: 'attack'; readonly attack: Attack }
  | { readonly kind: 'minimalEpsilon'; readonly attack: GradientAttack }
);

export interface AuditPlan {
  readonly sha256: Sha256;
  /** As it is stored with the run. */
  readonly document: unknown;
  readonly cases: Sample<AuditableCase>['images'];
  readonly models: readonly LoadedModel[];
  readonly attacks: readonly PlannedAttack[];
  /** Null in L2, where the search's range in 1/255 means nothing. */
  readonly minimalEpsilonAttack: GradientAttack | null;
  /** Per model: predictions first, attacks next, the search for the minimal epsilon last, since it builds on them. */
  readonly units: readonly Unit[];
}

/** What will be computed, in which pieces. Two equal plans on equal numerics are one run. */
export function planAudit(
  sample: Sample<AuditableCase>,
  models: readonly LoadedModel[],
  facts: EngineFacts,
  options: AuditOptions,
): AuditPlan {
  const cases = sample.images;
  const attacks = options.attacks.flatMap((name) => plannedAttacks(name, options, cases));
  const minimalEpsilonAttack = options.norm === 'linf' ? pgd({ criterion: { kind: 'verdictChanged' } }) : null;
  const document = {
    planVersion: 1,
    numericsFingerprint: facts.numericsFingerprint,
    models: models.map((model) => model.sha256),
    cases: cases.map(({ imageSha256, label, weight }) => ({ imageSha256, label, weight })),
    attacks: attacks.map((planned) => planned.attack),
    minimalEpsilonAttack,
    epsilons: options.epsilons,
    seed: options.seed,
    sample: options.sample,
    keepAdversarials: options.keepAdversarials,
    casesPerUnit: CASES_PER_UNIT,
  };
  const units = models.flatMap((model) => unitsOf(model, cases, attacks, minimalEpsilonAttack, options));
  return { sha256: hashOf(canonicalJson(document)), document, cases, models, attacks, minimalEpsilonAttack, units };
}

const attackNamed = (name: AuditAttackName, norm: AuditOptions['norm'], criterion: Criterion): Attack => {
  // Why the margin for the directed attack: docs/decisions/0008-directed-margin.md
  const loss = criterion.kind === 'malignantToBenign' ? 'margin' : 'crossEntropy';
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
};

/**
 * Labelled cases are attacked away from their label, unlabelled ones away from the model's own verdict, and malignant ones
 * once more towards a benign verdict: the dangerous direction, which the untargeted attack understates.
 */
function plannedAttacks(name: AuditAttackName, { norm }: AuditOptions, cases: AuditPlan['cases']): PlannedAttack[] {
  const positions = (wanted: (label: AuditableCase['label']) => boolean) =>
    cases.flatMap(({ label }, position) => (wanted(label) ? [position] : []));
  const planned: [Criterion['kind'] & ('misclassified' | 'verdictChanged' | 'malignantToBenign'), number[]][] = [
    ['misclassified', positions((label) => label !== null)],
    ['verdictChanged', positions((label) => label === null)],
    ['malignantToBenign', positions((label) => label !== null && isMalignant(label))],
  ];
  return planned
    .filter(([, chosen]) => chosen.length > 0)
    .map(([kind, chosen]) => ({ attack: attackNamed(name, norm, { kind }), cases: chosen }));
}

function unitsOf(
  model: LoadedModel,
  cases: AuditPlan['cases'],
  attacks: readonly PlannedAttack[],
  minimalEpsilonAttack: GradientAttack | null,
  { epsilons }: AuditOptions,
): Unit[] {
  const all = [...cases.keys()];
  const name = model.sha256.slice(0, 16);
  const split = (positions: readonly number[], what: string, costPerCase: number) =>
    Array.from({ length: Math.ceil(positions.length / CASES_PER_UNIT) }, (_, part) => {
      const own = positions.slice(part * CASES_PER_UNIT, (part + 1) * CASES_PER_UNIT);
      return {
        key: `${name}/${what}/${String(part).padStart(5, '0')}`,
        model,
        cases: own,
        cost: own.length * costPerCase,
      };
    });
  return [
    ...split(all, 'predict', 1).map((unit): Unit => ({ ...unit, kind: 'predict' })),
    ...attacks.flatMap(({ attack, cases: own }) =>
      split(own, `${attack.id}-${attack.criterion.kind}`, costOf(attack, epsilons.length)).map((unit): Unit => ({
        ...unit,
        kind: 'attack',
        attack,
      })),
    ),
    ...(minimalEpsilonAttack
      ? split(all, 'minimal-epsilon', costOf(minimalEpsilonAttack, 4)).map((unit): Unit => ({
          ...unit,
          kind: 'minimalEpsilon',
          attack: minimalEpsilonAttack,
        }))
      : []),
  ];
}

/** A forward pass costs about a third of a gradient. */
const costOf = (attack: Attack, epsilons: number): number =>
  attack.kind === 'noise' ? (attack.draws * epsilons) / 3 : attack.steps * attack.restarts * epsilons;
