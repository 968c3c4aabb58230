import { listed } from '../../../../shared/kernel/listed.ts';
import type { Recommendation, SanityCheck } from '../../../../shared/contract/auditFindings.ts';
import { checkRow } from '../../../../shared/contract/auditRows.ts';
import { CHECK_TITLES } from '../../../../shared/domain/check.ts';
import { formatEpsilon } from '../../../../shared/domain/epsilon.ts';
import type { RecommendationSource } from './source.ts';

/** Per model the checks that failed: its figures under attack may come from gradients that mislead the attacks. */
export function failedChecks({ models, findings }: RecommendationSource): Recommendation[] {
  return models.flatMap(({ id }): Recommendation[] => {
    const failed = findings.sanityChecks.filter(({ modelId, status }) => modelId === id && status === 'FAIL');
    if (failed.length === 0) return [];
    return [
      {
        kind: 'failed-check',
        text:
          `Do not rely on any figure of ${id} under attack: it may only look hard to attack (possible gradient masking). ` +
          `Failed: ${failed.map(inWords).join('; ')}. A stronger attack may find more than these found.`,
        evidence: failed.map((check) => ({
          row: checkRow(check),
          modelId: id,
          attack: 'check',
          epsilon: null,
          diagnosis: null,
          figure: null,
        })),
      },
    ];
  });
}

function inWords({ check, evidence }: SanityCheck): string {
  const epsilons = evidence.flatMap(({ status, epsilon }) => (status === 'FAIL' && epsilon !== null ? [epsilon] : []));
  const at = [...new Set(epsilons)].map(formatEpsilon);
  return `"${CHECK_TITLES[check]}"${at.length === 0 ? '' : ` at ${listed(at)}`}`;
}
