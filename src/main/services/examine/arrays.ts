import type { Sha256 } from '../../../shared/kernel/ids.ts';
import { hashOf } from '../../store/index.ts';

/** What the open cases of a session need many times over: an attacked input has 48 kB at 64 x 64, 3 MB at 512 x 512. */
const BYTES_KEPT = 256 * 1024 * 1024;

/** Arrays for the page by their SHA-256, in memory. Where they take too many bytes, those used least recently go. */
export class ArrayStore {
  readonly #bytesKept: number;
  /** The one used last at the end. */
  readonly #arrays = new Map<Sha256, Uint8Array>();
  #bytes = 0;

  /** @param bytesKept that the arrays may take together; the one put last stays in any case */
  constructor(bytesKept = BYTES_KEPT) {
    this.#bytesKept = bytesKept;
  }

  /** Keeps a copy: what came from another process is often a view on a far larger message. */
  put(bytes: Uint8Array): Sha256 {
    const sha256 = hashOf(bytes);
    if (this.get(sha256) === undefined) {
      this.#arrays.set(sha256, bytes.slice());
      this.#bytes += bytes.length;
      this.#makeRoom(sha256);
    }
    return sha256;
  }

  /** Not to be written to. */
  get(sha256: Sha256): Uint8Array | undefined {
    const bytes = this.#arrays.get(sha256);
    if (bytes === undefined) return undefined;
    this.#arrays.delete(sha256);
    this.#arrays.set(sha256, bytes);
    return bytes;
  }

  #makeRoom(newest: Sha256): void {
    for (const [sha256, { length }] of this.#arrays) {
      if (this.#bytes <= this.#bytesKept || sha256 === newest) return;
      this.#arrays.delete(sha256);
      this.#bytes -= length;
    }
  }
}
