/** What the measured numbers of an audit advise: plain rules, worded by template, each with its evidence. */
import type { Recommendation } from '../../../../shared/contract/auditFindings.ts';
import { cleanCosts } from './cleanCost.ts';
import { remainingDangerousFlips } from './dangerousFlips.ts';
import { failedChecks } from './failedChecks.ts';
import { noPreference, unfitData } from './fitness.ts';
import { fragileClasses } from './fragileClasses.ts';
import { nextSteps } from './nextSteps.ts';
import { notTested } from './notTested.ts';
import { preferOverall } from './preferOverall.ts';
import { preferPerDiagnosis } from './preferPerDiagnosis.ts';
import type { RecommendationSource } from './source.ts';

export type { RecommendationSource } from './source.ts';

/**
 * The recommendations that follow from an audit's figures, in the order in which a clinician reads them. Data that
 * cannot bear any advice get one entry, which says why, after the warnings of failed checks; where only the comparison of
 * models cannot be trusted, no model is preferred and the rest is derived. A model with a failed check is never preferred.
 */
export function recommend(source: RecommendationSource): Recommendation[] {
  const unfit = unfitData(source);
  if (unfit !== null) {
    return [...failedChecks(source), statement(`No recommendation is derived from this sample: ${unfit}.`)];
  }
  const preferNone = noPreference(source);
  return [
    ...failedChecks(source),
    ...(preferNone === null
      ? [...preferOverall(source), ...preferPerDiagnosis(source)]
      : [statement(`No model is preferred to another: ${preferNone}.`)]),
    ...cleanCosts(source),
    ...fragileClasses(source),
    ...remainingDangerousFlips(source),
    ...notTested(source),
    ...nextSteps(source, preferNone === null),
  ];
}

const statement = (text: string): Recommendation => ({ kind: 'prefer-model', text, evidence: [] });
