/** Arrays and maps, which the program keeps only for a while: where one is gone, the attack is run again, once. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';
import type { CaseView, ExaminedPoint, ExplanationMap, MapKind } from '../../../../shared/contract/app/cases.ts';
import { useApi } from '../../api/connection.ts';
import { codeOf } from '../../api/explanation.ts';
import { useArray } from '../../api/pictures.ts';
import { onceMoreAfterTheEngineEnded } from './useExamination.ts';

type Sha256 = ExaminedPoint['attackedArray'];

interface KeptArray {
  readonly bytes: Uint8Array | undefined;
  /** It is gone although the attack was run again. */
  readonly lost: boolean;
  readonly failure: Error | null;
  /** Tries it all once more. */
  readonly retry: () => void;
}

/** How it went to bring one array back. */
interface Attempt {
  readonly sha256: Sha256;
  readonly state: 'running' | 'ended';
  readonly failure: Error | null;
}

/** An array by hash; `again` makes the program keep it once more. */
export function useKeptArray(sha256: Sha256 | undefined, again: () => Promise<unknown>): KeptArray {
  const query = useArray(sha256);
  const [attempt, setAttempt] = useState<Attempt | null>(null);
  const tried = attempt?.sha256 === sha256 ? attempt : null;
  const gone = query.data === null;
  const bringBack = useEffectEvent(async (asked: Sha256) => {
    setAttempt({ sha256: asked, state: 'running', failure: null });
    try {
      await again();
      await query.refetch();
      setAttempt({ sha256: asked, state: 'ended', failure: null });
    } catch (error) {
      setAttempt({ sha256: asked, state: 'ended', failure: error instanceof Error ? error : new Error(String(error)) });
    }
  });
  const toBringBack = gone && tried === null ? sha256 : undefined;
  useEffect(() => {
    if (toBringBack !== undefined) void bringBack(toBringBack);
  }, [toBringBack]);
  return {
    bytes: query.data ?? undefined,
    lost: gone && tried?.state === 'ended',
    failure: tried?.failure ?? query.error,
    retry: () => {
      setAttempt(null);
      if (query.error !== null) void query.refetch();
    },
  };
}

interface ExplanationQuestion {
  readonly caseId: CaseView['caseId'];
  readonly modelSha256: string;
  readonly map: MapKind;
  /** Null: the clean input. */
  readonly attackedArray: Sha256 | null;
}

/** A map of the program; null: nothing is asked. */
export function useExplanation(question: ExplanationQuestion | null, again: () => Promise<unknown>) {
  const api = useApi();
  return useQuery({
    queryKey: ['explanations', question],
    queryFn: async ({ signal }): Promise<ExplanationMap> => {
      if (question === null) throw new Error('There is nothing to explain.');
      try {
        return await api.cases.explain(question, { signal });
      } catch (error) {
        if (codeOf(error) !== 'ARRAY_GONE') throw error;
        await again();
        return api.cases.explain(question, { signal });
      }
    },
    enabled: question !== null,
    staleTime: 'static',
    ...onceMoreAfterTheEngineEnded,
  });
}
