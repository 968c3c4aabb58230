import { markedName } from '../../../../shared/contract/auditChecks.ts';
import { isPrimary, type Comparison } from '../../../../shared/contract/auditRows.ts';
import type { Figure } from '../../../../shared/contract/modelCard.ts';
import { formatEpsilon } from '../../../../shared/domain/epsilon.ts';
import { toldApart } from './preference.ts';
import type { ModelFigure, RecommendationSource } from './source.ts';

const percent = (share: number): string => (100 * share).toFixed(1);

const interval = ({ value, low, high }: Figure): string => `${percent(value)} % [${percent(low)}, ${percent(high)}]`;

/** `52.1 % [45.0, 59.2] (n = 142)`. */
export const inWords = (figure: Figure): string => `${interval(figure)} (n = ${figure.n})`;

/** `pgd 52.1 % [45.0, 59.2], fgsm 40.1 % [33.1, 47.6] (n = 142 each)`. */
export function eachInWords(figures: readonly ModelFigure[]): string {
  const [first] = figures;
  const shared = figures.length > 1 && figures.every(({ figure }) => figure.n === first?.figure.n);
  if (!first || !shared) return figures.map(({ name, figure }) => `${name} ${inWords(figure)}`).join(', ');
  const values = figures.map(({ name, figure }) => `${name} ${interval(figure)}`);
  return `${values.join(', ')} (n = ${first.figure.n} each)`;
}

const points = (share: number): string => `${share > 0 ? '+' : ''}${percent(share === 0 ? 0 : share)}`;

/**
 * `pgd minus standard +12.0 points [+8.1, +16.0] (n = 1276; exploratory)`: whether that was the question asked beforehand,
 * and where the interval leaves out zero, but the p adjusted over all comparisons is no proof.
 */
export function differenceInWords(source: RecommendationSource, comparison: Comparison): string {
  const { first, second, difference } = comparison;
  const { value, low, high, n } = difference;
  const byChance = (low > 0 || high < 0) && !toldApart(comparison) ? ', may be chance among so many comparisons' : '';
  const kind = isPrimary(source, comparison) ? 'the comparison fixed beforehand' : `exploratory${byChance}`;
  const models = `${markedName(source, first)} minus ${markedName(source, second)}`;
  return `${models} ${points(value)} points [${points(low)}, ${points(high)}] (n = ${n}; ${kind})`;
}

/** `on unperturbed images`, `at 4/255`. */
export const where = (epsilon: number): string =>
  epsilon === 0 ? 'on unperturbed images' : `at ${formatEpsilon(epsilon)}`;

/** `balanced accuracy`; at an epsilon above zero that under the worst case of all attacks tried. */
export const balancedAccuracyAt = (epsilon: number): string =>
  `balanced accuracy${epsilon === 0 ? '' : ' in the worst case of all attacks tried'}`;

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
