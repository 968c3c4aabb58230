/** What an image may cost. docs/decisions/0009-image-formats.md gives the reasons. */

/** Largest file that is read at all. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** Largest image that is decoded; cameras stay below it, the usual decompression bomb (64 M) does not. */
export const MAX_PIXELS = 50_000_000;

/** A lesion on fewer pixels than half a model input cannot be judged. */
export const MIN_SIDE = 32;

export const MAX_SIDE = 20_000;

/** Resident memory of one decoding child, measured by itself. */
export const MAX_CHILD_MEMORY_BYTES = 1.5 * 1024 * 1024 * 1024;

/** Time from the moment a ready child gets an image to its answer. */
export const MAX_MILLISECONDS_PER_IMAGE = 10_000;

/**
 * Time for all corruptions of an image, decoding included. They were measured to take 0.2 s of one processor for an input
 * side of 64, 1.3 s for 224 and 9.5 s for 512; the rest is for a busy machine.
 */
export const MAX_MILLISECONDS_PER_CORRUPTED_IMAGE = 60_000;

/** Time a child has to start and load libvips. */
export const MAX_MILLISECONDS_TO_START = 30_000;

/** A child is replaced after so many images: what one image did to it does not stay. */
export const IMAGES_PER_CHILD = 256;

export const MAX_CHILDREN = 2;

/** A photograph with more pixels is reduced to so many before it is shown: a page holds several, at 4 bytes a pixel. */
export const MAX_PHOTOGRAPH_PIXELS = 16_000_000;

/** PNG of that many pixels of noise, which no filter makes smaller: 3 bytes each, and a little more. */
export const MAX_PHOTOGRAPH_BYTES = 50 * 1024 * 1024;

/** Long side of a thumbnail in pixels. */
export const THUMBNAIL_SIDE = 256;

/** Far above any WebP of 256 x 256 pixels; a larger answer is not a thumbnail. */
export const MAX_THUMBNAIL_BYTES = 512 * 1024;
