import type { ClassIndex } from '../../../shared/domain/diagnosis.ts';
import { randomStream } from '../randomness.ts';
import { strataOf, type Lesion, type LesionImage } from './lesions.ts';

/** Draws of every bootstrap interval that is shown. */
export const BOOTSTRAP_DRAWS = 2000;

/** An image and the number of images it stands for: 1, unless it was drawn into a sample. */
export type WeightedImage = LesionImage & { readonly weight: number };

/** One class of a cohort. */
export interface CohortClass {
  readonly label: ClassIndex;
  readonly lesions: readonly Lesion[];
  /** Sum of the image weights of each lesion. */
  readonly lesionWeights: Float64Array;
  /** Sum over all lesions. */
  readonly weight: number;
  /** Images. */
  readonly n: number;
}

/** Images on which figures rest, grouped by class and lesion; unlabelled ones stand aside. */
export interface Cohort {
  readonly images: readonly WeightedImage[];
  /** The classes present, in class order. */
  readonly classes: readonly CohortClass[];
  /** Labelled images and the sum of their weights. */
  readonly n: number;
  readonly weight: number;
  readonly seed: number;
  readonly draws: number;
}

/**
 * Groups `images` for the figures. Every other argument that is "per image" follows the order of `images`; the
 * figures themselves do not depend on that order, to the last bit.
 */
export function createCohort(
  images: readonly WeightedImage[],
  { seed, draws = BOOTSTRAP_DRAWS }: { readonly seed: number; readonly draws?: number },
): Cohort {
  const classes = strataOf(images).flatMap(({ label, lesions }): CohortClass[] => {
    if (label === null) return [];
    const lesionWeights = sumByLesion(lesions, (image) => images[image]?.weight ?? 0);
    return [
      {
        label,
        lesions,
        lesionWeights,
        weight: total(lesionWeights),
        n: lesions.reduce((sum, lesion) => sum + lesion.images.length, 0),
      },
    ];
  });
  return {
    images,
    classes,
    n: classes.reduce((sum, one) => sum + one.n, 0),
    weight: classes.reduce((sum, one) => sum + one.weight, 0),
    seed,
    draws,
  };
}

/** Per lesion the sum of `valueOf` its images. */
export const sumByLesion = (lesions: readonly Lesion[], valueOf: (image: number) => number): Float64Array =>
  Float64Array.from(lesions, ({ images }) => images.reduce((sum, image) => sum + valueOf(image), 0));

export const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

/**
 * The bootstrap by lesion within a class: each call gives the next draw, as many lesions as the class has, with
 * replacement, as positions in `lesions` (one buffer, overwritten by the next call). The draws depend on the seed and
 * the class alone, so figures of two models on one cohort are paired draw by draw.
 */
export function lesionResampler(cohort: Cohort, { label, lesions }: CohortClass): () => Uint32Array {
  const stream = randomStream('bootstrap', cohort.seed, label);
  const drawn = new Uint32Array(lesions.length);
  return () => {
    for (let i = 0; i < drawn.length; i += 1) drawn[i] = stream.integer(lesions.length);
    return drawn;
  };
}
