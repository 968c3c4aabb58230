import { type ClientContext, type ClientLink, createORPCClient, ORPCError } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import i18next from 'i18next';
import type { ApiClient } from '../../../shared/contract/api.ts';
import { SOCKET_CLOSE, SOCKET_WELCOME } from '../../../shared/contract/handover.ts';
import { bytesByFetch } from './transportBytes.ts';
import type { Connection } from './transportTypes.ts';

/** Survives a reload of this tab, and no other tab reads it (docs/decisions/0012-loopback-host.md). */
const TOKEN_KEY = 'epsiloscope:token';

const REOPEN_FOR_MILLISECONDS = 8000;
const REOPEN_EVERY_MILLISECONDS = 400;

/** In a browser: exchanges the code in the page's address for a token, and speaks over a WebSocket. */
export async function connectBySocket(): Promise<Connection> {
  const token = await tokenOfThisTab();
  const sockets = new Sockets(token, await openSocket(token));
  return {
    client: createORPCClient<ApiClient>(sockets),
    bytes: bytesByFetch('/', { Authorization: `Bearer ${token}` }),
    closed: sockets.closed,
  };
}

async function tokenOfThisTab(): Promise<string> {
  const code = takeCode();
  const token = code === null ? null : await exchange(code);
  // A code that was used already is no obstacle to a tab that has its token: it was loaded again, or gone back to.
  const known = token ?? sessionStorage.getItem(TOKEN_KEY);
  if (known === null) throw new Error(i18next.t(code === null ? 'connection.noCode' : 'connection.codeRefused'));
  sessionStorage.setItem(TOKEN_KEY, known);
  return known;
}

/** The code in the page's address, which forgets it at once. */
function takeCode(): string | null {
  const code = /^#code=([\w-]+)$/.exec(window.location.hash)?.[1] ?? null;
  if (code !== null) window.history.replaceState(null, '', '/');
  return code;
}

async function exchange(code: string): Promise<string | null> {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch('/session', { method: 'POST', headers, body: JSON.stringify({ code }) });
  return response.ok ? ((await response.json()) as { readonly token: string }).token : null;
}

/** Why a WebSocket ended, by its code. */
class SocketClosed extends Error {
  readonly code: number;

  constructor(code: number) {
    super(i18next.t(code === SOCKET_CLOSE.replaced ? 'connection.replaced' : 'connection.ended'));
    this.code = code;
  }

  /** The program said that it is over; anything else may have been an accident. */
  get final(): boolean {
    return [SOCKET_CLOSE.ended, SOCKET_CLOSE.replaced, SOCKET_CLOSE.refused].some((code) => code === this.code);
  }
}

/** @returns a socket that the program has accepted */
function openSocket(token: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://${window.location.host}/api`);
    socket.addEventListener('open', () => {
      socket.send(token);
    });
    socket.addEventListener(
      'message',
      ({ data }) => {
        if (data === SOCKET_WELCOME) resolve(socket);
        else socket.close();
      },
      { once: true },
    );
    socket.addEventListener('close', ({ code }) => {
      reject(new SocketClosed(code));
    });
  });
}

/** One socket after the other, as one link: a lost one is opened again, and questions asked meanwhile wait for it. */
class Sockets implements ClientLink<ClientContext> {
  readonly closed: Promise<string>;
  readonly #token: string;
  #link: Promise<RPCLink<ClientContext>>;
  #tellClosed: (reason: string) => void = () => undefined;

  constructor(token: string, first: WebSocket) {
    this.#token = token;
    this.closed = new Promise((resolve) => {
      this.#tellClosed = resolve;
    });
    this.#link = Promise.resolve(this.#linkOver(first));
  }

  async call(...question: Parameters<ClientLink<ClientContext>['call']>): Promise<unknown> {
    const asked = this.#link;
    try {
      return await (await asked).call(...question);
    } catch (error) {
      const lost = asked !== this.#link && !(error instanceof ORPCError);
      throw lost ? new Error(i18next.t('connection.lost')) : error;
    }
  }

  #linkOver(socket: WebSocket): RPCLink<ClientContext> {
    socket.addEventListener('close', ({ code }) => {
      this.#link = this.#reopen(new SocketClosed(code));
      // Told by `closed`, and by each question that is asked.
      this.#link.catch((error: unknown) => {
        this.#tellClosed((error as Error).message);
      });
    });
    return new RPCLink({ websocket: socket });
  }

  /** @throws SocketClosed where the program is gone for good, or for some seconds */
  async #reopen(closed: SocketClosed): Promise<RPCLink<ClientContext>> {
    const giveUpAt = performance.now() + REOPEN_FOR_MILLISECONDS;
    let latest = closed;
    while (!latest.final && performance.now() < giveUpAt) {
      await new Promise((resolve) => setTimeout(resolve, REOPEN_EVERY_MILLISECONDS));
      try {
        return this.#linkOver(await openSocket(this.#token));
      } catch (error) {
        latest = error as SocketClosed;
      }
    }
    throw latest;
  }
}
