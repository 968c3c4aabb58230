import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { LesionImage, WeightedImage } from '../../../../src/main/engine/metrics/index.ts';
import type { ClassIndex } from '../../../../src/shared/domain/diagnosis.ts';

/** A labelled image, its hash a function of its id. */
export const image = (imageId: string, lesionId: string | null, label: ClassIndex | null): LesionImage => ({
  imageId,
  imageSha256: createHash('sha256').update(imageId).digest('hex'),
  lesionId,
  label,
});

export const unweighted = (images: readonly LesionImage[]): readonly WeightedImage[] =>
  images.map((one) => ({ ...one, weight: 1 }));

/** `lesions` lesions of a class with `imagesEach` images each. */
export const lesionsOf = (label: ClassIndex, lesions: number, imagesEach = 1): readonly LesionImage[] =>
  Array.from({ length: lesions * imagesEach }, (_, i) => {
    const lesion = Math.floor(i / imagesEach);
    return image(`image-${label}-${i}`, `lesion-${label}-${lesion}`, label);
  });

const classIndex = fc.constantFrom<ClassIndex[]>(0, 1, 2, 3, 4, 5, 6);

/** Up to 120 images of up to 40 lesions, each lesion of one class; some unlabelled, some without a lesion id. */
export const someCases: fc.Arbitrary<readonly LesionImage[]> = fc
  .tuple(
    fc.array(fc.option(classIndex, { freq: 8 }), { minLength: 40, maxLength: 40 }),
    fc.array(fc.option(fc.nat(39), { freq: 5 }), { minLength: 1, maxLength: 120 }),
  )
  .map(([labels, lesions]) =>
    lesions.map((lesion, i) =>
      image(`image-${i}`, lesion === null ? null : `lesion-${lesion}`, labels[lesion ?? i % 40] ?? null),
    ),
  );
