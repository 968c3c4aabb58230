/** Every way in which a page can speak with the program, as the page's side sees it. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import { createRouterClient } from '@orpc/server';
import { WebSocket } from 'ws';
import type { Program } from '../../src/main/api/host.ts';
import { startLoopbackServer } from '../../src/main/hosts/loopback/server.ts';
import { apiServer, type PageChannel } from '../../src/main/hosts/page/rpc.ts';
import type { ApiClient } from '../../src/shared/contract/api.ts';

type Served = Pick<Program, 'api' | 'bytes'>;

export interface Line {
  readonly client: ApiClient;
  /** The page goes. */
  close(): Promise<void>;
}

export interface Transport {
  readonly name: string;
  connect(program: Served): Promise<Line>;
}

/** No transport at all: what the others are measured by. */
export const IN_MEMORY: Transport = {
  name: 'in memory',
  connect: ({ api }) =>
    Promise.resolve({
      client: createRouterClient(api) satisfies ApiClient,
      close: () => Promise.resolve(),
    }),
};

/** As under Electron, whose ports and Node's differ in what a listener is given. */
const MESSAGE_PORT: Transport = {
  name: 'over a MessagePort',
  connect: ({ api }) => {
    const { port1, port2 } = new MessageChannel();
    apiServer(api)(channelOver(port1));
    const client: ApiClient = createORPCClient(new PortLink({ port: port2 }));
    port2.start();
    return Promise.resolve({
      client,
      close: async () => {
        port2.close();
        await once(port1, 'close');
      },
    });
  },
};

const channelOver = (port: MessagePort): PageChannel => ({
  send: (message) => {
    port.postMessage(message);
  },
  onMessage: (listener) => {
    port.on('message', listener);
  },
  onClose: (listener) => {
    port.once('close', listener);
  },
  refuse: () => {
    port.close();
  },
});

const WEB_SOCKET: Transport = {
  name: 'over a WebSocket',
  connect: async (program) => {
    const page = mkdtempSync(join(tmpdir(), 'epsiloscope-contract-'));
    writeFileSync(join(page, 'index.html'), '<!doctype html>');
    const server = await startLoopbackServer({ program, page, onPage: () => undefined });
    const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/api`, { headers: { Origin: server.origin } });
    await once(socket, 'open');
    socket.send(await tokenOf(server.newPageAddress(), server.origin));
    await once(socket, 'message');
    const client: ApiClient = createORPCClient(
      new SocketLink({ websocket: socket as unknown as globalThis.WebSocket }),
    );
    return {
      client,
      close: async () => {
        socket.terminate();
        await server.close();
        rmSync(page, { recursive: true, force: true });
      },
    };
  },
};

async function tokenOf(address: string, origin: string): Promise<string> {
  const response = await fetch(`${origin}/session`, {
    method: 'POST',
    headers: { Origin: origin },
    body: JSON.stringify({ code: new URL(address).hash.replace('#code=', '') }),
  });
  return ((await response.json()) as { token: string }).token;
}

export const TRANSPORTS: readonly Transport[] = [IN_MEMORY, MESSAGE_PORT, WEB_SOCKET];
