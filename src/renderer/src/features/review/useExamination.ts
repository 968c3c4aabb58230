import { skipToken, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ApiClient } from '../../../../shared/contract/api.ts';
import type { AttackChoice, Examination } from '../../../../shared/contract/app/cases.ts';
import { useApi } from '../../api/connection.ts';
import { codeOf } from '../../api/explanation.ts';
import { merged, missingOf, questionsOf } from './examined.ts';

interface Question {
  readonly caseId: string;
  readonly modelSha256: string;
  readonly attack: AttackChoice;
}

/** Of the epsilons under way. */
interface Progress {
  readonly done: number;
  readonly total: number;
}

export interface Examining {
  readonly examination: Examination | undefined;
  /** Null while nothing is computed, or nothing is known of how far it is. */
  readonly progress: Progress | null;
  readonly busy: boolean;
  /** The engine ended under this question, which is asked once more. */
  readonly askedAgain: boolean;
  readonly failure: Error | null;
  /** Asks once more what failed. */
  readonly retry: () => void;
  /** Asks for the epsilons that are not computed yet, and adds them. */
  readonly compute: (epsilons: readonly number[]) => void;
  /** Runs the attack again at the epsilons that are known, so that its arrays are kept once more. */
  readonly again: () => Promise<unknown>;
}

/** The engine ended while it worked: it is started again by the next question, so that one is asked once more. */
export const onceMoreAfterTheEngineEnded = {
  retry: (failures: number, error: Error) => failures < 1 && codeOf(error) === 'ENGINE_DIED',
  retryDelay: 500,
} as const;

/**
 * What one attack does to one case and one model, over `epsilons` at first. It is the same whenever it is asked: nothing but
 * `again` asks a second time.
 */
export function useExamination(question: Question, epsilons: readonly number[]): Examining {
  const api = useApi();
  const queries = useQueryClient();
  const key = ['examinations', question] as const;
  const progressKey = ['progress', question] as const;
  const known = () => queries.getQueryData<Examination>(key);
  const ask = async (asked: readonly number[], signal?: AbortSignal): Promise<Examination> => {
    const onProgress = (progress: Progress) => queries.setQueryData<Progress>(progressKey, progress);
    try {
      return await examine(api, question, asked, onProgress, signal);
    } finally {
      queries.setQueryData(progressKey, null);
    }
  };

  const { data: progress = null } = useQuery<Progress | null>({ queryKey: progressKey, queryFn: skipToken });
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => ask(known()?.points.map(({ epsilon }) => epsilon) ?? epsilons, signal),
    staleTime: 'static',
    ...onceMoreAfterTheEngineEnded,
  });
  const more = useMutation({
    mutationFn: (asked: readonly number[]) => ask(asked),
    onSuccess: (later) => queries.setQueryData<Examination>(key, (before) => merged(before, later)),
    ...onceMoreAfterTheEngineEnded,
  });

  return {
    examination: query.data,
    progress,
    busy: query.isFetching || more.isPending,
    askedAgain: (query.isFetching && query.failureCount > 0) || (more.isPending && more.failureCount > 0),
    failure: query.error ?? more.error,
    compute: (asked) => {
      const examination = known();
      const missing = examination === undefined ? [] : missingOf(examination, asked);
      if (missing.length > 0) more.mutate(missing);
    },
    retry: () => {
      if (query.error !== null) void query.refetch();
      else if (more.isError) more.mutate(more.variables);
    },
    again: async () => {
      const { error } = await query.refetch();
      if (error !== null) throw error;
    },
  };
}

async function examine(
  api: ApiClient,
  question: Question,
  epsilons: readonly number[],
  onProgress: (progress: Progress) => void,
  signal: AbortSignal | undefined,
): Promise<Examination> {
  let examination: Examination | undefined;
  for (const asked of questionsOf(epsilons)) {
    const events = await api.cases.examine(
      { ...question, epsilons: [...asked] },
      signal === undefined ? {} : { signal },
    );
    for await (const event of events) {
      if (event.kind === 'progress') onProgress(event);
      else examination = merged(examination, event.examination);
    }
  }
  if (examination === undefined) throw new Error('The attack ended without an answer.');
  return examination;
}
