import type { ApiClient } from '../../../shared/contract/api.ts';
import type { ByteKind } from '../../../shared/contract/handover.ts';

/** Bytes beside the contract: pictures and arrays by hash, and files to the program. */
export interface PageBytes {
  /**
   * @returns null where the program has none of this hash
   * @throws ORPCError in three parts (see explanation.ts) where it has and cannot give it
   */
  get(kind: ByteKind, sha256: string, signal?: AbortSignal): Promise<Uint8Array | null>;
  /**
   * Sends one file of an upload that was announced (`importing.beginUpload`).
   *
   * @param index of its name in the announcement
   * @throws ORPCError in three parts where the program refuses it
   */
  put(upload: string, index: number, file: Blob): Promise<void>;
}

/** The program as the page has it. */
export interface Connection {
  readonly client: ApiClient;
  readonly bytes: PageBytes;
  /** Resolves with the reason, in words for a person, once the program answers no more. */
  readonly closed: Promise<string>;
}
