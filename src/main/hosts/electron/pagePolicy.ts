/** The page's address and the headers under which it is served. Knows no Electron, so that the build can read it. */

/** `new URL(...).origin` of an own scheme is 'null' in Node, hence spelled out. */
export const PAGE_SCHEME = 'app';
export const PAGE_ORIGIN = 'app://bundle';
export const PAGE_URL = `${PAGE_ORIGIN}/`;

/** The build writes this where the nonce belongs; each response puts its own one there. */
export const NONCE_MARK = 'EPSILOSCOPE-NONCE';

/**
 * Whether an address lies inside the app. Expects it normalised, as Chromium hands addresses over: an address that
 * merely contains or resembles the page's is a different one.
 */
export const isPageAddress = (url: string): boolean => url.startsWith(PAGE_URL);

/**
 * Everything comes from the app's own files; scripts only from files; no eval, no frames, no forms. Mantine writes
 * style elements, which need the nonce. `data:` images are the icons inside Mantine's style sheet.
 */
const contentSecurityPolicy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types default',
  ].join('; ');

/** Headers of every response to the page. */
export const pageHeaders = (contentType: string, nonce: string): Record<string, string> => ({
  'Content-Type': contentType,
  'Content-Security-Policy': contentSecurityPolicy(nonce),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
});
