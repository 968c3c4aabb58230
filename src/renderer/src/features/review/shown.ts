/** What is shown where the slider stands. */
import type { ExaminedPoint } from '../../../../shared/contract/app/cases.ts';
import type { Diagnosis } from '../../../../shared/domain/diagnosis.ts';
import type { Evidence } from './lanes.ts';
import { isSameEpsilon } from './scale.ts';

export type Shown =
  /** The slider stands at 0. */
  | { readonly kind: 'clean' }
  /** The attack was run at this very epsilon. */
  | { readonly kind: 'own'; readonly point: ExaminedPoint }
  /** A success at a smaller epsilon, which lies in this ball too; `missed`: the run at this epsilon had none. */
  | { readonly kind: 'carried'; readonly point: ExaminedPoint; readonly missed: boolean }
  /** Not computed here, and no success below: the nearest one below is shown in its place; null: the clean input. */
  | { readonly kind: 'below'; readonly point: ExaminedPoint | null };

export function shownAt({ points }: Pick<Evidence, 'points'>, epsilon: number): Shown {
  if (epsilon <= 0) return { kind: 'clean' };
  const own = points.find((point) => isSameEpsilon(point.epsilon, epsilon));
  if (own?.success === true) return { kind: 'own', point: own };
  const below = points.filter((point) => point.epsilon < epsilon && !isSameEpsilon(point.epsilon, epsilon));
  const carried = below.findLast(({ success }) => success);
  if (carried !== undefined) return { kind: 'carried', point: carried, missed: own !== undefined };
  return own === undefined ? { kind: 'below', point: below.at(-1) ?? null } : { kind: 'own', point: own };
}

/** The attacked input that is shown; null: the clean one. */
export const pointOf = (shown: Shown): ExaminedPoint | null => (shown.kind === 'clean' ? null : shown.point);

/** Verdict and softmax that are shown. */
export function saidAt(
  evidence: Evidence,
  shown: Shown,
): { readonly verdict: Diagnosis; readonly probabilities: readonly number[] } {
  return pointOf(shown) ?? evidence;
}
