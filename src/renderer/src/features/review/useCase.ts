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

/** Reads the next and the previous case with their photographs, once the own one is there and the page has nothing else to do. */
export function usePrefetched(caseId: string, neighbours: Neighbours | undefined): void {
  const queries = useQueryClient();
  const bytes = useBytes();
  const caseQuery = useCaseQuery();
  const { next = null, previous = null } = neighbours ?? {};
  const read = useEffectEvent(async (each: string) => {
    const { image } = await queries.query(caseQuery(each));
    await queries.query(pictureQuery(bytes, 'photograph', image.sha256));
  });
  useEffect(() => {
    const handle = requestIdleCallback(() => {
      // What cannot be read is told of when it is opened.
      void inTurn([caseId, next, previous], read).catch(() => undefined);
    });
    return () => {
      cancelIdleCallback(handle);
    };
  }, [caseId, next, previous]);
}

async function inTurn(caseIds: readonly (string | null)[], read: (caseId: string) => Promise<void>): Promise<void> {
  for (const caseId of caseIds) if (caseId !== null) await read(caseId);
}
