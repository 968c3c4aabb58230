import { badInput, failed, type EpsiloscopeError } from '../../shared/kernel/errors.ts';

/** Why one image is refused. The codes are stable: stored results, logs and tests name them. */
export type ImageRefusalCode =
  | 'IMAGE_UNREADABLE'
  | 'IMAGE_NOT_A_FILE'
  | 'IMAGE_EMPTY'
  | 'IMAGE_TOO_LARGE'
  | 'IMAGE_NOT_AN_IMAGE'
  | 'IMAGE_FORMAT_NOT_ACCEPTED'
  | 'IMAGE_SEVERAL_PAGES'
  | 'IMAGE_TOO_MANY_PIXELS'
  | 'IMAGE_TOO_SMALL'
  | 'IMAGE_SIDE_TOO_LONG'
  | 'IMAGE_TRUNCATED'
  | 'IMAGE_DAMAGED'
  | 'IMAGE_TIMED_OUT'
  | 'IMAGE_TOO_MUCH_MEMORY'
  | 'IMAGE_DECODER_CRASHED';

const KEPT = 'The file is untouched, and all other images go on.';

/**
 * The refusal of one image. `happened` and `toDo` are sentences for a person; they name no file, since a file name may
 * be patient data: the caller, who knows where the error goes, adds it.
 */
export function refuseImage(
  code: ImageRefusalCode,
  happened: string,
  toDo: string,
  options?: ErrorOptions,
): EpsiloscopeError {
  return badInput(code, { happened, kept: KEPT, toDo }, options);
}

export const truncated = (format: string, options?: ErrorOptions) =>
  refuseImage(
    'IMAGE_TRUNCATED',
    `The ${format} image is cut short: part of its pixels is missing.`,
    'Copy the file again from where it came, and import it again.',
    options,
  );

export const damaged = (format: string, options?: ErrorOptions) =>
  refuseImage(
    'IMAGE_DAMAGED',
    `The ${format} image is damaged or incomplete: it cannot be decoded without errors.`,
    'Copy the file again from where it came, or save it again with an image program, and import it again.',
    options,
  );

export const formatNotAccepted = (what: string) =>
  refuseImage(
    'IMAGE_FORMAT_NOT_ACCEPTED',
    `This is ${what}, which is not accepted.`,
    'Save the image as JPEG, PNG, TIFF, WebP or 24-bit BMP, and import that file.',
  );

export const severalPages = (what: string) =>
  refuseImage(
    'IMAGE_SEVERAL_PAGES',
    `This is ${what}: nothing says which of its pictures shows the lesion.`,
    'Save the one picture that is meant as a file of its own, and import that.',
  );

/** No image is at fault: the decoding child itself does not start (its last words are the cause). */
export const decoderNotStarted = (lastWords: string) =>
  failed(
    'IMAGE_DECODER_NOT_STARTED',
    {
      happened: 'The process that decodes images does not start, so that no image can be read.',
      kept: 'Everything that was stored before.',
      toDo: 'Install again with "npm ci", and run "epsiloscope doctor".',
    },
    { cause: new Error(lastWords) },
  );
