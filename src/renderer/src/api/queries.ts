/** The answers that several features need. A feature's own ones stand in its folder. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { DEFAULT_SETTINGS, type Settings } from '../../../shared/contract/app/program.ts';
import type { RegisteredModel } from '../../../shared/contract/app/models.ts';
import { useApi } from './connection.ts';
import { keys } from './keys.ts';

/** What is open: workspace, reviewer, models compared, blindness. */
export function useSession() {
  const api = useApi();
  return useQuery({ queryKey: keys.session, queryFn: ({ signal }) => api.session.get(undefined, { signal }) });
}

export function useModels() {
  const api = useApi();
  return useQuery({ queryKey: keys.models, queryFn: ({ signal }) => api.models.list(undefined, { signal }) });
}

export type VerifiedModel = Extract<RegisteredModel, { status: 'verified' }>;

export interface ComparedModels {
  readonly first: VerifiedModel;
  readonly second: VerifiedModel;
}

/** The pair as models with their cards; null while they are not known, or where there is no pair. */
export function useComparedModels(): ComparedModels | null {
  const { data: session } = useSession();
  const { data: models } = useModels();
  const find = (sha256: string) =>
    models?.find((model): model is VerifiedModel => model.status === 'verified' && model.sha256 === sha256);
  const pair = session?.pair;
  if (pair === undefined || pair === null) return null;
  const first = find(pair.first);
  const second = find(pair.second);
  return first === undefined || second === undefined ? null : { first, second };
}

/** The engine's facts; asking starts the engine where it does not run. */
export function useEngineFacts() {
  const api = useApi();
  return useQuery({ queryKey: keys.engine, queryFn: ({ signal }) => api.program.engine(undefined, { signal }) });
}

export function useHost() {
  const api = useApi();
  return useQuery({ queryKey: keys.host, queryFn: ({ signal }) => api.program.host(undefined, { signal }) });
}

/** Work under way and the latest that ended; kept up to date by the news. */
export function useWork() {
  const api = useApi();
  return useQuery({ queryKey: keys.work, queryFn: ({ signal }) => api.work.list(undefined, { signal }) });
}

/** The person's settings; the defaults until they are read. */
export function useSettings(): Settings {
  const api = useApi();
  const { data } = useQuery({
    queryKey: keys.settings,
    queryFn: ({ signal }) => api.program.settings(undefined, { signal }),
  });
  return data ?? DEFAULT_SETTINGS;
}

/** Changes settings: seen at once, and taken back where they could not be saved. */
export function useSaveSettings() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (settings: Settings) => api.program.saveSettings(settings),
    onMutate: (settings) => {
      const before = queries.getQueryData<Settings>(keys.settings);
      queries.setQueryData(keys.settings, settings);
      return { before };
    },
    onError: (_error, _settings, context) => {
      queries.setQueryData(keys.settings, context?.before);
    },
  });
}
