/** What a reviewer does to the library's query. */
import { EVERYTHING, FACETS, type Facet, type LibraryQuery } from '../../../../shared/domain/library.ts';

/** One thing that narrows a query down, and may be left out. */
export type Criterion =
  | { readonly kind: 'facet'; readonly facet: Facet; readonly value: string }
  | { readonly kind: 'search'; readonly search: string };

/** The query with the value of the facet chosen, or chosen no longer. */
export function withToggled(query: LibraryQuery, facet: Facet, value: string): LibraryQuery {
  const before = query.facets[facet] ?? [];
  const after = before.includes(value) ? before.filter((each) => each !== value) : [...before, value].sort();
  const others = Object.entries(query.facets).filter(([each]) => each !== facet);
  return { ...query, facets: Object.fromEntries(after.length === 0 ? others : [...others, [facet, after]]) };
}

/** The query without its search and facets; worklist and order stay. */
export const widened = (query: LibraryQuery): LibraryQuery => ({ ...query, search: '', facets: {} });

export function without(query: LibraryQuery, criterion: Criterion): LibraryQuery {
  if (criterion.kind === 'search') return { ...query, search: '' };
  return withToggled(query, criterion.facet, criterion.value);
}

/** What narrows the query down, in the order in which facets are told. */
export function criteriaOf(query: LibraryQuery): readonly Criterion[] {
  const search: readonly Criterion[] = query.search === '' ? [] : [{ kind: 'search', search: query.search }];
  const facets = FACETS.flatMap((facet) =>
    (query.facets[facet] ?? []).map((value): Criterion => ({ kind: 'facet', facet, value })),
  );
  return [...search, ...facets];
}

/** Whether the most fragile, or the least, come first. */
export const isByFragility = ({ order }: LibraryQuery): boolean => order !== 'name' && order !== 'imported';

/** The same text for queries that find the same cases, in whatever order. */
export function casesKey(query: LibraryQuery): string {
  const facets = FACETS.map((facet) => [...(query.facets[facet] ?? [])].sort());
  return JSON.stringify([query.search, facets, query.worklist]);
}

/** The same text for queries that find the same cases in the same order. */
export const queryKey = (query: LibraryQuery): string =>
  JSON.stringify([casesKey(query), query.order, query.descending]);

/** All cases of a worklist of chosen cases, in the order that the reviewer was using. */
export const worklistQuery = (worklist: string, { order, descending }: LibraryQuery): LibraryQuery => ({
  ...EVERYTHING,
  order,
  descending,
  worklist,
});
