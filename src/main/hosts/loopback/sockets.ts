import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { SOCKET_CLOSE, SOCKET_WELCOME } from '../../../shared/contract/handover.ts';
import type { PageChannel } from '../page/rpc.ts';

/** A selection of 100,000 cases is 4 MB, the names of an upload of 20,000 files some more. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** A page sends its token at once. */
const TOKEN_MILLISECONDS = 5000;

/** Sockets that have not shown their token yet; beyond, the oldest goes. */
const MAX_WAITING = 4;

/** After a close that the other side does not answer. */
const CLOSING_MILLISECONDS = 1000;

export interface SocketsOptions {
  readonly isToken: (offered: string) => boolean;
  readonly serve: (channel: PageChannel) => void;
  /** Told whether a page is there, each time that it changes. */
  readonly onPage: (present: boolean) => void;
}

/** The WebSockets: each shows its token first, and one page at a time is served. The latest takes the place of the one before. */
export class Sockets {
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    clientTracking: true,
  });
  readonly #options: SocketsOptions;
  readonly #waiting = new Set<WebSocket>();
  #page: WebSocket | null = null;

  constructor(options: SocketsOptions) {
    this.#options = options;
  }

  /** Takes a connection over whose request was found good. */
  accept(request: IncomingMessage, connection: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, connection, head, (socket) => {
      // A message that is too large, or no UTF-8: the library closes the socket, and 'close' tells.
      socket.on('error', () => undefined);
      this.#awaitToken(socket);
    });
  }

  /** Tells the pages that the program ends, and waits for a moment that they hear it. */
  async close(): Promise<void> {
    const closed = [...this.#server.clients].map((socket) => ended(socket, SOCKET_CLOSE.ended));
    this.#server.close();
    await Promise.all(closed);
  }

  #awaitToken(socket: WebSocket): void {
    const [oldest] = this.#waiting;
    if (this.#waiting.size >= MAX_WAITING) oldest?.terminate();
    this.#waiting.add(socket);
    const late = setTimeout(() => {
      socket.terminate();
    }, TOKEN_MILLISECONDS);
    const settle = () => {
      clearTimeout(late);
      this.#waiting.delete(socket);
    };
    socket.once('close', settle);
    socket.once('message', (data, isBinary) => {
      settle();
      if (!isBinary && this.#options.isToken(textOf(data))) this.#welcome(socket);
      else void ended(socket, SOCKET_CLOSE.refused);
    });
  }

  #welcome(socket: WebSocket): void {
    const before = this.#page;
    this.#page = socket;
    if (before !== null) void ended(before, SOCKET_CLOSE.replaced);
    socket.once('close', () => {
      if (this.#page !== socket) return;
      this.#page = null;
      this.#options.onPage(false);
    });
    this.#options.serve(channelOver(socket));
    socket.send(SOCKET_WELCOME);
    this.#options.onPage(true);
  }
}

const channelOver = (socket: WebSocket): PageChannel => ({
  send: (message) => {
    // A page that is just gone: 'close' tells.
    socket.send(message, () => undefined);
  },
  onMessage: (listener) => {
    socket.on('message', (data, isBinary) => {
      listener(isBinary ? null : textOf(data));
    });
  },
  onClose: (listener) => {
    socket.once('close', listener);
  },
  refuse: () => {
    void ended(socket, SOCKET_CLOSE.notTheContract);
  },
});

/** With the default `binaryType` a message is one Buffer. */
const textOf = (data: RawData): string => (data as Buffer).toString('utf8');

/** Closes a socket, at last by force. */
function ended(socket: WebSocket, code: number): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => {
      socket.terminate();
    }, CLOSING_MILLISECONDS);
    socket.once('close', () => {
      clearTimeout(force);
      resolve();
    });
    socket.close(code);
  });
}
