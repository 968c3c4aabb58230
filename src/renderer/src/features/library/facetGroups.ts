/** The facet panel: which groups are offered, and their values in the order in which they are told. */
import type { FacetCounts } from '../../../../shared/contract/app/library.ts';
import { MALIGNANT_FIRST } from '../../../../shared/domain/diagnosis.ts';
import { FACETS, FACETS_HIDDEN_WHEN_BLIND, type Facet, type LibraryQuery } from '../../../../shared/domain/library.ts';

export interface FacetValue {
  readonly value: string;
  /** Cases that would be found with it, under the search and all other facets. */
  readonly count: number;
  readonly chosen: boolean;
}

export interface FacetGroup {
  readonly facet: Facet;
  readonly values: readonly FacetValue[];
}

const BANDS = ['below1', 'from1', 'from4', 'unchanged', 'none'];
const DIRECTIONS = ['malignantToBenign', 'benignToMalignant', 'sameGroup', 'unchanged', 'none'];
const DIAGNOSES_TOLD = [...MALIGNANT_FIRST, 'none'];

/** Values in the order in which they are told; facets of free words are ordered by how many cases have each. */
const TOLD: Readonly<Partial<Record<Facet, readonly string[]>>> = {
  state: ['open', 'reviewed'],
  flag: ['flagged', 'plain'],
  screening: ['complete', 'missing'],
  agreement: ['differ', 'same', 'none'],
  firstBand: BANDS,
  secondBand: BANDS,
  firstDirection: DIRECTIONS,
  secondDirection: DIRECTIONS,
  firstVerdict: DIAGNOSES_TOLD,
  secondVerdict: DIAGNOSES_TOLD,
  reference: DIAGNOSES_TOLD,
  confirmation: ['histo', 'confocal', 'follow_up', 'consensus', 'other', 'none'],
};

/**
 * Groups worth showing: those whose cases differ in the facet, and those in which something is chosen. A value of which
 * there is no case is left out, unless it is chosen.
 *
 * @param blind leaves out what a blind reading must not see
 */
export function facetGroups(counts: FacetCounts, query: LibraryQuery, blind: boolean): readonly FacetGroup[] {
  return FACETS.filter((facet) => !blind || !FACETS_HIDDEN_WHEN_BLIND.includes(facet))
    .map((facet) => ({ facet, values: valuesOf(facet, counts[facet] ?? {}, query.facets[facet] ?? []) }))
    .filter(({ values }) => values.length > 1 || values.some(({ chosen }) => chosen));
}

function valuesOf(facet: Facet, counts: Readonly<Record<string, number>>, chosen: readonly string[]): FacetValue[] {
  return [...new Set([...Object.keys(counts), ...chosen])]
    .map((value) => ({ value, count: counts[value] ?? 0, chosen: chosen.includes(value) }))
    .filter((each) => each.count > 0 || each.chosen)
    .sort(facet === 'age' ? byDecade : byTold(TOLD[facet]));
}

const byDecade = (left: FacetValue, right: FacetValue): number => decade(left) - decade(right);

/** `none` has no number, and comes last. */
const decade = ({ value }: FacetValue): number => (value === 'none' ? Number.MAX_SAFE_INTEGER : Number(value));

function byTold(told: readonly string[] | undefined): (left: FacetValue, right: FacetValue) => number {
  const place = ({ value }: FacetValue) => {
    if (value === 'none') return Number.MAX_SAFE_INTEGER;
    const at = told?.indexOf(value) ?? -1;
    return at < 0 ? (told?.length ?? 0) : at;
  };
  return (left, right) =>
    place(left) - place(right) || right.count - left.count || left.value.localeCompare(right.value);
}
