import type { Figure } from '../../../shared/contract/modelCard.ts';
import type { WeightedImage } from './cohort.ts';
import { figure } from './figures.ts';
import { effectiveLesions, wilsonInterval } from './intervals.ts';
import { strataOf } from './lesions.ts';

/** The distribution of one number per image that some images do not have. */
export interface BoundDistribution {
  readonly n: number;
  /** Null where more than half of the images have none. */
  readonly median: Figure | null;
  /** Share of images with a number at or below `limit`, with Wilson's interval. */
  readonly shareUpTo: (limit: number) => Figure;
  /** Images without a number, counted, not weighted. */
  readonly none: number;
}

/**
 * The distribution of `bounds` in [0, 1], one per image, null for none; labelled or not, every image counts. The
 * interval of the median is Woodruff's (1952): the quantiles at the ends of the interval of a share of one half, on the
 * effective number of lesions; its upper end is 1 where the images that it would need have no bound. Null for no image.
 */
export function boundDistribution(
  images: readonly WeightedImage[],
  bounds: readonly (number | null)[],
): BoundDistribution | null {
  if (images.length === 0) return null;
  const lesions = strataOf(images).flatMap((stratum) => stratum.lesions);
  const weightOf = (image: number) => images[image]?.weight ?? 0;
  const effective = effectiveLesions(
    lesions.map((lesion) => lesion.images.reduce((sum, image) => sum + weightOf(image), 0)),
  );
  // In order of content, so that no sum depends on the order of the list.
  const sorted = lesions
    .flatMap((lesion) => lesion.images)
    .map((image) => ({ bound: bounds[image] ?? null, weight: weightOf(image) }))
    .sort((a, b) => (a.bound ?? Infinity) - (b.bound ?? Infinity) || 0);
  const weight = sorted.reduce((sum, one) => sum + one.weight, 0);
  const quantile = (share: number): number | null => {
    let below = 0;
    for (const one of sorted) {
      below += one.weight;
      if (below >= share * weight) return one.bound;
    }
    return null;
  };
  const half = wilsonInterval(0.5, effective);
  const value = quantile(0.5);
  return {
    n: images.length,
    median:
      value === null
        ? null
        : figure({ value, low: quantile(half.low) ?? 0, high: quantile(half.high) ?? 1 }, images.length, 0),
    shareUpTo: (limit) => {
      const reached = sorted.reduce(
        (sum, one) => (one.bound !== null && one.bound <= limit ? sum + one.weight : sum),
        0,
      );
      const share = reached / weight;
      return figure({ value: share, ...wilsonInterval(share, effective) }, images.length, 0);
    },
    none: sorted.filter(({ bound }) => bound === null).length,
  };
}
