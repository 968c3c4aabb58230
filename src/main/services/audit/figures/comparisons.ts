import type { AuditContent } from '../../../../shared/contract/audit.ts';
import type { Findings } from '../../../../shared/contract/auditFindings.ts';
import { PRIMARY_EPSILON } from '../../../../shared/contract/auditRows.ts';
import { formatEpsilon } from '../../../../shared/domain/epsilon.ts';
import { compareBalancedAccuracy, holmAdjusted, mcNemar } from '../../../engine/metrics/index.ts';
import { worstCaseAt } from './results.ts';
import { cleanRight, headlineAttacks, partWhere, perCase, type FigureSource, type Part } from './source.ts';

/**
 * `pgd` minus `standard`, balanced accuracy at 4/255 under the worst case on file: that of the ensemble, or where none
 * was run that of the headline attacks. Null where one of the parts is missing.
 */
export function primaryComparison(source: FigureSource, whole: Part): AuditContent['primaryComparison'] {
  const withRecipe = (recipe: string) => source.models.findIndex((model) => model.recipe === recipe);
  const [robust, standard] = [withRecipe('pgd'), withRecipe('standard')];
  const headline = headlineAttacks(source);
  const complete = robust >= 0 && standard >= 0 && headline.includes('pgd');
  if (!complete || !source.epsilons.includes(PRIMARY_EPSILON)) return null;
  const ensemble = worstCasePart(whole, [robust, standard]);
  const part = ensemble ?? whole;
  const right = (model: number) =>
    ensemble
      ? worstCaseRight(ensemble, model, PRIMARY_EPSILON)
      : perCase(whole, model, ({ attacked }) =>
          attacked.every(({ epsilon, success }) => epsilon !== PRIMARY_EPSILON || !success),
        );
  const comparison = compareBalancedAccuracy(part.cohort, right(robust), right(standard));
  if (!comparison) return null;
  const [first, second] = [source.models[robust]?.id ?? '', source.models[standard]?.id ?? ''];
  const attacks = ensemble ? attacksInWords(source) : headline.join(', ');
  return {
    what: `Balanced accuracy of ${first} minus ${second} under the worst case per image of ${attacks} at ${formatEpsilon(PRIMARY_EPSILON)}.`,
    ...comparison,
  };
}

/** The attacks that the worst case is the worst of; Square is slow, and may have run on a part of the images alone. */
function attacksInWords(source: FigureSource): string {
  const images = source.cases.filter(({ label }) => label !== null);
  const seen = images.filter(({ models }) => models.every(({ evidence }) => evidence.checks?.runs.square != null));
  const part = seen.length === images.length ? '' : ` (on ${seen.length} of ${images.length} images)`;
  return [...new Set([...headlineAttacks(source), ...source.ensemble])]
    .map((id) => (id === 'square' ? `square${part}` : id))
    .join(', ');
}

/** The cases that both models have a worst case of; null where there is none. */
function worstCasePart(whole: Part, models: readonly number[]): Part | null {
  const part = partWhere(whole, (one) => models.every((model) => one.models[model]?.evidence.worstCase != null));
  return part.cases.length === 0 ? null : part;
}

const worstCaseRight = (part: Part, model: number, epsilon: number): readonly boolean[] =>
  perCase(part, model, (entry) => worstCaseAt(entry, epsilon)?.success === false);

type Unadjusted = Omit<Findings['comparisons'][number], 'mcNemar'> & { readonly mcNemar: ReturnType<typeof mcNemar> };

/**
 * Every pair of models, clean and under the worst case at each epsilon. Exploratory but for the one that was fixed
 * beforehand; the p-values are adjusted over all of them.
 */
export function comparisonsOf(source: FigureSource, whole: Part): Findings['comparisons'] {
  const compared = pairsOf(source).flatMap(([first, second]) => comparePair(source, whole, first, second));
  const adjusted = holmAdjusted(compared.map((one) => one.mcNemar.p));
  return compared.map((one, at) => {
    const { n, onlyFirst, onlySecond, p } = one.mcNemar;
    return { ...one, mcNemar: { n, firstOnly: onlyFirst, secondOnly: onlySecond, p, pHolm: adjusted[at] ?? 1 } };
  });
}

/** Later models are compared with earlier ones, and all with the standard model, wherever it stands. */
function pairsOf({ models }: FigureSource): [number, number][] {
  const isStandard = (model: number) => models[model]?.recipe === 'standard';
  return models.flatMap((_, second) =>
    models.flatMap((__, first): [number, number][] => {
      if (first <= second) return [];
      return [isStandard(first) && !isStandard(second) ? [second, first] : [first, second]];
    }),
  );
}

function comparePair(source: FigureSource, whole: Part, first: number, second: number): Unadjusted[] {
  const ids = { first: source.models[first]?.id ?? '', second: source.models[second]?.id ?? '' };
  const worst = worstCasePart(whole, [first, second]);
  const rows = [
    { attack: 'clean' as const, epsilon: 0, part: whole, right: (model: number) => cleanRight(whole, model) },
    ...(worst === null ? [] : source.epsilons).map((epsilon) => ({
      attack: 'worst-case' as const,
      epsilon,
      part: worst ?? whole,
      right: (model: number) => worstCaseRight(worst ?? whole, model, epsilon),
    })),
  ];
  return rows.flatMap(({ attack, epsilon, part: { cohort }, right }) => {
    const [rightFirst, rightSecond] = [right(first), right(second)];
    const comparison = compareBalancedAccuracy(cohort, rightFirst, rightSecond);
    if (comparison === null) return [];
    const { difference } = comparison;
    return [{ ...ids, attack, epsilon, difference, mcNemar: mcNemar(cohort, rightFirst, rightSecond) }];
  });
}
