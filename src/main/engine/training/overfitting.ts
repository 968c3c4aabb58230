/** Accuracy on the same training images under two attacks at the end of an epoch, in [0, 1]. */
export interface WatchedAccuracy {
  readonly pgdTrainAccuracy: number;
  readonly fgsmTrainAccuracy: number;
}

/** A fall of PGD accuracy by more than this within two epochs is no noise: the watched images are over a hundred. */
const COLLAPSE = 0.2;

/**
 * Catastrophic overfitting (Wong 2020, arXiv 2001.03994, section 5.4): within two epochs the network stops resisting PGD on
 * its own training images, while it resists the single step that it learns from as well as ever.
 *
 * @param earlier PGD accuracy on the watched images at the ends of the epochs before this one
 */
export function overfitsCatastrophically(
  earlier: readonly number[],
  { pgdTrainAccuracy, fgsmTrainAccuracy }: WatchedAccuracy,
): boolean {
  const before = Math.max(0, ...earlier.slice(-2));
  return before - pgdTrainAccuracy > COLLAPSE && fgsmTrainAccuracy > before;
}
