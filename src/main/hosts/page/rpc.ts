import { RPCHandler } from '@orpc/server/ws';
import { z } from 'zod';
import type { Api } from '../../api/index.ts';

/** The messages to and from one page, over whatever a host has. */
export interface PageChannel {
  /** Does nothing once the page is gone. */
  send(message: string): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Told once, whichever side closed it. */
  onClose(listener: () => void): void;
  /** Ends the connection to a page that does not speak the contract. */
  refuse(): void;
}

/**
 * The two messages that a page may send: a question, and that it no longer wants the answer. oRPC knows more (other
 * methods, headers, files, iterators from the client), which the contract does not use.
 */
const pageMessage = z.union([
  z.strictObject({
    i: z.string().max(32),
    p: z.strictObject({ u: z.string().max(200).startsWith('/'), b: z.unknown().optional() }),
  }),
  z.strictObject({ i: z.string().max(32), t: z.literal(4) }),
]);

function isPageMessage(message: unknown): message is string {
  if (typeof message !== 'string') return false;
  try {
    return pageMessage.safeParse(JSON.parse(message)).success;
  } catch {
    return false;
  }
}

type Socket = Parameters<RPCHandler<object>['upgrade']>[0];

/** @returns serves the api on a channel until it is closed */
export function apiServer(api: Api): (channel: PageChannel) => void {
  const handler = new RPCHandler(api);
  return (channel) => {
    void handler.upgrade(asSocket(channel));
  };
}

/** The part of a WebSocket that oRPC's handler uses; its codec is the same over every transport. */
function asSocket(channel: PageChannel): Socket {
  const listen = (type: string, listener: (event: { readonly data?: unknown }) => void) => {
    if (type === 'close') {
      channel.onClose(() => {
        listener({});
      });
      return;
    }
    channel.onMessage((data) => {
      if (isPageMessage(data)) listener({ data });
      else channel.refuse();
    });
  };
  const send = (message: string) => {
    channel.send(message);
  };
  return { addEventListener: listen, send } as unknown as Socket;
}
