/** Which requests are looked at at all. Everything on this machine can reach the port, and every web site can try to. */
import type { IncomingHttpHeaders } from 'node:http';

/** What the browser tells of where a request comes from, and where it means to go. */
export interface Asked {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/** The program's own address, as browsers write it in Origin and Host. */
export interface Address {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** `127.0.0.1:<port>` */
  readonly host: string;
}

export const addressOf = (port: number): Address => ({
  origin: `http://127.0.0.1:${port}`,
  host: `127.0.0.1:${port}`,
});

/** A name that was made to point here (DNS rebinding) stands in Host; only the numbers do not. */
export const hasOwnHost = ({ headers }: Asked, { host }: Address): boolean => headers.host === host;

/** Browsers send it since 2020; where one does not, Origin and the token must do. */
const isFromOwnSite = ({ headers }: Asked): boolean => {
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin';
};

/** For WebSocket, POST and PUT: browsers always say where these come from. */
export const isFromOwnPage = (asked: Asked, { origin }: Address): boolean =>
  asked.headers.origin === origin && isFromOwnSite(asked);

/** For GET from the page's own scripts: browsers say nothing, or the own origin. */
export const isFetchedByOwnPage = (asked: Asked, { origin }: Address): boolean =>
  (asked.headers.origin === undefined || asked.headers.origin === origin) && isFromOwnSite(asked);

/** The page may be gone to from anywhere, above all from the file that holds the code; its parts belong to it alone. */
export const mayLoadPage = (asked: Asked, address: Address): boolean => {
  const { 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = asked.headers;
  return (mode === 'navigate' && destination === 'document') || isByHand(asked) || isFetchedByOwnPage(asked, address);
};

/** Typed, a bookmark, or loaded again. */
const isByHand = ({ headers }: Asked): boolean => headers['sec-fetch-site'] === 'none';

/** No request but POST and PUT has a body: one that is announced would only keep the connection busy. */
export const hasStrayBody = ({ method, headers }: Asked): boolean =>
  method === 'GET' && (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? '0') !== 0);

/** `Authorization: Bearer <token>` */
export function offeredToken({ headers }: Asked): string | null {
  return /^Bearer ([\w-]{1,200})$/.exec(headers.authorization ?? '')?.[1] ?? null;
}
