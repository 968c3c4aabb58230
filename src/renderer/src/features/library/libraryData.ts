/** What the library asks the program for. */
import { keepPreviousData, useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useDebouncedValue } from '@mantine/hooks';
import {
  PAGE_LIMIT,
  type LibraryPage,
  type ListedCase,
  type Selection,
} from '../../../../shared/contract/app/library.ts';
import type { ApiClient } from '../../../../shared/contract/api.ts';
import type { LibraryQuery } from '../../../../shared/domain/library.ts';
import { useApi } from '../../api/connection.ts';
import { keys } from '../../api/keys.ts';
import { useComparedModels, useSession } from '../../api/queries.ts';
import { PAGE_SIZE, pagesOf } from './geometry.ts';
import { queryKey } from './query.ts';

/** Pages out of sight are kept this long, for scrolling back and forth, and then forgotten. */
const KEPT_MILLISECONDS = 60_000;
/** A page that is only passed in scrolling is not asked for. */
const PASSING_MILLISECONDS = 60;

/** A page, and what it is a page of. */
interface AskedPage extends LibraryPage {
  readonly query: LibraryQuery;
}

const pageOf = (api: ApiClient, query: LibraryQuery, page: number) => ({
  queryKey: [...keys.library, 'page', queryKey(query), page],
  queryFn: async ({ signal }: { signal: AbortSignal }): Promise<AskedPage> => ({
    query,
    ...(await api.library.page({ query, offset: page * PAGE_SIZE, limit: PAGE_SIZE }, { signal })),
  }),
  gcTime: KEPT_MILLISECONDS,
});

/** What to show: while the first cases of a new query are on their way, still those of the query before. */
export function useShown(query: LibraryQuery) {
  const api = useApi();
  return useQuery({ ...pageOf(api, query, 0), placeholderData: keepPreviousData });
}

/** The cases from `first` to `last` of what a query finds, by their place in it; undefined while on their way. */
export function useCases(
  query: LibraryQuery,
  first: number,
  last: number,
): { readonly caseAt: (index: number) => ListedCase | undefined; readonly error: Error | null; retry: () => void } {
  const api = useApi();
  const pages = pagesOf(first, last);
  const [settled] = useDebouncedValue(pages.join(), PASSING_MILLISECONDS, { leading: true });
  const asked = settled.split(',');
  const answers = useQueries({
    queries: pages.map((page) => ({ ...pageOf(api, query, page), enabled: asked.includes(String(page)) })),
  });
  const byPage = new Map(pages.map((page, at) => [page, answers[at]?.data]));
  const failed = answers.filter(({ error }) => error !== null);
  return {
    caseAt: (index) => byPage.get(Math.floor(index / PAGE_SIZE))?.cases[index % PAGE_SIZE],
    error: failed[0]?.error ?? null,
    retry: () => {
      for (const answer of failed) void answer.refetch();
    },
  };
}

/** Asks for the ids of the cases from `first` to `last` (both included), a bounded page at a time. */
export function useListIds(): (query: LibraryQuery, first: number, last: number) => Promise<readonly string[]> {
  const api = useApi();
  return async (query, first, last) => {
    const ids: string[] = [];
    while (first + ids.length <= last) {
      const offset = first + ids.length;
      const limit = Math.min(PAGE_LIMIT, last - offset + 1);
      const { cases } = await api.library.page({ query, offset, limit });
      if (cases.length === 0) return ids;
      ids.push(...cases.map(({ caseId }) => caseId));
    }
    return ids;
  };
}

export function useFacets(query: LibraryQuery) {
  const api = useApi();
  // Counts do not depend on the order.
  const { search, facets, worklist } = query;
  return useQuery({
    queryKey: [...keys.library, 'facets', search, facets, worklist],
    queryFn: ({ signal }) => api.library.facets({ query }, { signal }),
    placeholderData: keepPreviousData,
  });
}

export function useWorklists() {
  const api = useApi();
  return useQuery({
    queryKey: [...keys.library, 'worklists'],
    queryFn: ({ signal }) => api.library.worklists(undefined, { signal }),
  });
}

export type WorklistChange =
  | { readonly kind: 'save'; readonly name: string; readonly selection: () => Promise<Selection> }
  | { readonly kind: 'rename'; readonly id: string; readonly name: string }
  | { readonly kind: 'remove'; readonly id: string };

export function useChangeWorklists() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (change: WorklistChange): Promise<void> => {
      switch (change.kind) {
        case 'save':
          await api.library.saveWorklist({ name: change.name, selection: await change.selection() });
          return;
        case 'rename':
          await api.library.renameWorklist({ id: change.id, name: change.name });
          return;
        case 'remove':
          await api.library.removeWorklist({ id: change.id });
          return;
      }
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: [...keys.library, 'worklists'] }),
  });
}

/** How many images a model of the pair has not searched yet; null while that is not known, or where there is no pair. */
export function useUnscreened(): number | null {
  const api = useApi();
  const models = useComparedModels();
  const cases = useSession().data?.workspace?.cases;
  const { data } = useQuery({
    queryKey: keys.screening,
    queryFn: ({ signal }) => api.work.screening(undefined, { signal }),
  });
  if (models === null || cases === undefined || data === undefined) return null;
  const missing = [models.first, models.second].map(({ sha256 }) => {
    const state = data.find(({ modelSha256 }) => modelSha256 === sha256);
    // A case has one image; few share theirs with another.
    return state === undefined ? cases : state.images - state.screened;
  });
  return Math.max(...missing);
}

/** Begins the search for the smallest epsilons with both models of the pair. */
export function useScreen() {
  const api = useApi();
  const queries = useQueryClient();
  const models = useComparedModels();
  return useMutation({
    mutationFn: async (selection: () => Promise<Selection>) => {
      if (models === null) throw new Error('There is no pair of models.');
      return api.work.screen({
        selection: await selection(),
        models: [models.first.sha256, models.second.sha256],
      });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.work }),
  });
}
