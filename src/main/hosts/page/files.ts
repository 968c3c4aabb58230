import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { NONCE_MARK, pageHeaders } from './policy.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ttf': 'font/ttf',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

export interface PageResponse {
  readonly status: 200 | 404;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Answers `GET path`; the path as it stands in the address, from its first slash, without query and fragment. */
export type PageFiles = (path: string) => PageResponse;

interface PageFile {
  readonly contentType: string;
  readonly content: Uint8Array<ArrayBuffer>;
}

/**
 * The page's files, read once, now: a request finds one of them by its whole path or nothing, so that no name from outside
 * ever becomes a path of the disk; and a page that is built anew meanwhile does not come to stand half beside the old one.
 *
 * @param folder of the built page
 * @param alsoConnectTo see `pageHeaders`
 */
export function pageFiles(folder: string, alsoConnectTo: string): PageFiles {
  const files = readFiles(folder);
  return (path) => {
    const file = files.get(path);
    const nonce = randomBytes(16).toString('base64');
    const headersAs = (contentType: string) => pageHeaders(contentType, nonce, alsoConnectTo);
    if (file === undefined) return { status: 404, headers: headersAs('text/plain'), body: new Uint8Array() };
    const { contentType, content } = file;
    const body = contentType === CONTENT_TYPES['.html'] ? withNonce(content, nonce) : content;
    return { status: 200, headers: headersAs(contentType), body };
  };
}

const withNonce = (html: Uint8Array, nonce: string): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(new TextDecoder().decode(html).replaceAll(NONCE_MARK, nonce));

/** All files below the folder, by their paths in an address. */
function readFiles(folder: string): ReadonlyMap<string, PageFile> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const byPath = new Map(files.map((file) => [pathOf(relative(folder, file)), readPageFile(file)]));
  byPath.set('/', readPageFile(join(folder, 'index.html')));
  return byPath;
}

const readPageFile = (file: string): PageFile => ({
  contentType: CONTENT_TYPES[extname(file)] ?? 'application/octet-stream',
  content: Uint8Array.from(readFileSync(file)),
});

const pathOf = (file: string): string => `/${file.split(sep).map(encodeURIComponent).join('/')}`;
