/** Why a row of the CSV, or the image it names, was not taken. Codes of images come from the decoder (`IMAGE_...`). */
export interface Refusal {
  /** As a spreadsheet counts: the header is row 1. */
  readonly row: number;
  /** What the CSV calls the image, made harmless to print. Patient data: for the person, not for a log. */
  readonly imageId: string;
  /** `ID_UNSAFE`, `DIAGNOSIS_UNKNOWN`, `FILE_MISSING`, `IMAGE_TRUNCATED`, ... */
  readonly code: string;
  /** A sentence for the person. */
  readonly reason: string;
}

const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;
const LONGEST_SHOWN = 80;

/** Text from a file as it may be printed on a terminal: bounded, its control and invisible characters spelled out. */
export const printable = (text: string): string =>
  text
    .slice(0, LONGEST_SHOWN)
    .replaceAll(INVISIBLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .concat(text.length > LONGEST_SHOWN ? '...' : '');

export const refusal = (row: number, imageId: string, code: string, reason: string): Refusal => ({
  row,
  imageId: printable(imageId),
  code,
  reason,
});
