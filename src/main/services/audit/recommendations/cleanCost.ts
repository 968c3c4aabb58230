import type { Recommendation } from '../../../../shared/contract/auditFindings.ts';
import type { Comparison } from '../../../../shared/contract/auditRows.ts';
import { differ } from './preference.ts';
import {
  comparisonEvidence,
  comparisonOf,
  worstCaseFigures,
  type ModelFigure,
  type RecommendationSource,
} from './source.ts';
import { differenceInWords, eachInWords } from './wording.ts';

/** What each defended model loses on unperturbed images against the standard one. */
export function cleanCosts(source: RecommendationSource): Recommendation[] {
  const standard = source.models.find(({ recipe }) => recipe === 'standard');
  if (!standard) return [];
  const defended = source.models.filter(({ recipe }) => recipe !== 'standard' && recipe !== 'imported');
  return defended.flatMap(({ id }) => cleanCost(source, id, standard.id));
}

function cleanCost(source: RecommendationSource, modelId: string, standardId: string): Recommendation[] {
  const comparison = comparisonOf(source, modelId, standardId, 0);
  const melanoma = worstCaseFigures(source, [modelId, standardId], 0, 'melanomaSensitivity');
  const parts = [
    ...(comparison ? [balancedAccuracyInWords(source, comparison)] : []),
    ...(melanoma.length === 2 ? [melanomaInWords(melanoma)] : []),
  ];
  if (parts.length === 0) return [];
  return [
    {
      kind: 'clean-cost',
      text: `The price of training ${modelId} against attacks, on unperturbed images. ${parts.join(' ')}`,
      evidence: [
        ...(comparison ? [comparisonEvidence(comparison)] : []),
        ...(melanoma.length === 2 ? melanoma.map(({ evidence }) => evidence) : []),
      ],
    },
  ];
}

function balancedAccuracyInWords(source: RecommendationSource, comparison: Comparison): string {
  const { low, high } = comparison.difference;
  const unclear = low <= 0 && high >= 0 ? ': this sample cannot tell them apart' : '';
  return `Balanced accuracy: ${differenceInWords(source, comparison)}${unclear}.`;
}

function melanomaInWords(figures: readonly ModelFigure[]): string {
  const [one, other] = figures;
  const unclear = one && other && !differ(one.figure, other.figure) ? ': this sample cannot tell them apart' : '';
  return `Melanomas called melanoma: ${eachInWords(figures)}${unclear}.`;
}
