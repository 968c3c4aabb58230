import type { ClassIndex } from '../../../shared/domain/diagnosis.ts';

/** What the metrics know of an image: what it shows and which lesion it was taken of. */
export interface LesionImage {
  readonly imageId: string;
  readonly imageSha256: string;
  /** Null where unknown: the image then counts as a lesion of its own. */
  readonly lesionId: string | null;
  /** Null where the image is unlabelled. */
  readonly label: ClassIndex | null;
}

/** The images of one lesion within one class, as positions in the list they came in, ordered by content. */
export interface Lesion {
  /** SHA-256 of the lesion's first image: names it whatever its id and place in the list. */
  readonly key: string;
  readonly images: readonly [number, ...number[]];
}

/** The lesions of one class (`null`: of the unlabelled images), ordered by key. */
export interface Stratum {
  readonly label: ClassIndex | null;
  readonly lesions: readonly Lesion[];
}

/** Ascending by code unit, the same on every host (no locale). */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Groups images by class and, within it, by lesion, the sampling unit. The result does not depend on the order of
 * the list but for the positions it holds: images are ordered by SHA-256, byte-identical ones by id. Classes come in
 * class order, the unlabelled last. A lesion whose images carry two labels counts once in each class.
 */
export function strataOf(images: readonly LesionImage[]): readonly Stratum[] {
  const strata = new Map<ClassIndex | null, Map<string, [number, ...number[]]>>();
  for (const { image, at } of inContentOrder(images)) {
    const lesions = strata.get(image.label) ?? new Map<string, [number, ...number[]]>();
    strata.set(image.label, lesions);
    const name = image.lesionId === null ? `image ${image.imageId}` : `lesion ${image.lesionId}`;
    const known = lesions.get(name);
    if (known === undefined) lesions.set(name, [at]);
    else known.push(at);
  }
  return [...strata]
    .sort(([a], [b]) => (a ?? Infinity) - (b ?? Infinity))
    .map(([label, lesions]) => ({
      label,
      lesions: [...lesions.values()].map((positions) => ({
        key: images[positions[0]]?.imageSha256 ?? '',
        images: positions,
      })),
    }));
}

const inContentOrder = (images: readonly LesionImage[]) =>
  images
    .map((image, at) => ({ image, at }))
    .sort(
      (a, b) => compareText(a.image.imageSha256, b.image.imageSha256) || compareText(a.image.imageId, b.image.imageId),
    );
