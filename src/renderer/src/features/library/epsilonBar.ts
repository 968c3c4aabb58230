/** The small epsilon axis under each photograph. */
import { epsilonKey, LARGEST_SEARCHED_EPSILON } from '../../../../shared/domain/epsilon.ts';
import type { ListedVerdict } from '../../../../shared/contract/app/library.ts';

/**
 * Where an epsilon stands on the square-root axis from 0 to 16/255, as a share of its length: differences below one 8-bit
 * step are told apart as well as those of several.
 */
export const axisShare = (epsilon: number): number =>
  Math.sqrt(Math.min(1, Math.max(0, epsilon / LARGEST_SEARCHED_EPSILON)));

export type EpsilonBar =
  | { readonly kind: 'changed'; /** 0 to 1. */ readonly share: number; /** In 1/255. */ readonly number: string }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'notSearched' };

/** @param verdict null: not searched yet */
export function epsilonBar(verdict: ListedVerdict | null): EpsilonBar {
  if (verdict === null) return { kind: 'notSearched' };
  const { minimalEpsilon } = verdict;
  if (minimalEpsilon === null) return { kind: 'unchanged' };
  return { kind: 'changed', share: axisShare(minimalEpsilon), number: epsilonKey(minimalEpsilon) };
}
