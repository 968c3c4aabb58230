import { ORPCError } from '@orpc/client';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { ApiClient } from '../../../shared/contract/api.ts';
import type { News } from '../../../shared/contract/app/program.ts';
import type { Work } from '../../../shared/contract/app/work.ts';
import { useApi } from './connection.ts';
import { keys } from './keys.ts';

type Listener = (news: News) => void;
const listeners = new Set<Listener>();

/** Calls `listener` for each piece of news while the component is there. */
export function useNews(listener: Listener): void {
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => {
    const hear: Listener = (news) => {
      latest.current(news);
    };
    listeners.add(hear);
    return () => {
      listeners.delete(hear);
    };
  }, []);
}

/** Follows the program's news, once per page: answers that are no longer true are asked for again. */
export function useFollowNews(): void {
  const api = useApi();
  const queries = useQueryClient();
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const refreshLibrary = atMostEvery(LIBRARY_MILLISECONDS, signal, () => {
      refresh(queries, { kind: 'library' });
    });
    void follow(api, signal, (news) => {
      if (news.kind === 'library') refreshLibrary();
      else refresh(queries, news);
      for (const listener of listeners) listener(news);
    }).catch((error: unknown) => {
      // The connection's end is shown where it is known: by the connection.
      if (!signal.aborted) console.warn('The news ended.', error);
    });
    return () => {
      controller.abort();
    };
  }, [api, queries]);
}

/** Follows the news until the program refuses to tell any; a connection that was lost and found again is no end. */
async function follow(api: ApiClient, signal: AbortSignal, tell: Listener): Promise<void> {
  while (!signal.aborted) {
    const all = await api.program.news(undefined, { signal });
    try {
      for await (const news of all) tell(news);
      return;
    } catch (error) {
      if (error instanceof ORPCError) throw error;
    }
  }
}

/** While images are screened it comes ten times a second; a question asked again so often would never get its answer. */
const LIBRARY_MILLISECONDS = 500;

/** Acts at once, and after that once for all calls within the time. */
function atMostEvery(milliseconds: number, signal: AbortSignal, act: () => void): () => void {
  let isWaiting = false;
  let isWanted = false;
  const actAndWait = () => {
    isWanted = false;
    isWaiting = true;
    act();
    setTimeout(() => {
      isWaiting = false;
      if (isWanted && !signal.aborted) actAndWait();
    }, milliseconds);
  };
  return () => {
    isWanted = true;
    if (!isWaiting) actAndWait();
  };
}

function refresh(queries: QueryClient, news: News): void {
  switch (news.kind) {
    case 'session':
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'bytes' });
      return;
    case 'library':
      // The session says how many cases there are.
      for (const key of [keys.session, keys.library, keys.cases, keys.screening])
        void queries.invalidateQueries({ queryKey: key });
      return;
    case 'models':
      void queries.invalidateQueries({ queryKey: keys.models });
      return;
    case 'work':
      queries.setQueryData<readonly Work[]>(keys.work, (before = []) => withWork(before, news.work));
      return;
    case 'engineEnded':
    case 'workspaceLost':
    case 'menu':
      return;
  }
}

const withWork = (before: readonly Work[], work: Work): readonly Work[] =>
  before.some(({ id }) => id === work.id)
    ? before.map((each) => (each.id === work.id ? work : each))
    : [work, ...before];
