import { existsSync } from 'node:fs';
import { EpsiloscopeError, failed } from '../../../shared/kernel/errors.ts';
import type { Sha256 } from '../../../shared/kernel/ids.ts';

/** An image that could not be screened; the others were. */
export interface SkippedImage {
  readonly imageSha256: Sha256;
  /** Code of the error: `IMAGE_FILE_MISSING`, ... */
  readonly code: string;
  /** What happened, for a person. */
  readonly reason: string;
}

/** Errors of stored files, beside the refusals of decoding, which all are bad input. */
const OF_A_FILE: ReadonlySet<string> = new Set(['IMAGE_FILE_MISSING', 'IMAGE_FILE_DAMAGED']);

const isOfTheImage = (error: unknown): error is EpsiloscopeError =>
  error instanceof EpsiloscopeError &&
  (OF_A_FILE.has(error.code) || (error.kind === 'badInput' && error.code.startsWith('IMAGE_')));

/**
 * Why this image is skipped.
 *
 * @throws the error itself where it says nothing of this image; `DISK_FAILED` where the whole workspace is gone
 */
export function skipping(error: unknown, imageSha256: Sha256, workspaceFolder: string): SkippedImage {
  if (!isOfTheImage(error)) throw error;
  if (error.code === 'IMAGE_FILE_MISSING' && !existsSync(workspaceFolder)) throw workspaceGone(error);
  return { imageSha256, code: error.code, reason: error.explanation.happened };
}

const workspaceGone = (cause: unknown) =>
  failed(
    'DISK_FAILED',
    {
      happened: 'The folder of the workspace is gone, as when its disk is unplugged.',
      kept: 'Every verdict that was stored before, where the disk is.',
      toDo: 'Bring the disk back, open the workspace again, and start the search again: it goes on from there.',
    },
    { cause },
  );
