import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import type { Neighbours } from '../../../../shared/contract/app/library.ts';
import { useApi, useBytes } from '../../api/connection.ts';
import { caseViewKey, keys } from '../../api/keys.ts';
import { pictureQuery } from '../../api/pictures.ts';
import { useLibraryQuery } from '../library/useLibraryQuery.ts';

function useCaseQuery() {
  const api = useApi();
  return (caseId: string) =>
    ({
      queryKey: caseViewKey(caseId),
      queryFn: ({ signal }: { signal: AbortSignal }) => api.cases.open({ caseId }, { signal }),
    }) as const;
}

export function useCase(caseId: string) {
  return useQuery(useCaseQuery()(caseId));
}

/** Where the case stands among those that the library's query finds. */
export function useNeighbours(caseId: string): Neighbours | undefined {
  const api = useApi();
  const { query } = useLibraryQuery();
  const { data } = useQuery({
    queryKey: [...keys.library, 'neighbours', query, caseId],
    queryFn: ({ signal }) => api.library.neighbours({ query, caseId }, { signal }),
  });
  return data;
}

/** Reads the next and the previous case with their photographs when the page has nothing else to do. */
export function usePrefetched(neighbours: Neighbours | undefined): void {
  const queries = useQueryClient();
  const bytes = useBytes();
  const caseQuery = useCaseQuery();
  const { next = null, previous = null } = neighbours ?? {};
  const read = useEffectEvent(async (caseId: string) => {
    try {
      const { image } = await queries.query(caseQuery(caseId));
      await queries.query(pictureQuery(bytes, 'photograph', image.sha256));
    } catch {
      // A neighbour that cannot be read is told of when it is opened.
    }
  });
  useEffect(() => {
    const handle = requestIdleCallback(() => {
      for (const caseId of [next, previous]) if (caseId !== null) void read(caseId);
    });
    return () => {
      cancelIdleCallback(handle);
    };
  }, [next, previous]);
}
