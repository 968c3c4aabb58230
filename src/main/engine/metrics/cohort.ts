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

/** The bootstrap draws of one class. */
export interface ClassDraws {
  /** Draw after draw as many positions in `lesions` as the class has lesions. */
  readonly lesions: Uint32Array;
  /** Sum of the lesion weights of each draw. */
  readonly weights: Float64Array;
}

/** Every figure on a cohort rests on the same draws: they are made once. */
const made = new WeakMap<CohortClass, ClassDraws>();

/**
 * The bootstrap by lesion within a class (Efron 1979): in each draw as many lesions as the class has, with replacement.
 * The draws depend on the seed and the class alone, so figures of two models on one cohort are paired draw by draw.
 */
export function lesionDraws(cohort: Cohort, one: CohortClass): ClassDraws {
  const known = made.get(one);
  if (known) return known;
  const size = one.lesions.length;
  const stream = randomStream('bootstrap', cohort.seed, one.label);
  const lesions = new Uint32Array(cohort.draws * size);
  for (let at = 0; at < lesions.length; at += 1) lesions[at] = stream.integer(size);
  const weights = Float64Array.from({ length: cohort.draws }, (_, draw) => sumOfDraw(lesions, draw, one.lesionWeights));
  const draws = { lesions, weights };
  made.set(one, draws);
  return draws;
}

/** The sum of `values`, one per lesion, over the lesions of one draw. */
export function sumOfDraw(drawn: Uint32Array, draw: number, values: Float64Array): number {
  const end = (draw + 1) * values.length;
  let sum = 0;
  for (let at = draw * values.length; at < end; at += 1) sum += values[drawn[at] ?? 0] ?? 0;
  return sum;
}
