import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { protocol, type Session } from 'electron';
import { NONCE_MARK, PAGE_ORIGIN, PAGE_SCHEME, PAGE_URL, pageHeaders } from './pagePolicy.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ttf': 'font/ttf',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** Makes `app:` a scheme with an origin of its own. Call before Electron is ready. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: PAGE_SCHEME, privileges: { standard: true, secure: true } }]);
}

/**
 * Serves the page's files under `app://bundle/`. The files are listed once, now: a request finds one of them by its
 * whole address or nothing, so that no name from the page ever becomes a path.
 *
 * @param folder of the built page
 */
export function servePage(session: Session, folder: string): void {
  const files = listFiles(folder);
  session.protocol.handle(PAGE_SCHEME, async ({ method, url }) => {
    const file = method === 'GET' ? files.get(url) : undefined;
    const nonce = randomBytes(16).toString('base64');
    if (file === undefined) return new Response(null, { status: 404, headers: pageHeaders('text/plain', nonce) });
    const headers = pageHeaders(CONTENT_TYPES[extname(file)] ?? 'application/octet-stream', nonce);
    if (extname(file) !== '.html') return new Response(Uint8Array.from(await readFile(file)), { headers });
    return new Response((await readFile(file, 'utf8')).replaceAll(NONCE_MARK, nonce), { headers });
  });
}

/** Paths of all files below the folder, by their addresses. */
function listFiles(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const byAddress = new Map(files.map((file) => [addressOf(relative(folder, file)), file]));
  byAddress.set(PAGE_URL, join(folder, 'index.html'));
  return byAddress;
}

const addressOf = (path: string): string => `${PAGE_ORIGIN}/${path.split(sep).map(encodeURIComponent).join('/')}`;
