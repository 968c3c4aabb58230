/** What only the page that has the token gets, and what others cost. Over real sockets. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { SOCKET_CLOSE, SOCKET_WELCOME } from '../../src/shared/contract/handover.ts';
import { DAMAGED, NOBODYS, PICTURE, UPLOAD } from '../support/standInProgram.ts';
import { ask, authorised, closeCode, lab, newToken, opened, ownPage, textUntilEnd, useLab } from './support.ts';

useLab();

describe('the WebSocket', () => {
  it('welcomes the page that shows the token', async () => {
    const { socket, outcome } = await opened(await newToken());
    expect(outcome).toBe(SOCKET_WELCOME);
    expect(lab().present).toEqual([true]);
    socket.close();
    await once(socket, 'close');
    await expect.poll(() => lab().present).toEqual([true, false]);
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
    expect(lab().present).toEqual([]);
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
    expect(lab().present.at(-1)).toBe(true);
  });

  it('is closed to the old token once a new one was given', async () => {
    const old = await newToken();
    await newToken();
    expect((await opened(old)).outcome).toBe(String(SOCKET_CLOSE.refused));
  });

  it('keeps few that have not shown a token', async () => {
    const silent = Array.from({ length: 12 }, () => {
      const socket = new WebSocket(`ws://127.0.0.1:${lab().port}/api`, { headers: { Origin: lab().server.origin } });
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
    await lab().server.close();
    expect(await closed).toBe(SOCKET_CLOSE.ended);
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
    expect(lab().program.put.size).toBe(0);
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
    expect([...lab().program.put.keys()]).toEqual([2]);
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
    const socket = connect(lab().port, '127.0.0.1');
    const lines = Object.entries({ Host: `127.0.0.1:${lab().port}`, ...headers }).map(
      ([name, value]) => `${name}: ${value}`,
    );
    socket.write(`PUT /upload/${UPLOAD}/0 HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    expect(chunk.toString()).toMatch(/^HTTP\/1\.1 400 /);
    expect(lab().program.put.size).toBe(0);
    socket.destroy();
  });
});

describe('a connection that takes its time', () => {
  it('with its headers is ended', async () => {
    const socket = connect(lab().port, '127.0.0.1');
    socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${lab().port}\r\nX-Slow: `);
    expect(await textUntilEnd(socket)).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  it('with a code is ended', async () => {
    const socket = connect(lab().port, '127.0.0.1');
    const head = `POST /session HTTP/1.1\r\nHost: 127.0.0.1:${lab().port}\r\nOrigin: ${lab().server.origin}\r\nContent-Length: 100\r\n\r\n{`;
    socket.write(head);
    expect(await textUntilEnd(socket)).toBe('');
  });

  it('with a body that no GET has is refused at once', async () => {
    const socket = connect(lab().port, '127.0.0.1');
    socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${lab().port}\r\nContent-Length: 100\r\n\r\n`);
    expect(await textUntilEnd(socket)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('with headers without end is ended', async () => {
    const socket = connect(lab().port, '127.0.0.1');
    socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${lab().port}\r\nX-Long: ${'x'.repeat(20_000)}`);
    expect(await textUntilEnd(socket)).toMatch(/^(HTTP\/1\.1 431 |$)/);
  });

  it('keeps nobody else out for longer than that', async () => {
    const idle = Array.from({ length: 70 }, () =>
      connect(lab().port, '127.0.0.1')
        .resume()
        .on('error', () => undefined),
    );
    await Promise.all(idle.map((socket) => once(socket, 'close')));
    expect((await ask('/', { headers: ownPage() })).status).toBe(200);
  });
});
