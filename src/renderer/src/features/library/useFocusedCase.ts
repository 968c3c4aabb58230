import { useEffect, useState } from 'react';
import type { LibraryQuery } from '../../../../shared/domain/library.ts';
import { useApi } from '../../api/connection.ts';
import { useNavigation } from '../../app/navigation.tsx';
import { recallPlace } from './place.ts';
import { queryKey } from './query.ts';

interface FocusedCase {
  /** Place of the case with the focus in what the query finds: 0, 1, 2, ... */
  readonly active: number;
  readonly setActive: (index: number) => void;
}

/** The case with the focus: at first the one that the reviewer comes back from, else where they were before. */
export function useFocusedCase(query: LibraryQuery, total: number): FocusedCase {
  const key = queryKey(query);
  const api = useApi();
  const { cameFrom } = useNavigation();
  const [focus, setFocus] = useState(() => ({ key, index: recallPlace(key)?.index ?? 0 }));
  // Not what is searched for later: it begins at its own first case.
  const [firstQuery] = useState(query);
  const leftCase = cameFrom?.view === 'case' ? cameFrom.caseId : null;
  useEffect(() => {
    if (leftCase === null) return;
    // From one case the reviewer may have gone on to others.
    api.library
      .neighbours({ query: firstQuery, caseId: leftCase })
      .then(({ position }) => {
        if (position !== null) setFocus({ key: queryKey(firstQuery), index: position - 1 });
      })
      .catch((error: unknown) => {
        console.warn('The place of the case among the others was not found.', error);
      });
  }, [api, firstQuery, leftCase]);
  return {
    active: focus.key === key ? Math.max(0, Math.min(focus.index, total - 1)) : 0,
    setActive: (index) => {
      setFocus({ key, index });
    },
  };
}
