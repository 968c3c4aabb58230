/** Which corruptions are asked for, and what is answered: known on both sides of the imaging process. */
import { CORRUPTIONS, SEVERITIES, type Corruption, type Severity } from '../../../shared/domain/corruption.ts';

export interface CorruptionChoice {
  readonly seed: number;
  /** SHA-256 of the image file, hexadecimal: what chance decides depends on it and the seed, and on no other image. */
  readonly imageSha256: string;
  /** All of them unless given; their order plays no part. */
  readonly only?: readonly Corruption[];
}

export interface CorruptedInput {
  readonly corruption: Corruption;
  readonly severity: Severity;
  /** `height * width * 3` bytes: 8-bit sRGB, row-major. */
  readonly pixels: Uint8Array;
}

/** What the imaging process answers, and in which order: by corruption, then by severity. */
export const corruptionsOf = (only: readonly Corruption[] = CORRUPTIONS) =>
  CORRUPTIONS.filter((corruption) => only.includes(corruption)).flatMap((corruption) =>
    SEVERITIES.map((severity) => ({ corruption, severity })),
  );
