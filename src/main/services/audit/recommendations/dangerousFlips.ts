import type { Recommendation } from '../../../../shared/contract/auditFindings.ts';
import { headlineEpsilon } from '../../../../shared/contract/auditRows.ts';
import { formatEpsilon } from '../../../../shared/domain/epsilon.ts';
import { worstCaseFigures, type ModelFigure, type RecommendationSource } from './source.ts';
import { inWords } from './wording.ts';

/** Per model the malignant images whose verdict some attack turns benign, at the smallest epsilon and at the headline one. */
export function remainingDangerousFlips(source: RecommendationSource): Recommendation[] {
  const epsilon = headlineEpsilon(source);
  return source.models.flatMap(({ id }): Recommendation[] => {
    const [flips] = worstCaseFigures(source, [id], epsilon, 'dangerousFlips');
    if (!flips) return [];
    if (flips.figure.value === 0) return [noneTurned(flips, epsilon)];
    const smallest = Math.min(...source.epsilons);
    const [early] = smallest < epsilon ? worstCaseFigures(source, [id], smallest, 'dangerousFlips') : [];
    return [
      {
        kind: 'dangerous-flips',
        text:
          `Do not take a benign verdict of ${flips.name} at its word where an image may have been altered. Of the malignant ` +
          'images that it recognises as malignant, attacks turn ' +
          `${[...(early ? [turned(early, smallest)] : []), turned(flips, epsilon)].join(', and ')}.`,
        evidence: [...(early ? [early] : []), flips].map(({ evidence }) => evidence),
      },
    ];
  });
}

const turned = ({ figure }: ModelFigure, epsilon: number): string =>
  `${inWords(figure)} benign at ${formatEpsilon(epsilon)}`;

const noneTurned = ({ name, figure, evidence }: ModelFigure, epsilon: number): Recommendation => ({
  kind: 'dangerous-flips',
  text:
    `No attack tried turned a malignant verdict of ${name} benign up to ${formatEpsilon(epsilon)}: ` +
    `${inWords(figure)}. An attack that was not tried may.`,
  evidence: [evidence],
});
