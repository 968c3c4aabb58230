/** The addresses that exist inside the app. Knows no Electron. */
import { BYTES_SCHEME } from '../../../shared/contract/handover.ts';

export const PAGE_SCHEME = 'app';
/** `new URL(...).origin` of an own scheme is 'null' in Node, hence spelled out. */
export const PAGE_ORIGIN = 'app://bundle';
export const PAGE_URL = `${PAGE_ORIGIN}/`;

/**
 * Whether an address lies inside the page. Expects it normalised, as Chromium hands addresses over: an address that
 * merely contains or resembles the page's is a different one.
 */
export const isPageAddress = (url: string): boolean => url.startsWith(PAGE_URL);

export const isBytesAddress = (url: string): boolean => url.startsWith(`${BYTES_SCHEME}://`);

/** The page itself, at whichever of its views. */
export const isThePage = (url: string): boolean => url.replace(/#.*$/s, '') === PAGE_URL;

/** `app://bundle/a/b` to `/a/b`; null for what is not an address of the page. */
export const pagePath = (url: string): string | null =>
  isPageAddress(url) ? url.slice(PAGE_ORIGIN.length).replace(/#.*$/s, '') : null;

/** `lesion://kind/hash` to `/kind/hash`. */
export const bytesPath = (url: string): string => url.replace(`${BYTES_SCHEME}://`, '/');

/** A frame as Electron tells of it; null where it is gone already. */
export interface Frame {
  readonly origin: string;
  readonly parent: unknown;
}

/** The main frame of the app's own page. */
export const isPageFrame = (frame: Frame | null | undefined): boolean =>
  frame?.parent === null && frame.origin === PAGE_ORIGIN;
