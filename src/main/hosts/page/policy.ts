/** The headers under which a host serves the page. Knows neither Electron nor HTTP, so that the build can read it. */

/** The build writes this where the nonce belongs; each response puts its own one there. */
export const NONCE_MARK = 'EPSILOSCOPE-NONCE';

/**
 * Everything comes from the app's own files; scripts only from files; no eval, no frames, no forms. Mantine writes
 * style elements, which need the nonce. `data:` images are the icons inside Mantine's style sheet, `blob:` ones pictures
 * that the page has fetched by hash.
 */
const contentSecurityPolicy = (nonce: string, alsoConnectTo: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self' ${alsoConnectTo}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types default',
  ].join('; ');

/**
 * Headers of every response to the page.
 *
 * @param alsoConnectTo where the host gives bytes or messages, beside the page's own origin
 */
export const pageHeaders = (contentType: string, nonce: string, alsoConnectTo: string): Record<string, string> => ({
  'Content-Type': contentType,
  'Content-Security-Policy': contentSecurityPolicy(nonce, alsoConnectTo),
  ...BARE_HEADERS,
});

/** Headers of every response that is no page: bytes, refusals. */
export const BARE_HEADERS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};
