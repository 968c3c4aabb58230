/** What the person asks to change of the session; each answers with the new one. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApiClient } from '../../../../shared/contract/api.ts';
import type { Session } from '../../../../shared/contract/app/session.ts';
import { assertNever } from '../../../../shared/kernel/assertNever.ts';
import { useApi } from '../../api/connection.ts';
import { keys } from '../../api/keys.ts';

/** A change of the session: its answer is shown at once; all else that depends on it is asked for again by the news. */
export function useSessionChange<Wish>(ask: (api: ApiClient, wish: Wish) => Promise<Session>) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (wish: Wish) => ask(api, wish),
    onSuccess: (session) => {
      queries.setQueryData(keys.session, session);
    },
  });
}

/** Which workspace to open. */
export type WorkspaceWish =
  | { readonly kind: 'demo' }
  | { readonly kind: 'recent'; readonly id: string }
  /** In a folder that the person chose in the host's dialog. */
  | { readonly kind: 'folder'; readonly grant: string }
  /** A new one of this name, in the program's own folder of workspaces. */
  | { readonly kind: 'named'; readonly name: string };

export function askToOpen(api: ApiClient, wish: WorkspaceWish): Promise<Session> {
  switch (wish.kind) {
    case 'demo':
      return api.session.openDemo();
    case 'recent':
      return api.session.openRecent({ id: wish.id });
    case 'folder':
      return api.session.openFolder({ grant: wish.grant });
    case 'named':
      return api.session.create({ name: wish.name });
    default:
      return assertNever(wish);
  }
}
