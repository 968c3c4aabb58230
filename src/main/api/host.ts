/** What the program and the host that runs it ask of each other. Knows neither Electron nor HTTP. */
import type { MenuCommand } from '../../shared/contract/app/program.ts';
import type { ByteKind } from '../../shared/contract/handover.ts';
import type { Sha256 } from '../../shared/kernel/ids.ts';
import type { Api } from './index.ts';

export type { HostCapabilities } from './capabilities.ts';

/** Bytes beside the contract: by kind and hash to the page, by upload and place from it. */
export interface Bytes {
  /**
   * @returns null where there is none of this hash
   * @throws EpsiloscopeError where it is there and cannot be had (a damaged file, a lost disk)
   */
  get(
    kind: ByteKind,
    sha256: Sha256,
    signal?: AbortSignal,
  ): Promise<{ readonly type: string; readonly bytes: Uint8Array } | null>;
  /** @throws EpsiloscopeError for an upload or place that was not announced, too many bytes, a full disk */
  put(upload: string, index: number, body: AsyncIterable<Uint8Array>): Promise<void>;
}

/** What a start asks to have open, before a page asks for anything. */
export type Opening = { readonly kind: 'demo' } | { readonly kind: 'folder'; readonly folder: string };

/** The program as a host serves it. */
export interface Program {
  readonly api: Api;
  readonly bytes: Bytes;
  /** @throws EpsiloscopeError as where a page opens it (locked, newer, damaged, no folder); then nothing is open */
  open(opening: Opening): Promise<void>;
  /** The person chose this in the host's menu. */
  menu(command: MenuCommand): void;
  /** Work is under way that a quit would break off; it goes on at the next start. */
  readonly busy: boolean;
  /** Stops the work at its next safe point, closes the workspace, ends the processes. */
  close(): Promise<void>;
}
