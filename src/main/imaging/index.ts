/** What the rest of the program sees of imaging. Decoding itself (decode.ts) is imported by the imaging process only. */
export type { CorruptedInput, CorruptionChoice } from './corruptions/choice.ts';
export { createImageDecoder, type ImageDecoder, type ImageDecoderLimits } from './decoder.ts';
export { readImageFile } from './file.ts';
export type { ImageFacts, ModelInputTarget, Photograph, Size } from './decode.ts';
export type { ImageSource, ImagingLauncher, ImagingProcess } from './protocol.ts';
