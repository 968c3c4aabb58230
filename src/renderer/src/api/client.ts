import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ApiClient } from '../../../shared/contract/api.ts';
import { PORT_HANDOVER } from '../../../shared/contract/handover.ts';

/** Connects to the program: hands one end of a channel to the preload, which passes it on. Once per page. */
export function connect(): ApiClient {
  const { port1, port2 } = new MessageChannel();
  window.postMessage(PORT_HANDOVER, window.location.origin, [port2]);
  const client: ApiClient = createORPCClient(new RPCLink({ port: port1 }));
  port1.start();
  return client;
}
