import type { FacetCounts } from '../../../shared/contract/app/library.ts';
import type { Facet, LibraryQuery } from '../../../shared/domain/library.ts';
import type { FacetCombination } from '../../store/index.ts';

/**
 * How many cases have each value that occurs, under all *other* facets of the query. Values of no case are left out.
 *
 * @param combinations of `facets`, among the cases that match all of the query but what it chooses of these facets
 */
export function countFacets(
  combinations: readonly FacetCombination[],
  chosen: LibraryQuery['facets'],
  facets: readonly Facet[],
): FacetCounts {
  const filters = facets.flatMap((facet) => {
    const values = chosen[facet];
    return values === undefined ? [] : [{ facet, values: new Set<string | undefined>(values) }];
  });
  const counts = new Map(facets.map((facet) => [facet, new Map<string, number>()]));
  const add = (facet: Facet, combination: FacetCombination) => {
    const value = combination[facet];
    const ofFacet = counts.get(facet);
    if (value !== undefined) ofFacet?.set(value, (ofFacet.get(value) ?? 0) + combination.cases);
  };
  for (const combination of combinations) {
    // What one filter alone keeps out is counted under that filter's facet, and nowhere else.
    const [only, another] = filters.filter(({ facet, values }) => !values.has(combination[facet]));
    if (only === undefined) for (const facet of facets) add(facet, combination);
    else if (another === undefined) add(only.facet, combination);
  }
  return Object.fromEntries([...counts].map(([facet, ofFacet]) => [facet, Object.fromEntries(ofFacet)]));
}

/** What the query chooses of these facets. */
export const chosenOf = (chosen: LibraryQuery['facets'], facets: readonly Facet[]): LibraryQuery['facets'] =>
  Object.fromEntries(Object.entries(chosen).filter(([facet]) => facets.includes(facet as Facet)));
