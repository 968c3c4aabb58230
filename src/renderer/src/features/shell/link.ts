import { useEffect, useState } from 'react';
import type { Connection } from '../../api/transport.ts';

/** How the page stands with the program. Once it was open, it stays: what was typed into it is not thrown away. */
export type Link =
  | { readonly state: 'connecting' }
  | { readonly state: 'refused'; readonly error: Error }
  | {
      readonly state: 'open';
      readonly connection: Connection;
      /** Why the program answers no more; null while it does. */
      readonly lost: string | null;
    };

/** Follows one connection from its making to its end. */
export function useLink(connecting: Promise<Connection>): Link {
  const [link, setLink] = useState<Link>({ state: 'connecting' });
  useEffect(() => {
    const leaving = new AbortController();
    const show = (next: Link) => {
      if (!leaving.signal.aborted) setLink(next);
    };
    const follow = async () => {
      const connection = await connecting;
      show({ state: 'open', connection, lost: null });
      show({ state: 'open', connection, lost: await connection.closed });
    };
    follow().catch((error: unknown) => {
      show({ state: 'refused', error: error instanceof Error ? error : new Error(String(error)) });
    });
    return () => {
      leaving.abort();
    };
  }, [connecting]);
  return link;
}
