import { listed } from '../../../../shared/kernel/listed.ts';
import type { Recommendation } from '../../../../shared/contract/auditFindings.ts';
import { headlineEpsilon } from '../../../../shared/contract/auditRows.ts';
import { DIAGNOSIS_NAMES } from '../../../../shared/domain/diagnosis.ts';
import { formatEpsilon } from '../../../../shared/domain/epsilon.ts';
import { countedClasses, FRAGILE_BELOW, worstCaseSensitivities, type RecommendationSource } from './source.ts';
import { capitalised, eachInWords } from './wording.ts';

/**
 * Diagnoses with lesions enough that a model loses in most of their images under the worst case: even the upper bound of
 * the sensitivity lies below one half. A failed check does not matter here: a better attack can only lower the figure.
 */
export function fragileClasses(source: RecommendationSource): Recommendation[] {
  const epsilon = headlineEpsilon(source);
  const models = source.models.map(({ id }) => id);
  return countedClasses(source).flatMap(({ diagnosis }) => {
    const figures = worstCaseSensitivities(source, models, epsilon, diagnosis);
    const fragile = figures.filter(({ figure }) => figure.high < FRAGILE_BELOW);
    if (fragile.length === 0) return [];
    const every = fragile.length === models.length && models.length > 1;
    const who = every ? 'every model audited' : listed(fragile.map(({ name }) => name));
    const title = DIAGNOSIS_NAMES[diagnosis];
    return [
      {
        kind: 'fragile-class',
        text:
          `${capitalised(title)}, with ${who}: attacks at ${formatEpsilon(epsilon)} leave fewer than half of its images ` +
          `recognised: ${eachInWords(fragile)}.`,
        evidence: fragile.map(({ evidence }) => evidence),
      },
    ];
  });
}
