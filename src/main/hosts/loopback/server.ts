import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { z } from 'zod';
import { UPLOAD_LIMITS } from '../../../shared/contract/app/importing.ts';
import type { Program } from '../../api/host.ts';
import { answerBytes, type ByteRequest, byteRequest, fileTooLarge, refusal } from '../page/bytes.ts';
import { type PageFiles, pageFiles } from '../page/files.ts';
import { BARE_HEADERS } from '../page/policy.ts';
import { apiServer } from '../page/rpc.ts';
import {
  type Address,
  type Asked,
  addressOf,
  hasOwnHost,
  hasStrayBody,
  isFetchedByOwnPage,
  isFromOwnPage,
  mayLoadPage,
  offeredToken,
} from './checks.ts';
import { PageSession } from './pageSession.ts';
import { Sockets } from './sockets.ts';

/** What a connection may cost that shows no token: other users of the machine can open as many as they like. */
const LIMITS = {
  headerBytes: 8 * 1024,
  headersMilliseconds: 5000,
  /** An upload of the largest file from a slow disk. */
  requestMilliseconds: 300_000,
  idleMilliseconds: 120_000,
  connections: 64,
  codeBytes: 1024,
  codeMilliseconds: 5000,
} as const;

export interface LoopbackParts {
  readonly program: Pick<Program, 'api' | 'bytes'>;
  /** Folder of the built page. */
  readonly page: string;
  /** Told whether a page is connected, each time that it changes. */
  readonly onPage: (present: boolean) => void;
  /** Monotonic milliseconds, for the life of codes. */
  readonly now?: () => number;
}

/** The program, served on 127.0.0.1 to the one page that was opened with its code. */
export interface LoopbackServer {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** An address that opens the page once, within 30 s. Secret: never a command line's. */
  newPageAddress(): string;
  close(): Promise<void>;
}

/** Listens on a port that the system chooses. */
export async function startLoopbackServer(parts: LoopbackParts): Promise<LoopbackServer> {
  const http = createServer({
    maxHeaderSize: LIMITS.headerBytes,
    headersTimeout: LIMITS.headersMilliseconds,
    requestTimeout: LIMITS.requestMilliseconds,
    connectionsCheckingInterval: 1000,
  });
  http.maxConnections = LIMITS.connections;
  http.setTimeout(LIMITS.idleMilliseconds);
  await once(http.listen(0, '127.0.0.1'), 'listening');
  return new Loopback(http, parts);
}

class Loopback implements LoopbackServer {
  readonly #http: Server;
  readonly #address: Address;
  readonly #session: PageSession;
  readonly #program: LoopbackParts['program'];
  readonly #files: PageFiles;
  readonly #sockets: Sockets;

  constructor(http: Server, { program, page, onPage, now }: LoopbackParts) {
    this.#http = http;
    this.#address = addressOf((http.address() as AddressInfo).port);
    this.#session = new PageSession(now);
    this.#program = program;
    // Not every browser takes a WebSocket to the own address for 'self'.
    this.#files = pageFiles(page, `ws://${this.#address.host}`);
    const isToken = (offered: string) => this.#session.isToken(offered);
    this.#sockets = new Sockets({ isToken, serve: apiServer(program.api), onPage });
    http.on('request', (request, response) => {
      this.#answer(request, response).then(
        (reply) => {
          give(response, reply);
        },
        // The connection broke while the request was read.
        () => response.destroy(),
      );
    });
    http.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
      this.#upgrade(request, connection, head);
    });
  }

  get origin(): string {
    return this.#address.origin;
  }

  newPageAddress(): string {
    return `${this.#address.origin}/#code=${this.#session.newCode()}`;
  }

  async close(): Promise<void> {
    const closed = once(this.#http, 'close');
    this.#http.close();
    await this.#sockets.close();
    this.#http.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<Reply> {
    const { method = '', headers, url: path = '' } = request;
    const asked = { method, headers };
    if (!hasOwnHost(asked, this.#address)) return refused(421);
    if (hasStrayBody(asked)) return refused(400);
    if (method === 'POST' && path === '/session') return this.#exchange(asked, request);
    const wanted = byteRequest(method, path);
    if (wanted !== null) return this.#answerBytes(wanted, asked, request, response);
    if (method !== 'GET') return refused(405);
    return mayLoadPage(asked, this.#address) ? this.#files(path) : refused(403);
  }

  /** The code for a token. Every refusal is the same one. */
  async #exchange(asked: Asked, request: IncomingMessage): Promise<Reply> {
    if (!isFromOwnPage(asked, this.#address)) return refused(403);
    const body = await shortBody(request);
    if (body === null) return refused(413);
    const code = codeIn(body);
    const token = code === null ? null : this.#session.exchange(code);
    if (token === null) return refused(403);
    const headers = { ...BARE_HEADERS, 'Content-Type': 'application/json' };
    return { status: 200, headers, body: new TextEncoder().encode(JSON.stringify({ token })) };
  }

  async #answerBytes(
    wanted: ByteRequest,
    asked: Asked,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<Reply> {
    const fromPage = wanted.kind === 'put' ? isFromOwnPage : isFetchedByOwnPage;
    if (!fromPage(asked, this.#address)) return refused(403);
    const token = offeredToken(asked);
    if (token === null || !this.#session.isToken(token)) return refused(401);
    const gone = new AbortController();
    response.on('close', () => {
      gone.abort();
    });
    const reply = isDeclaredTooLarge(request)
      ? refusal(fileTooLarge())
      : await answerBytes(this.#program.bytes, wanted, bodyOf(request), gone.signal);
    // The rest of a refused file is read and thrown away: a browser whose sending is cut off never sees why.
    request.resume();
    return reply;
  }

  #upgrade(request: IncomingMessage, connection: Duplex, head: Buffer): void {
    const asked = { method: request.method ?? '', headers: request.headers };
    const isOurs = hasOwnHost(asked, this.#address) && isFromOwnPage(asked, this.#address);
    if (isOurs && request.url === '/api') {
      this.#sockets.accept(request, connection, head);
      return;
    }
    connection.on('error', () => undefined);
    connection.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', () => {
      connection.destroy();
    });
  }
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A refusal without words, and the end of the connection: whoever sent this is not the page. */
const refused = (status: number): Reply => ({
  status,
  headers: { ...BARE_HEADERS, Connection: 'close' },
  body: new Uint8Array(),
});

function give(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, status === 204 ? headers : { ...headers, 'Content-Length': body.byteLength });
  response.end(body, () => {
    if (headers['Connection'] === 'close') response.socket?.destroySoon();
  });
}

const isDeclaredTooLarge = ({ headers }: IncomingMessage): boolean =>
  Number(headers['content-length'] ?? '0') > UPLOAD_LIMITS.bytesPerFile;

/** Who stops reading early leaves the connection open, for the answer. */
const bodyOf = (request: IncomingMessage): AsyncIterable<Buffer> => request.iterator({ destroyOnReturn: false });

/** @returns null where the body is longer than a code can be, or does not come in time */
async function shortBody(request: IncomingMessage): Promise<string | null> {
  const late = setTimeout(() => {
    request.destroy();
  }, LIMITS.codeMilliseconds);
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of bodyOf(request)) {
      length += chunk.byteLength;
      if (length > LIMITS.codeBytes) return null;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    clearTimeout(late);
  }
}

const codeSchema = z.strictObject({ code: z.string().max(200) });

function codeIn(body: string): string | null {
  try {
    return codeSchema.parse(JSON.parse(body)).code;
  } catch {
    return null;
  }
}
