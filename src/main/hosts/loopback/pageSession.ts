import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const SECRET_BYTES = 32;

/** A code lies in a file for as long as a browser may take to start. */
export const CODE_MILLISECONDS = 30_000;

/**
 * Who may speak to the program: the page that was opened with the latest code. A code is exchanged once, within 30 s, for a
 * token; a new token ends the one before. Both live in memory alone.
 */
export class PageSession {
  readonly #now: () => number;
  #code: { readonly text: string; readonly until: number } | null = null;
  #token: string | null = null;

  /** @param now monotonic milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** A fresh code; the one before is void. */
  newCode(): string {
    const text = secret();
    this.#code = { text, until: this.#now() + CODE_MILLISECONDS };
    return text;
  }

  /** @returns a token for the right code in time, the first time; else null, and a guess costs the right code nothing */
  exchange(offered: string): string | null {
    if (this.#code === null || this.#now() >= this.#code.until || !isSame(offered, this.#code.text)) return null;
    this.#code = null;
    this.#token = secret();
    return this.#token;
  }

  isToken(offered: string): boolean {
    return this.#token !== null && isSame(offered, this.#token);
  }
}

const secret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Digests, since they have one length: how long it takes says nothing of either text. */
const isSame = (first: string, second: string): boolean => timingSafeEqual(digest(first), digest(second));
