import { useQueryClient } from '@tanstack/react-query';
import type { ListedCase } from '../../../shared/contract/app/library.ts';
import { useApi, useBytes } from './connection.ts';
import { caseViewKey } from './keys.ts';
import { pictureQuery } from './pictures.ts';

/** Asks for a case and its photograph at once and together, as the reader goes to it: the page need not wait for either. */
export function useCaseAhead(): (listed: Pick<ListedCase, 'caseId' | 'imageSha256'>) => void {
  const api = useApi();
  const bytes = useBytes();
  const queries = useQueryClient();
  return ({ caseId, imageSha256 }) => {
    const view = {
      queryKey: caseViewKey(caseId),
      queryFn: ({ signal }: { signal: AbortSignal }) => api.cases.open({ caseId }, { signal }),
    };
    // What goes wrong is told where the case is shown, which asks the same.
    queries.query(view).catch(() => undefined);
    queries.query(pictureQuery(bytes, 'photograph', imageSha256)).catch(() => undefined);
  };
}
