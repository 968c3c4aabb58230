import type { Recommendation } from '../../../../shared/contract/auditFindings.ts';
import { formatEpsilon } from '../../../../shared/domain/epsilon.ts';
import { headlineEpsilon, worstCaseFigures, type ModelFigure, type RecommendationSource } from './source.ts';
import { inWords } from './wording.ts';

/** Per model the malignant images whose verdict some attack turns benign, at the headline epsilon and at the smallest. */
export function remainingDangerousFlips(source: RecommendationSource): Recommendation[] {
  const epsilon = headlineEpsilon(source);
  return source.models.flatMap(({ id }): Recommendation[] => {
    const [flips] = worstCaseFigures(source, [id], epsilon, 'dangerousFlips');
    if (!flips) return [];
    if (flips.figure.value === 0) return [noneTurned(flips, epsilon)];
    const smallest = Math.min(...source.epsilons);
    const [already] = smallest < epsilon ? worstCaseFigures(source, [id], smallest, 'dangerousFlips') : [];
    return [
      {
        kind: 'dangerous-flips',
        text:
          `Dangerous flips remain with ${id}: of the malignant images that it calls malignant when clean, attacks turn ` +
          `${inWords(flips.figure)} benign at ${formatEpsilon(epsilon)}` +
          `${already ? `, and ${inWords(already.figure)} at ${formatEpsilon(smallest)} already` : ''}.`,
        evidence: [flips, ...(already ? [already] : [])].map(({ evidence }) => evidence),
      },
    ];
  });
}

const noneTurned = ({ modelId, figure, evidence }: ModelFigure, epsilon: number): Recommendation => ({
  kind: 'dangerous-flips',
  text:
    `No attack tried turned a malignant verdict of ${modelId} benign up to ${formatEpsilon(epsilon)}: ` +
    `${inWords(figure)}. An attack that was not tried may.`,
  evidence: [evidence],
});
