/** What one model's line of the sentence says. Words are chosen elsewhere; nothing here claims more than was tried. */
import type { AttackChoice } from '../../../../shared/contract/app/cases.ts';
import { type Diagnosis, isMalignantDiagnosis } from '../../../../shared/domain/diagnosis.ts';
import { epsilonFrom255 } from '../../../../shared/domain/epsilon.ts';
import { isApplicable } from './attackChoice.ts';
import { changeOf, type Evidence, smallestTried, triedUpTo } from './lanes.ts';
import { isSameEpsilon } from './scale.ts';

export type Finding =
  | {
      readonly kind: 'changed';
      readonly to: Diagnosis;
      readonly epsilon: number;
      /** L-inf below 1/255: no 8-bit image could hold a smaller change. */
      readonly belowOneStep: boolean;
      readonly harm: 'malignantLost' | 'malignantGained' | null;
      /** It was the smallest epsilon tried: a smaller one may do as well. Null: the search went below it. */
      readonly notSearchedBelow: number | null;
    }
  | { readonly kind: 'unchanged'; readonly upTo: number }
  /** The attack cannot aim at this verdict. */
  | { readonly kind: 'notApplicable' }
  /** Nothing is computed yet. */
  | { readonly kind: 'unknown' };

const ONE_STEP = epsilonFrom255(1);

export function findingOf(evidence: Evidence, attack: Pick<AttackChoice, 'norm' | 'criterion'>): Finding {
  if (!isApplicable(attack.criterion, evidence.verdict)) return { kind: 'notApplicable' };
  const change = changeOf(evidence);
  if (change !== null) {
    const smallest = smallestTried(evidence);
    return {
      kind: 'changed',
      ...change,
      belowOneStep: attack.norm === 'linf' && change.epsilon < ONE_STEP,
      harm: harmOf(evidence.verdict, change.to),
      notSearchedBelow: smallest !== null && isSameEpsilon(smallest, change.epsilon) ? smallest : null,
    };
  }
  const upTo = triedUpTo(evidence);
  return upTo > 0 ? { kind: 'unchanged', upTo } : { kind: 'unknown' };
}

function harmOf(from: Diagnosis, to: Diagnosis): 'malignantLost' | 'malignantGained' | null {
  if (isMalignantDiagnosis(from) === isMalignantDiagnosis(to)) return null;
  return isMalignantDiagnosis(from) ? 'malignantLost' : 'malignantGained';
}

/** Where the slider stands when a case is opened: at the smallest change known of any model, else in the middle. */
export function firstEpsilon(evidences: readonly (Evidence | null)[], largest: number): number {
  const changes = evidences.flatMap((evidence) => {
    const change = evidence === null ? null : changeOf(evidence);
    return change === null ? [] : [change.epsilon];
  });
  return changes.length === 0 ? largest / 4 : Math.min(...changes);
}
