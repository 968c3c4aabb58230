/** Who comes to the page and its token: other users of the machine and hostile web sites do not. Over real sockets. */
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeRedirectFile } from '../../src/main/hosts/loopback/redirectFile.ts';
import { ask, exchange, lab, newCode, newToken, opened, ownPage, rawGet, useLab } from './support.ts';

useLab();

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
        `font-src 'self'; connect-src 'self' ws://127.0.0.1:${lab().port}; base-uri 'none'; form-action 'none'; ` +
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
    lab().now = 30_000;
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
    const own = 'Sec-Fetch-Site' in headers ? { Origin: lab().server.origin } : {};
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
    const address = lab().server.newPageAddress();
    expect(new URL(address).search).toBe('');
    const file = writeRedirectFile(address);
    expect(statSync(file.path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(file.path)).mode & 0o777).toBe(0o700);
    expect(file.path).not.toContain(new URL(address).hash.slice('#code='.length));
    file.remove();
    expect(() => statSync(dirname(file.path))).toThrow(/ENOENT/);
  });
});
