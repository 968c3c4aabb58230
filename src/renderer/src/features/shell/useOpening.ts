import { useMutation } from '@tanstack/react-query';
import type { Session } from '../../../../shared/contract/app/session.ts';
import { useApi } from '../../api/connection.ts';
import { useNavigation } from '../../app/navigation.tsx';
import { askToOpen, useSessionChange, type WorkspaceWish } from './changes.ts';

/** Opens workspaces, one at a time; `onEmpty` is called where one holds no case yet. */
export function useOpening(onEmpty: () => void) {
  const api = useApi();
  const { go } = useNavigation();
  const opening = useSessionChange(askToOpen);
  const open = (wish: WorkspaceWish) => {
    opening.mutate(wish, {
      onSuccess: ({ workspace }: Session) => {
        go({ view: 'library' });
        if (workspace?.cases === 0) onEmpty();
      },
    });
  };
  const choosing = useMutation({
    mutationFn: () => api.program.chooseFolder({ purpose: 'workspace' }),
    onSuccess: (grant) => {
      if (grant !== null) open({ kind: 'folder', grant: grant.grant });
    },
  });
  return {
    open,
    /** Asks for a folder in the host's dialog, and opens the workspace in it. */
    chooseFolder: () => {
      choosing.mutate();
    },
    /** What is being opened; null: nothing. */
    wish: opening.isPending ? opening.variables : null,
    error: opening.error ?? choosing.error,
    forgetError: () => {
      opening.reset();
      choosing.reset();
    },
  };
}
