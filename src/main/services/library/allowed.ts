import {
  FACETS_HIDDEN_WHEN_BLIND,
  ORDERS_HIDDEN_WHEN_BLIND,
  type Facet,
  type LibraryQuery,
} from '../../../shared/domain/library.ts';
import { findWorklist, type ListingQuery, type ReadableDb } from '../../store/index.ts';
import { libraryBlind, worklistUnknown } from './refusals.ts';
import type { Viewpoint } from './viewpoint.ts';

export const isHiddenWhenBlind = (facet: Facet): boolean => FACETS_HIDDEN_WHEN_BLIND.includes(facet);

/**
 * The query as the store is asked, once it may be.
 *
 * @throws EpsiloscopeError `LIBRARY_BLIND`, `WORKLIST_UNKNOWN`
 */
export function allowed(db: ReadableDb, { blind }: Viewpoint, query: LibraryQuery): ListingQuery {
  const filters = Object.keys(query.facets) as Facet[];
  if (blind && (filters.some(isHiddenWhenBlind) || ORDERS_HIDDEN_WHEN_BLIND.includes(query.order)))
    throw libraryBlind();
  if (query.worklist !== null && findWorklist(db, query.worklist)?.kind !== 'cases') throw worklistUnknown();
  // Tags are words of any reviewer: a blind reading must not find cases by them.
  return { ...query, inTags: !blind };
}
