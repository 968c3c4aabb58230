import { useQuery } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useState } from 'react';
import type { ApiClient, EngineEnded } from '../../../shared/contract/api.ts';

/** The program as the page's components reach it. */
export const ApiContext = createContext<ApiClient | null>(null);

function useApi(): ApiClient {
  const api = useContext(ApiContext);
  if (api === null) throw new Error('This component stands outside of ApiContext.');
  return api;
}

/** The engine's facts; asking starts the engine where it does not run. */
export function useEngineFacts() {
  const api = useApi();
  return useQuery({ queryKey: ['engine'], queryFn: ({ signal }) => api.engine.describe(undefined, { signal }) });
}

/** The bundled models, each checked by the engine. */
export function useBundledModels() {
  const api = useApi();
  return useQuery({ queryKey: ['models'], queryFn: ({ signal }) => api.models.bundled(undefined, { signal }) });
}

/** How the engine process ended last, until `forget` is called; null while nothing is known of an end. */
export function useEngineEnding(): { readonly ending: EngineEnded | null; readonly forget: () => void } {
  const api = useApi();
  const [ending, setEnding] = useState<EngineEnded | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    void follow(api, controller.signal, setEnding);
    return () => {
      controller.abort();
    };
  }, [api]);
  return {
    ending,
    forget: () => {
      setEnding(null);
    },
  };
}

async function follow(api: ApiClient, signal: AbortSignal, onEnding: (ending: EngineEnded) => void): Promise<void> {
  try {
    for await (const ending of await api.engine.endings(undefined, { signal })) onEnding(ending);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
