import type { Comparison } from '../../../../shared/contract/auditRows.ts';
import type { Figure } from '../../../../shared/contract/modelCard.ts';
import type { ModelFigure } from './source.ts';

/** From the simplest recipe to the most elaborate; one not listed counts as the most elaborate. */
const SIMPLICITY: readonly string[] = ['standard', 'fgsm', 'pgd', 'mixed'];

/** Which model to prefer by one figure of each. */
export type Preference =
  /** Even the best one does not reach what would make a preference worth having. */
  | { readonly kind: 'none'; readonly best: ModelFigure }
  /** One is set apart from all others; `lower`: the others, best first. */
  | { readonly kind: 'one'; readonly best: ModelFigure; readonly lower: readonly ModelFigure[] }
  /** The best one cannot be told apart from others; of these the simplest recipe. */
  | {
      readonly kind: 'tie';
      readonly tied: readonly ModelFigure[];
      readonly simplest: ModelFigure;
      readonly lower: readonly ModelFigure[];
    };

/**
 * Prefers the best model where the sample sets it apart from the others, else the simplest recipe among those that it
 * cannot be told apart from.
 *
 * @param figures of at least two models, each of which may be preferred
 * @param worthwhile whether a figure is good enough for its model to be preferred at all
 * @param apart whether the sample tells the two models apart
 */
export function preferenceAmong(
  figures: readonly ModelFigure[],
  recipeOf: (modelId: string) => string,
  worthwhile: (figure: Figure) => boolean,
  apart: (best: ModelFigure, other: ModelFigure) => boolean,
): Preference | null {
  const [best, ...others] = figures.toSorted((one, other) => other.figure.value - one.figure.value);
  if (!best || others.length === 0) return null;
  if (!worthwhile(best.figure)) return { kind: 'none', best };
  const tied = [best, ...others.filter((other) => !apart(best, other))];
  const lower = others.filter((other) => !tied.includes(other));
  if (tied.length === 1) return { kind: 'one', best, lower };
  const rank = ({ modelId }: ModelFigure) => {
    const at = SIMPLICITY.indexOf(recipeOf(modelId));
    return at < 0 ? SIMPLICITY.length : at;
  };
  const simplest = tied.reduce((one, other) => (rank(other) < rank(one) ? other : one));
  return { kind: 'tie', tied, simplest, lower };
}

/** A pair that was not fixed beforehand is told apart below this p, adjusted over all such pairs (Holm 1979). */
const SIGNIFICANT = 0.05;

/** Whether a paired comparison tells its models apart: that fixed beforehand by its interval, all others by their adjusted p. */
export const toldApart = ({ difference, pHolm }: Comparison): boolean =>
  pHolm === null ? difference.low > 0 || difference.high < 0 : pHolm < SIGNIFICANT;

/**
 * Whether two figures differ, where no paired comparison was made: the interval of their difference, joined from theirs
 * (Newcombe 1998, method 10; MOVER), leaves out zero. Cautious on figures of the same images, which go up and down together.
 */
export function differ(one: Figure, other: Figure): boolean {
  const [higher, lower] = one.value >= other.value ? [one, other] : [other, one];
  return higher.value - lower.value > Math.hypot(higher.value - higher.low, lower.high - lower.value);
}

/** The model that a preference comes down to; null: none. */
export function preferredModel(preference: Preference | null): string | null {
  if (preference === null || preference.kind === 'none') return null;
  return preference.kind === 'one' ? preference.best.modelId : preference.simplest.modelId;
}
