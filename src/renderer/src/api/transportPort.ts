import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import i18next from 'i18next';
import type { ApiClient } from '../../../shared/contract/api.ts';
import { BYTES_SCHEME, PORT_HANDOVER } from '../../../shared/contract/handover.ts';
import { bytesByFetch } from './transportBytes.ts';
import type { Connection } from './transportTypes.ts';

/** Under Electron: hands one end of a channel to the preload, which passes it on. */
export function connectByPort(): Connection {
  const { port1, port2 } = new MessageChannel();
  window.postMessage(PORT_HANDOVER, window.location.origin, [port2]);
  const client: ApiClient = createORPCClient(new RPCLink({ port: port1 }));
  const closed = new Promise<string>((resolve) => {
    port1.addEventListener('close', () => {
      resolve(i18next.t('connection.ended'));
    });
  });
  port1.start();
  return { client, bytes: bytesByFetch(`${BYTES_SCHEME}://`), closed };
}
