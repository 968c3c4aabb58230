/** The messages between the decoder and its children, and how a host starts such a child. */
import type { WireError } from '../../shared/kernel/errors.ts';
import type { CorruptionChoice } from './corruptions/choice.ts';
import type { ModelInputTarget, Size } from './decode.ts';

/** An untrusted image: the path of a file, or the bytes of one. */
export type ImageSource = { readonly path: string } | { readonly bytes: Uint8Array };

export type ImagingWork =
  | { readonly kind: 'inspectImage' }
  | { readonly kind: 'modelInput'; readonly target: ModelInputTarget }
  | { readonly kind: 'corruptedInputs'; readonly target: ModelInputTarget; readonly choice: CorruptionChoice }
  | { readonly kind: 'trainingInput'; readonly size: Size }
  | { readonly kind: 'thumbnail' }
  | { readonly kind: 'photograph' };

/** One image at a time: a child gets the next request only after its answer to the last. */
export interface ImagingRequest {
  readonly source: ImageSource;
  readonly work: ImagingWork;
}

/** What a child says. The decoder does not rely on it: a child that has met a hostile image may say anything. */
export type ImagingReply =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly result: unknown }
  | { readonly type: 'refused'; readonly error: WireError }
  | { readonly type: 'tooMuchMemory' };

export interface ImagingProcess {
  /** Undefined where the process could not be started. */
  readonly pid: number | undefined;
  send(request: ImagingRequest): void;
  /** Ends the process at once, whatever it is doing, even where it is stopped. */
  kill(): void;
}

export interface ImagingProcessListener {
  onReply(reply: unknown): void;
  /** Called once, also where the process never started. `reason` is for logs: exit status and last words. */
  onExit(reason: string): void;
}

/** Starts the imaging process (its entry is hosts/worker/imaging.ts) in the way of the host. */
export type ImagingLauncher = (listener: ImagingProcessListener) => ImagingProcess;
