import { useEffect, useRef } from 'react';
import { useApi } from '../../api/connection.ts';
import { useNavigation } from '../../app/navigation.tsx';

/** Leads back to the case seen last in this workspace, else to the first of those that the library shows. */
export function useLastCase(workspaceId: string | null): () => void {
  const api = useApi();
  const { place, go, query } = useNavigation();
  const last = useRef<{ workspaceId: string; caseId: string } | null>(null);
  useEffect(() => {
    if (place.view === 'case' && workspaceId !== null) last.current = { workspaceId, caseId: place.caseId };
  }, [place, workspaceId]);
  const goToFirst = async () => {
    const { cases } = await api.library.page({ query, offset: 0, limit: 1 });
    const [first] = cases;
    go(first === undefined ? { view: 'library' } : { view: 'case', caseId: first.caseId });
  };
  return () => {
    if (workspaceId !== null && last.current?.workspaceId === workspaceId) {
      go({ view: 'case', caseId: last.current.caseId });
      return;
    }
    // The library asks the same, and shows why it was refused.
    goToFirst().catch(() => {
      go({ view: 'library' });
    });
  };
}
