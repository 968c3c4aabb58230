/** The loopback host with a stand-in program, and requests as written, whatever a browser would say of them. */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type ClientRequestArgs, type IncomingMessage, request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { WebSocket } from 'ws';
import { type LoopbackServer, startLoopbackServer } from '../../src/main/hosts/loopback/server.ts';
import { type StandIn, standInProgram } from '../support/standInProgram.ts';

const INDEX =
  '<!doctype html><style nonce="EPSILOSCOPE-NONCE"></style><script type="module" src="./assets/a.js"></script>';

/** What stands there in each test, made anew. */
export interface Lab {
  readonly folder: string;
  readonly program: StandIn;
  readonly server: LoopbackServer;
  readonly port: number;
  /** Whether a page was there, each time that it changed. */
  readonly present: boolean[];
  /** For the life of codes, in milliseconds. */
  now: number;
}

let current: Lab | null = null;

export function lab(): Lab {
  if (current === null) throw new Error('No test runs.');
  return current;
}

/** Gives each test of the file a server of its own. */
export function useLab(): void {
  beforeEach(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'epsiloscope-loopback-'));
    const page = join(folder, 'page');
    mkdirSync(join(page, 'assets'), { recursive: true });
    writeFileSync(join(page, 'index.html'), INDEX);
    writeFileSync(join(page, 'assets', 'a.js'), 'void 0;');
    writeFileSync(join(folder, 'secret.txt'), 'outside of the page');
    const program = standInProgram();
    const present: boolean[] = [];
    const server = await startLoopbackServer({
      program,
      page,
      onPage: (is) => present.push(is),
      now: () => lab().now,
    });
    current = { folder, program, server, port: Number(new URL(server.origin).port), present, now: 0 };
  });
  afterEach(async () => {
    const { server, folder } = lab();
    await server.close();
    current = null;
    rmSync(folder, { recursive: true, force: true });
  });
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A request as written, whatever a browser would say of it. */
export function ask(path: string, options: ClientRequestArgs & { readonly body?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { body, ...args } = options;
    const request = httpRequest({ host: '127.0.0.1', port: lab().port, path, agent: false, ...args }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

export const ownPage = () => ({ Origin: lab().server.origin, 'Sec-Fetch-Site': 'same-origin' });
export const newCode = () => new URL(lab().server.newPageAddress()).hash.replace('#code=', '');
export const exchange = (code: string, headers: Record<string, string> = ownPage()) =>
  ask('/session', { method: 'POST', headers, body: JSON.stringify({ code }) });

export async function newToken(): Promise<string> {
  const { body } = await exchange(newCode());
  return (JSON.parse(body) as { token: string }).token;
}

export const authorised = (token: string) => ({ ...ownPage(), Authorization: `Bearer ${token}` });

/** How a WebSocket went: welcomed, closed with a code, or refused with a status before it was one. */
export async function opened(
  token: string | null,
  { origin = lab().server.origin, path = '/api', host }: { origin?: string | null; path?: string; host?: string } = {},
): Promise<{ readonly socket: WebSocket; readonly outcome: string }> {
  const headers = { ...(origin === null ? {} : { Origin: origin }), ...(host === undefined ? {} : { Host: host }) };
  const socket = new WebSocket(`ws://127.0.0.1:${lab().port}${path}`, { headers });
  const outcome = await new Promise<string>((resolve) => {
    socket.on('open', () => {
      if (token !== null) socket.send(token);
    });
    socket.on('message', (data) => {
      resolve((data as Buffer).toString());
    });
    socket.on('close', (code) => {
      resolve(String(code));
    });
    socket.on('unexpected-response', (_request, response) => {
      resolve(`HTTP ${String(response.statusCode)}`);
      socket.terminate();
    });
    socket.on('error', () => undefined);
  });
  return { socket, outcome };
}

export const closeCode = async (socket: WebSocket): Promise<number> => ((await once(socket, 'close')) as [number])[0];

/** A path as it stands, which `node:http` would not send. */
export async function rawGet(path: string): Promise<string> {
  const socket = connect(lab().port, '127.0.0.1');
  socket.end(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${lab().port}\r\nConnection: close\r\n\r\n`);
  return textUntilEnd(socket);
}

export async function textUntilEnd(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  socket.on('error', () => undefined);
  await once(socket, 'close');
  return text;
}
