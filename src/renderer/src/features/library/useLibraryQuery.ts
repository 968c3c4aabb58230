import { useEffect } from 'react';
import {
  type LibraryOrder,
  type LibraryQuery,
  ORDERS_HIDDEN_WHEN_BLIND,
  withoutHidden,
} from '../../../../shared/domain/library.ts';
import { useSession } from '../../api/queries.ts';
import { useNavigation } from '../../app/navigation.tsx';
import { queryKey } from './query.ts';

interface AllowedQuery {
  readonly query: LibraryQuery;
  readonly setQuery: (query: LibraryQuery) => void;
  readonly blind: boolean;
  readonly hiddenOrders: readonly LibraryOrder[];
}

/** The library's query, without what a blind reading must not see. */
export function useLibraryQuery(): AllowedQuery {
  const { query, setQuery } = useNavigation();
  const blind = useSession().data?.blind ?? false;
  return {
    query: blind ? withoutHidden(query) : query,
    setQuery,
    blind,
    hiddenOrders: blind ? ORDERS_HIDDEN_WHEN_BLIND : [],
  };
}

/** Makes it the query of all views: a case is seen as one of those that it finds. */
export function useKeepQueryAllowed(): void {
  const navigation = useNavigation();
  const { query } = useLibraryQuery();
  const { setQuery } = navigation;
  const isAllowed = queryKey(navigation.query) === queryKey(query);
  useEffect(() => {
    if (!isAllowed) setQuery(query);
  }, [isAllowed, setQuery, query]);
}
