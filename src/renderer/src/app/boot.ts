/** What must hold before any library runs under the page's strict policy. Imported first. */
import { z } from 'zod';

// Its compiler needs eval, and trying whether it may is a violation already.
z.config({ jitless: true });

interface TrustedTypes {
  createPolicy(name: string, rules: { createHTML: (text: string) => string }): unknown;
}

// Mantine writes its variables into style elements by innerHTML: plain text passes, markup never.
(globalThis as { readonly trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy('default', {
  createHTML: (text) => {
    if (text.includes('<')) throw new TypeError('Markup from text is refused.');
    return text;
  },
});

/** The nonce of this response, for the style elements that Mantine adds. */
export const styleNonce = (): string =>
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';

// Read by the library that keeps the page from scrolling behind a dialog: it adds a style element as well.
(globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = styleNonce();
