import { protocol, type Session } from 'electron';
import { BYTES_SCHEME } from '../../../shared/contract/handover.ts';
import type { Program } from '../../api/host.ts';
import { answerBytes, byteRequest, notFound } from '../page/bytes.ts';
import { pageFiles } from '../page/files.ts';
import { BARE_HEADERS } from '../page/policy.ts';
import { bytesPath, PAGE_ORIGIN, PAGE_SCHEME, pagePath } from './addresses.ts';

/** Makes `app:` and `lesion:` schemes of their own. Call before Electron is ready. */
export function registerSchemes(): void {
  const privileges = { standard: true, secure: true };
  protocol.registerSchemesAsPrivileged([
    { scheme: PAGE_SCHEME, privileges },
    { scheme: BYTES_SCHEME, privileges: { ...privileges, supportFetchAPI: true, corsEnabled: true, stream: true } },
  ]);
}

/**
 * Serves the page's files under `app://bundle/`.
 *
 * @param folder of the built page
 */
export function servePage(session: Session, folder: string): void {
  const files = pageFiles(folder, `${BYTES_SCHEME}:`);
  session.protocol.handle(PAGE_SCHEME, ({ method, url }) => {
    const path = method === 'GET' ? pagePath(url) : null;
    const { status, headers, body } = files(path ?? '');
    return new Response(body, { status, headers });
  });
}

/** For a Chromium that holds own schemes to the rules of other origins; the session's lock asks nobody else here. */
const FOR_THE_PAGE: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Origin': PAGE_ORIGIN,
  'Access-Control-Allow-Methods': 'GET, PUT',
};

/** Serves `GET lesion://<kind>/<sha256>` and `PUT lesion://upload/<id>/<index>`; see locks.ts for who gets here. */
export function serveBytes(session: Session, program: Promise<Pick<Program, 'bytes'>>): void {
  session.protocol.handle(BYTES_SCHEME, async (request) => {
    if (request.method === 'OPTIONS') {
      return new Response(null, { status: 204, headers: { ...BARE_HEADERS, ...FOR_THE_PAGE } });
    }
    const wanted = byteRequest(request.method, bytesPath(request.url));
    const { bytes } = await program;
    const { status, headers, body } =
      wanted === null ? notFound() : await answerBytes(bytes, wanted, chunksOf(request), request.signal);
    const content = status === 204 || status === 404 ? null : (body as BodyInit);
    return new Response(content, { status, headers: { ...headers, ...FOR_THE_PAGE } });
  });
}

async function* chunksOf({ body }: Request): AsyncGenerator<Uint8Array, void> {
  if (body !== null) yield* body as unknown as AsyncIterable<Uint8Array>;
}
