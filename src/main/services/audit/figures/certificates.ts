import type { Findings } from '../../../../shared/contract/auditFindings.ts';
import { proportion } from '../../../engine/metrics/index.ts';
import { partWith, perCase, type FigureSource, type Part } from './source.ts';

/** Radii of the table in units of sigma; with 1,000 draws at alpha 0.001 none above 2.46 can be certified. */
const RADII_IN_SIGMA = [0, 0.5, 1, 1.5, 2];

/** How often each model's smoothed classifier abstains, and is certified to be right, where that was run. */
export const certificatesOf = (source: FigureSource, whole: Part): Findings['certificates'] => {
  const { models, smoothing } = source;
  if (smoothing === null) return [];
  const { sigma, draws } = smoothing;
  return models.flatMap(({ id: modelId }, model) => {
    const part = partWith(whole, model, 'certificate');
    const share = (hit: readonly boolean[]) => proportion(part.cohort, () => true, hit);
    const abstained = share(perCase(part, model, ({ evidence }) => evidence.certificate?.verdict === null));
    if (part.cases.length === 0 || abstained === null) return [];
    const certifiedAccuracy = RADII_IN_SIGMA.flatMap((inSigma) => {
      const radius = inSigma * sigma;
      const certified = perCase(part, model, ({ evidence: { certificate } }, { label }) => {
        return label !== null && certificate?.verdict === label && certificate.radius >= radius;
      });
      const figure = share(certified);
      return figure === null ? [] : [{ radius, figure }];
    });
    return [{ modelId, sigma, draws, n: part.cohort.n, abstained, certifiedAccuracy }];
  });
};
