/** What is known of one model's verdict over epsilon, as one lane of the axis shows it. */
import type { ExaminedPoint, ScreenedVerdict } from '../../../../shared/contract/app/cases.ts';
import type { Diagnosis } from '../../../../shared/domain/diagnosis.ts';
import { LARGEST_SEARCHED_EPSILON } from '../../../../shared/domain/epsilon.ts';
import { type ChosenCriterion, meets } from './attackChoice.ts';
import { isSameEpsilon } from './scale.ts';

export interface Evidence {
  /** The verdict on the clean input. */
  readonly verdict: Diagnosis;
  /** Softmax of the clean input, in the order of DIAGNOSES. */
  readonly probabilities: readonly number[];
  /** The search for the smallest epsilon, where it speaks of the same norm and aim; null: none, or not yet. */
  readonly screened: Pick<ScreenedVerdict, 'minimalEpsilon' | 'changedTo'> | null;
  /** What the chosen attack did, by epsilon, ascending. */
  readonly points: readonly ExaminedPoint[];
}

/** From `from` up to `to` (the next segment's `from`, else the end of the axis) this verdict is held. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly verdict: Diagnosis;
}

export interface Change {
  readonly epsilon: number;
  readonly to: Diagnosis;
}

/**
 * Whether the search for the smallest epsilon says something about this attack. It was made in L-inf against any change of
 * the verdict, so it counts where what it found is also what this attack aims at. Where it found nothing, nothing was found
 * for a narrower aim either. Noise is a baseline, no attack: it is shown alone.
 */
export function screeningFor(
  screened: ScreenedVerdict | null,
  attack: { readonly id: string; readonly norm: string; readonly criterion: ChosenCriterion },
): Evidence['screened'] {
  if (screened === null || attack.norm !== 'linf' || attack.id === 'noise') return null;
  const { verdict, changedTo, minimalEpsilon } = screened;
  if (minimalEpsilon === null) return screened;
  return changedTo !== null && meets(attack.criterion, verdict, changedTo) ? screened : null;
}

/** Every epsilon at which a change is known, ascending; of two at one epsilon the attack's own comes last. */
function changes({ screened, points }: Evidence): readonly Change[] {
  const own = points.filter(({ success }) => success).map(({ epsilon, verdict }) => ({ epsilon, to: verdict }));
  return [...foundBy(screened), ...own].toSorted((one, other) => one.epsilon - other.epsilon);
}

function foundBy(screened: Evidence['screened']): readonly Change[] {
  if (screened === null) return [];
  const { minimalEpsilon, changedTo } = screened;
  return minimalEpsilon === null || changedTo === null ? [] : [{ epsilon: minimalEpsilon, to: changedTo }];
}

/** The smallest epsilon at which a change is known; null: none found. */
export function changeOf(evidence: Evidence): Change | null {
  const all = changes(evidence);
  const [first] = all;
  return first === undefined ? null : (all.findLast(({ epsilon }) => isSameEpsilon(epsilon, first.epsilon)) ?? first);
}

/** Up to here attacks were tried: the search goes to 16/255, the points to the largest of theirs. 0: none was. */
export const triedUpTo = ({ screened, points }: Evidence): number =>
  Math.max(screened === null ? 0 : LARGEST_SEARCHED_EPSILON, points.at(-1)?.epsilon ?? 0);

/** Whether a smaller epsilon than the smallest one tried might change the verdict: no search was made. */
export const smallestTried = ({ screened, points }: Evidence): number | null =>
  screened === null ? (points[0]?.epsilon ?? null) : null;

/**
 * The lane from 0 to `largest`: the clean verdict, cut where a change is known. Beyond, the verdict of the largest successful
 * epsilon so far, since a success lies in every larger ball too, whatever a later run of its own met with.
 */
export function laneOf(evidence: Evidence, largest: number): readonly Segment[] {
  const starts: Change[] = [{ epsilon: 0, to: evidence.verdict }];
  for (const change of changes(evidence)) {
    if (change.epsilon >= largest && !isSameEpsilon(change.epsilon, largest)) break;
    const last = starts.at(-1);
    if (last === undefined || last.to === change.to) continue;
    if (isSameEpsilon(last.epsilon, change.epsilon)) starts.pop();
    starts.push(change);
  }
  return starts.map(({ epsilon, to }, index) => ({
    from: epsilon,
    to: starts[index + 1]?.epsilon ?? largest,
    verdict: to,
  }));
}
