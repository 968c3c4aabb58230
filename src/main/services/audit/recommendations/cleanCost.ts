import { markedName } from '../../../../shared/contract/auditChecks.ts';
import type { Recommendation } from '../../../../shared/contract/auditFindings.ts';
import type { Comparison } from '../../../../shared/contract/auditRows.ts';
import { differ, toldApart } from './preference.ts';
import {
  comparisonEvidence,
  comparisonOf,
  worstCaseFigures,
  type ModelFigure,
  type RecommendationSource,
} from './source.ts';
import { differenceInWords, eachInWords } from './wording.ts';

const NOT_TOLD_APART = ', not told apart by this sample';

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
      text: `What training ${markedName(source, modelId)} against attacks costs on unperturbed images. ${parts.join(' ')}`,
      evidence: [
        ...(comparison ? [comparisonEvidence(comparison)] : []),
        ...(melanoma.length === 2 ? melanoma.map(({ evidence }) => evidence) : []),
      ],
    },
  ];
}

const balancedAccuracyInWords = (source: RecommendationSource, comparison: Comparison): string =>
  `Balanced accuracy: ${differenceInWords(source, comparison)}${toldApart(comparison) ? '' : NOT_TOLD_APART}.`;

function melanomaInWords(figures: readonly ModelFigure[]): string {
  const [one, other] = figures;
  const unclear = one && other && !differ(one.figure, other.figure);
  return `Melanomas recognised: ${eachInWords(figures)}${unclear ? NOT_TOLD_APART : ''}.`;
}
