import { listed } from '../../../../shared/kernel/listed.ts';
import { failedModels } from '../../../../shared/contract/auditChecks.ts';
import type { Recommendation } from '../../../../shared/contract/auditFindings.ts';
import { isPrimary, presentClasses, type Comparison } from '../../../../shared/contract/auditRows.ts';
import { differ, preferenceAmong, toldApart, type Preference } from './preference.ts';
import {
  comparisonEvidence,
  comparisonOf,
  worstCaseFigures,
  type ModelFigure,
  type RecommendationSource,
} from './source.ts';
import { balancedAccuracyAt, capitalised, differenceInWords, eachInWords, inWords, where } from './wording.ts';

/** For unperturbed images and each epsilon: the model with the highest balanced accuracy, if the sample sets it apart. */
export function preferOverall(source: RecommendationSource): Recommendation[] {
  return [0, ...source.epsilons].flatMap((epsilon) => {
    const preference = overallPreference(source, epsilon);
    return preference ? [inFull(source, epsilon, preference)] : [];
  });
}

/** Null where fewer than two models with no failed check have the figure. */
export function overallPreference(source: RecommendationSource, epsilon: number): Preference | null {
  const failed = failedModels(source);
  const models = source.models.filter(({ id }) => !failed.has(id));
  const figures = worstCaseFigures(
    source,
    models.map(({ id }) => id),
    epsilon,
    'balancedAccuracy',
  );
  const guessing = 1 / presentClasses(source.sample).length;
  return preferenceAmong(
    figures,
    (modelId) => models.find(({ id }) => id === modelId)?.recipe ?? '',
    ({ low }) => low > guessing,
    (best, other) => setApart(source, epsilon, best, other),
  );
}

/** By the paired comparison where there is one. */
function setApart(source: RecommendationSource, epsilon: number, best: ModelFigure, other: ModelFigure): boolean {
  const comparison = comparisonOf(source, best.modelId, other.modelId, epsilon);
  return comparison ? toldApart(comparison) : differ(best.figure, other.figure);
}

function inFull(source: RecommendationSource, epsilon: number, preference: Preference): Recommendation {
  if (preference.kind === 'none') {
    const { modelId, figure, evidence } = preference.best;
    const text =
      `${capitalised(where(epsilon))}, prefer none. Even the best, ${modelId}, cannot be told from a model that gives ` +
      `every image the same answer: ${balancedAccuracyAt(epsilon)} ${inWords(figure)}.`;
    return { kind: 'prefer-model', text: text + leftOut(source), evidence: [evidence] };
  }
  const { kind, lower } = preference;
  const comparisons = comparisonsBehind(source, epsilon, preference);
  const shown = [...(kind === 'one' ? [preference.best] : preference.tied), ...lower];
  const figures = `${capitalised(balancedAccuracyAt(epsilon))}: ${eachInWords(shown)}.`;
  return {
    kind: 'prefer-model',
    text: `${adviceInWords(epsilon, preference)} ${figures}${differences(source, comparisons)}${leftOut(source)}`,
    evidence: [
      ...shown.map(({ evidence }) => evidence),
      ...comparisons.map((comparison) => comparisonEvidence(comparison)),
    ],
  };
}

/** Of the best model with the next one, or with all that it is tied with; and that which was fixed beforehand. */
function comparisonsBehind(
  source: RecommendationSource,
  epsilon: number,
  preference: Exclude<Preference, { kind: 'none' }>,
): Comparison[] {
  const [best, ...compared] =
    preference.kind === 'one' ? [preference.best, ...preference.lower.slice(0, 1)] : preference.tied;
  const behind = compared.flatMap(({ modelId }) =>
    best ? (comparisonOf(source, best.modelId, modelId, epsilon) ?? []) : [],
  );
  const primary = source.findings.comparisons.filter((one) => one.epsilon === epsilon && isPrimary(source, one));
  return [...new Set([...behind, ...primary])];
}

function adviceInWords(epsilon: number, preference: Exclude<Preference, { kind: 'none' }>): string {
  const at = capitalised(where(epsilon));
  if (preference.kind === 'one') return `${at}, prefer ${preference.best.modelId}.`;
  const { tied, simplest } = preference;
  return (
    `${at}, prefer ${simplest.modelId}, the simplest recipe of those that this sample cannot tell apart: ` +
    `${listed(tied.map(({ modelId }) => modelId))}.`
  );
}

const differences = (source: RecommendationSource, comparisons: readonly Comparison[]): string =>
  comparisons.length === 0
    ? ''
    : ` On the same images: ${comparisons.map((each) => differenceInWords(source, each)).join('; ')}.`;

function leftOut(source: RecommendationSource): string {
  const failed = source.models.map(({ id }) => id).filter((id) => failedModels(source).has(id));
  return failed.length === 0 ? '' : ` Not considered, since a sanity check failed: ${listed(failed)}.`;
}
