/** The loopback host against other users of the machine and hostile web sites, over real sockets. */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type ClientRequestArgs, type IncomingMessage, request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { SOCKET_CLOSE, SOCKET_WELCOME } from '../../src/shared/contract/handover.ts';
import { writeRedirectFile } from '../../src/main/hosts/loopback/redirectFile.ts';
import { type LoopbackServer, startLoopbackServer } from '../../src/main/hosts/loopback/server.ts';
import { DAMAGED, NOBODYS, PICTURE, type StandIn, standInProgram, UPLOAD } from '../support/standInProgram.ts';

const INDEX =
  '<!doctype html><style nonce="EPSILOSCOPE-NONCE"></style><script type="module" src="./assets/a.js"></script>';

let folder: string;
let program: StandIn;
let server: LoopbackServer;
let port: number;
let now = 0;
let present: boolean[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'epsiloscope-loopback-'));
  const page = join(folder, 'page');
  mkdirSync(join(page, 'assets'), { recursive: true });
  writeFileSync(join(page, 'index.html'), INDEX);
  writeFileSync(join(page, 'assets', 'a.js'), 'void 0;');
  writeFileSync(join(folder, 'secret.txt'), 'outside of the page');
  program = standInProgram();
  present = [];
  now = 0;
  server = await startLoopbackServer({ program, page, onPage: (is) => present.push(is), now: () => now });
  port = Number(new URL(server.origin).port);
});

afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A request as written, whatever a browser would say of it. */
function ask(path: string, options: ClientRequestArgs & { readonly body?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { body, ...args } = options;
    const request = httpRequest({ host: '127.0.0.1', port, path, agent: false, ...args }, (response) => {
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

const ownPage = () => ({ Origin: server.origin, 'Sec-Fetch-Site': 'same-origin' });
const newCode = () => new URL(server.newPageAddress()).hash.replace('#code=', '');
const exchange = (code: string, headers: Record<string, string> = ownPage()) =>
  ask('/session', { method: 'POST', headers, body: JSON.stringify({ code }) });

async function newToken(): Promise<string> {
  const { body } = await exchange(newCode());
  return (JSON.parse(body) as { token: string }).token;
}

const authorised = (token: string) => ({ ...ownPage(), Authorization: `Bearer ${token}` });

/** How a WebSocket went: welcomed, closed with a code, or refused with a status before it was one. */
async function opened(
  token: string | null,
  { origin = server.origin, path = '/api', host }: { origin?: string | null; path?: string; host?: string } = {},
): Promise<{ readonly socket: WebSocket; readonly outcome: string }> {
  const headers = { ...(origin === null ? {} : { Origin: origin }), ...(host === undefined ? {} : { Host: host }) };
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
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

const closeCode = async (socket: WebSocket): Promise<number> => ((await once(socket, 'close')) as [number])[0];

describe('the page', () => {
  it('is given to a browser that was sent there from a file, with its policy', async () => {
    const { status, headers, body } = await ask('/', {
      headers: { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' },
    });
    const nonce = /'nonce-([A-Za-z0-9+/=]{24})'/.exec(String(headers['content-security-policy']))?.[1] ?? '';
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-security-policy':
        `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data: blob:; ` +
        `font-src 'self'; connect-src 'self' ws://127.0.0.1:${port}; base-uri 'none'; form-action 'none'; ` +
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    expect(body).toContain(`nonce="${nonce}"`);
  });

  it('shares nothing with other origins', async () => {
    const { headers } = await ask('/', { headers: { Origin: 'null' } });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    const preflight = await ask('/session', {
      method: 'OPTIONS',
      headers: { Origin: 'https://example.org', 'Access-Control-Request-Method': 'POST' },
    });
    expect(preflight.status).toBe(405);
    expect(Object.keys(preflight.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it.each([
    ['an image of another site', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' }],
    [
      'a frame of another site',
      { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' },
    ],
    ['a program on another port', { 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'cors' }],
    ['a fetch of another site', { Origin: 'https://example.org' }],
  ])('is not given to %s', async (_name, headers) => {
    expect((await ask('/assets/a.js', { headers })).status).toBe(403);
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '//127.0.0.1/secret.txt',
    '/assets/a.js?x=1',
    '/assets',
    'http://127.0.0.1/index.html',
    '/index.html\0.js',
  ])('has no file at %j', async (path) => {
    const answer = await rawGet(path);
    expect(answer).toMatch(/^HTTP\/1\.1 (400|404) /);
    expect(answer).not.toContain('outside of the page');
  });
});

/** A path as it stands, which `node:http` would not send. */
async function rawGet(path: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`);
  return textUntilEnd(socket);
}

async function textUntilEnd(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  socket.on('error', () => undefined);
  await once(socket, 'close');
  return text;
}

describe('a name that points to this machine (DNS rebinding)', () => {
  it.each(['rebound.example', 'localhost', '127.0.0.1', '127.0.0.1:1', '[::1]'])(
    'is refused as Host %j',
    async (host) => {
      const headers = { ...ownPage(), Host: host };
      expect((await ask('/', { headers })).status).toBe(421);
      expect((await exchange(newCode(), headers)).status).toBe(421);
      expect((await opened(await newToken(), { host })).outcome).toBe('HTTP 403');
    },
  );
});

describe('the code', () => {
  it('gives a token once', async () => {
    const code = newCode();
    expect((await exchange(code)).status).toBe(200);
    expect((await exchange(code)).status).toBe(403);
  });

  it('is void after 30 s, and when a newer one is made', async () => {
    const late = newCode();
    now = 30_000;
    expect((await exchange(late)).status).toBe(403);
    const old = newCode();
    newCode();
    expect((await exchange(old)).status).toBe(403);
  });

  it('survives a wrong guess', async () => {
    const code = newCode();
    expect((await exchange(`${code.slice(1)}A`)).status).toBe(403);
    expect((await exchange('')).status).toBe(403);
    expect((await exchange(code)).status).toBe(200);
  });

  it.each([
    ['a foreign page', { Origin: 'https://example.org' }],
    ['a page of another port', { Origin: 'http://127.0.0.1:1' }],
    ['a page with the same name over https', { Origin: 'https://127.0.0.1' }],
    ['an opaque origin', { Origin: 'null' }],
    ['nobody', {}],
    ['a foreign site', { 'Sec-Fetch-Site': 'cross-site' }],
  ])('is not taken from %s', async (_name, headers) => {
    const code = newCode();
    const own = 'Sec-Fetch-Site' in headers ? { Origin: server.origin } : {};
    expect((await exchange(code, { ...own, ...headers })).status).toBe(403);
    expect((await exchange(code)).status).toBe(200);
  });

  it.each(['', '{', 'null', '{"code":1}', '{"code":"x","more":1}', '[]'])('is not read from %j', async (body) => {
    expect((await ask('/session', { method: 'POST', headers: ownPage(), body })).status).toBe(403);
  });

  it('is not looked for in a large body', async () => {
    const body = JSON.stringify({ code: 'x'.repeat(2000) });
    expect((await ask('/session', { method: 'POST', headers: ownPage(), body })).status).toBe(413);
  });

  it('stands in a file that only this user can read, and in no query', () => {
    const address = server.newPageAddress();
    expect(new URL(address).search).toBe('');
    const file = writeRedirectFile(address);
    expect(statSync(file.path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(file.path)).mode & 0o777).toBe(0o700);
    expect(file.path).not.toContain(new URL(address).hash.slice('#code='.length));
    file.remove();
    expect(() => statSync(dirname(file.path))).toThrow(/ENOENT/);
  });
});

describe('the WebSocket', () => {
  it('welcomes the page that shows the token', async () => {
    const { socket, outcome } = await opened(await newToken());
    expect(outcome).toBe(SOCKET_WELCOME);
    expect(present).toEqual([true]);
    socket.close();
    await once(socket, 'close');
    await expect.poll(() => present).toEqual([true, false]);
  });

  it.each([
    ['a foreign origin', { origin: 'https://example.org' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['no origin', { origin: null }],
    ['an unknown path', { path: '/' }],
    ['a path with more', { path: '/api?token=1' }],
  ])('is refused to %s, token or not', async (_name, options) => {
    expect((await opened(await newToken(), options)).outcome).toBe('HTTP 403');
  });

  it.each(['', 'wrong', 'x'.repeat(100_000)])('is closed to a wrong token of some length', async (token) => {
    await newToken();
    expect((await opened(token)).outcome).toBe(String(SOCKET_CLOSE.refused));
    expect(present).toEqual([]);
  });

  it('is closed where it says nothing', async () => {
    const { outcome } = await opened(null);
    expect(outcome).toBe('1006');
  });

  it('serves one page: a second one takes the place of the first', async () => {
    const token = await newToken();
    const first = await opened(token);
    const closed = closeCode(first.socket);
    const second = await opened(token);
    expect(second.outcome).toBe(SOCKET_WELCOME);
    expect(await closed).toBe(SOCKET_CLOSE.replaced);
    expect(second.socket.readyState).toBe(WebSocket.OPEN);
    expect(present.at(-1)).toBe(true);
  });

  it('is closed to the old token once a new one was given', async () => {
    const old = await newToken();
    await newToken();
    expect((await opened(old)).outcome).toBe(String(SOCKET_CLOSE.refused));
  });

  it('keeps few that have not shown a token', async () => {
    const silent = Array.from({ length: 12 }, () => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/api`, { headers: { Origin: server.origin } });
      socket.on('error', () => undefined);
      return socket;
    });
    await Promise.all(silent.map((socket) => once(socket, 'open')));
    await expect.poll(() => silent.filter((socket) => socket.readyState === WebSocket.OPEN).length).toBe(4);
    expect((await opened(await newToken())).outcome).toBe(SOCKET_WELCOME);
    for (const socket of silent) socket.terminate();
  });

  it.each([
    ['no JSON', '{'],
    ['no question', '{"i":"1"}'],
    ['another method', JSON.stringify({ i: '1', p: { u: '/program/host', m: 'GET' } })],
    ['headers', JSON.stringify({ i: '1', p: { u: '/program/host', h: { 'content-type': 'multipart/form-data' } } })],
    ['an address', JSON.stringify({ i: '1', p: { u: 'http://example.org/program/host' } })],
    ['an iterator from the page', JSON.stringify({ i: '1', t: 3, p: { e: 'message' } })],
  ])('is closed to a page that sends %s', async (_name, message) => {
    const { socket } = await opened(await newToken());
    const closed = closeCode(socket);
    socket.send(message);
    expect(await closed).toBe(SOCKET_CLOSE.notTheContract);
  });

  it('is closed to a page that sends bytes, or too many characters', async () => {
    const token = await newToken();
    const first = await opened(token);
    first.socket.send(Buffer.from(JSON.stringify({ i: '1', p: { u: '/program/host' } })));
    expect(await closeCode(first.socket)).toBe(SOCKET_CLOSE.notTheContract);
    const second = await opened(token);
    second.socket.send('x'.repeat(17 * 1024 * 1024));
    expect(await closeCode(second.socket)).toBe(1009);
    expect((await opened(token)).outcome).toBe(SOCKET_WELCOME);
  });

  it('is told that the program ends', async () => {
    const { socket } = await opened(await newToken());
    const closed = closeCode(socket);
    await server.close();
    expect(await closed).toBe(SOCKET_CLOSE.ended);
    server = await startLoopbackServer({ program, page: join(folder, 'page'), onPage: () => undefined });
  });
});

describe('bytes', () => {
  it('are given to the page that has the token', async () => {
    const { status, headers, body } = await ask(`/thumbnail/${PICTURE}`, { headers: authorised(await newToken()) });
    expect({ status, type: headers['content-type'], length: body.length > 0 }).toEqual({
      status: 200,
      type: 'image/webp',
      length: true,
    });
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  });

  it('that are not there are 404, and a damaged file says so in three parts', async () => {
    const headers = authorised(await newToken());
    expect((await ask(`/photograph/${NOBODYS}`, { headers })).status).toBe(404);
    const damaged = await ask(`/photograph/${DAMAGED}`, { headers });
    expect(damaged.status).toBe(400);
    expect(JSON.parse(damaged.body)).toEqual({
      code: 'IMAGE_DAMAGED',
      kind: 'badInput',
      explanation: { happened: 'The stored file is damaged.', kept: 'The file.', toDo: 'Import it again.' },
    });
  });

  it.each([
    ['no token', {}],
    ['a wrong token', { Authorization: `Bearer ${'A'.repeat(43)}` }],
    ['another scheme', { Authorization: 'Basic abc' }],
  ])('are refused to %s', async (_name, headers) => {
    await newToken();
    expect((await ask(`/photograph/${PICTURE}`, { headers: { ...ownPage(), ...headers } })).status).toBe(401);
    const put = { method: 'PUT', headers: { ...ownPage(), ...headers }, body: 'x' };
    expect((await ask(`/upload/${UPLOAD}/0`, put)).status).toBe(401);
    expect(program.put.size).toBe(0);
  });

  it('are refused to another site that somehow has the token', async () => {
    const headers = { Authorization: `Bearer ${await newToken()}`, Origin: 'https://example.org' };
    expect((await ask(`/photograph/${PICTURE}`, { headers })).status).toBe(403);
    expect((await ask(`/upload/${UPLOAD}/0`, { method: 'PUT', headers, body: 'x' })).status).toBe(403);
    const noOrigin = { Authorization: headers.Authorization };
    expect((await ask(`/upload/${UPLOAD}/0`, { method: 'PUT', headers: noOrigin, body: 'x' })).status).toBe(403);
  });

  it.each([
    `/secret/${PICTURE}`,
    `/photograph/${PICTURE.toUpperCase()}`,
    `/photograph/${PICTURE}/0`,
    '/photograph/../../secret.txt',
    '/photograph/..%2fsecret.txt',
    `/photograph/${PICTURE}.png`,
    `/constructor/${PICTURE}`,
  ])('have no kind or place %j', async (path) => {
    expect((await ask(path, { headers: authorised(await newToken()) })).status).toBe(404);
  });

  it('arrive whole from the page', async () => {
    const body = 'x'.repeat(3_000_000);
    const put = await ask(`/upload/${UPLOAD}/2`, { method: 'PUT', headers: authorised(await newToken()), body });
    expect(put.status).toBe(204);
    expect([...program.put.keys()]).toEqual([2]);
  });

  it.each([`/upload/${UPLOAD}/-1`, `/upload/${UPLOAD}/00`, `/upload/${UPLOAD}/20000`, '/upload/x/0', '/upload//0'])(
    'are not taken at %j',
    async (path) => {
      const headers = authorised(await newToken());
      expect((await ask(path, { method: 'PUT', headers, body: 'x' })).status).toBe(405);
    },
  );

  it('that nobody expects are refused in three parts, after all of them came', async () => {
    const headers = authorised(await newToken());
    const answer = await ask(`/upload/${UPLOAD}/9`, { method: 'PUT', headers, body: 'x'.repeat(3_000_000) });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'UPLOAD_UNKNOWN' });
  });

  it('that are announced to be too many are not read', async () => {
    const headers = { ...authorised(await newToken()), 'Content-Length': String(257 * 1024 * 1024) };
    const socket = connect(port, '127.0.0.1');
    const lines = Object.entries({ Host: `127.0.0.1:${port}`, ...headers }).map(([name, value]) => `${name}: ${value}`);
    socket.write(`PUT /upload/${UPLOAD}/0 HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    expect(chunk.toString()).toMatch(/^HTTP\/1\.1 400 /);
    expect(program.put.size).toBe(0);
    socket.destroy();
  });
});

describe('a connection that takes its time', () => {
  it('with its headers is ended', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Slow: `);
    expect(await textUntilEnd(socket)).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  it('with a code is ended', async () => {
    const socket = connect(port, '127.0.0.1');
    const head = `POST /session HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: ${server.origin}\r\nContent-Length: 100\r\n\r\n{`;
    socket.write(head);
    expect(await textUntilEnd(socket)).toBe('');
  });

  it('with a body that no GET has is refused at once', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 100\r\n\r\n`);
    expect(await textUntilEnd(socket)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('with headers without end is ended', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Long: ${'x'.repeat(20_000)}`);
    expect(await textUntilEnd(socket)).toMatch(/^(HTTP\/1\.1 431 |$)/);
  });

  it('keeps nobody else out for longer than that', async () => {
    const idle = Array.from({ length: 70 }, () =>
      connect(port, '127.0.0.1')
        .resume()
        .on('error', () => undefined),
    );
    await Promise.all(idle.map((socket) => once(socket, 'close')));
    expect((await ask('/', { headers: ownPage() })).status).toBe(200);
  });
});
