import type { AuditContent } from '../../../../shared/contract/audit.ts';
import type { Findings } from '../../../../shared/contract/auditFindings.ts';
import { isPrimary, PRIMARY_EPSILON, primaryPair } from '../../../../shared/contract/auditRows.ts';
import { formatEpsilon } from '../../../../shared/domain/epsilon.ts';
import { compareBalancedAccuracy, holmAdjusted, mcNemar } from '../../../engine/metrics/index.ts';
import { worstCaseAt } from './results.ts';
import { cleanRight, headlineAttacks, normOf, partWhere, perCase, type FigureSource, type Part } from './source.ts';

/**
 * `pgd` minus `standard`, balanced accuracy at 4/255 under the worst case on file: that of the ensemble, or where none
 * was run that of the headline attacks. Null where one of the parts is missing, and in L2, of which 4/255 was not meant.
 */
export function primaryComparison(source: FigureSource, whole: Part): AuditContent['primaryComparison'] {
  const pair = primaryPair(source);
  const headline = headlineAttacks(source);
  const complete = normOf(source) === 'linf' && headline.includes('pgd') && source.epsilons.includes(PRIMARY_EPSILON);
  if (pair === null || !complete) return null;
  const [first, second] = pair;
  const placeOf = (modelId: string) => source.models.findIndex(({ id }) => id === modelId);
  const [robust, standard] = [placeOf(first), placeOf(second)];
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
  const attacks = ensemble ? attacksInWords(source) : headline.join(', ');
  return {
    what: `Balanced accuracy of ${first} minus ${second} under the worst case per image of ${attacks} at ${formatEpsilon(PRIMARY_EPSILON)}.`,
    difference: comparison.difference,
    method: comparison.method,
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

type Comparison = Findings['comparisons'][number];
type Unadjusted = Omit<Comparison, 'pHolm' | 'mcNemar'> & { readonly mcNemar: Omit<Comparison['mcNemar'], 'pHolm'> };

/**
 * Every pair of models, clean and under the worst case at each epsilon. Exploratory but for the one that was fixed
 * beforehand; the p-values of these are adjusted over all of them, those of McNemar's test among themselves.
 */
export function comparisonsOf(source: FigureSource, whole: Part): Comparison[] {
  const compared = pairsOf(source).flatMap(([first, second]) => comparePair(source, whole, first, second));
  const exploratory = compared.filter((one) => !isPrimary(source, one));
  const adjusted = (pOf: (one: Unadjusted) => number) => {
    const values = holmAdjusted(exploratory.map(pOf));
    return new Map(exploratory.map((one, at) => [one, values[at] ?? 1]));
  };
  const [ofDifferences, ofMcNemar] = [adjusted(({ p }) => p), adjusted(({ mcNemar: { p } }) => p)];
  return compared.map((one) => ({
    ...one,
    pHolm: ofDifferences.get(one) ?? null,
    mcNemar: { ...one.mcNemar, pHolm: ofMcNemar.get(one) ?? null },
  }));
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
    const { difference, p } = comparison;
    const { n, onlyFirst, onlySecond, p: pOfMcNemar } = mcNemar(cohort, rightFirst, rightSecond);
    const counts = { n, firstOnly: onlyFirst, secondOnly: onlySecond, p: pOfMcNemar };
    return [{ ...ids, attack, epsilon, difference, p, mcNemar: counts }];
  });
}
