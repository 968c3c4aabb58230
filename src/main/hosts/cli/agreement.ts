import type { AuditContent } from '../../../shared/contract/audit.ts';
import { formatEpsilon } from '../../../shared/domain/epsilon.ts';
import type { AuditRun } from '../../services/audit/index.ts';
import {
  compareVerdicts,
  NEAR_TIE,
  SHARE_TO_AGREE,
  weighDifferences,
  type Agreement,
} from '../../services/reproduce/index.ts';

/**
 * Sets a run beside another audit; what differs is computed again, to tell by how little.
 *
 * @throws EpsiloscopeError as `compareVerdicts`
 */
export const agreementOf = (run: AuditRun, there: AuditContent): Promise<Agreement> =>
  weighDifferences(compareVerdicts(run.audit.content, there), ({ modelId, position, attack, epsilon, directed }) =>
    run.logitMargin(modelId, position, attack === 'clean' ? { attack } : { attack, epsilon, directed }),
  );

const SHARE = `${100 * SHARE_TO_AGREE} %`;
const TIE = `logit margin under ${NEAR_TIE}`;

/** For the person at the terminal: how many are equal, each that differs, what was left out, and the verdict. */
export function agreementInWords({ compared, differences, leftOut, share, agrees }: Agreement): string[] {
  const equal = compared - differences.length;
  return [
    `Compared: ${equal} of ${compared} verdicts are equal (${(100 * share).toFixed(2)} %).`,
    ...differences.map(({ imageId, modelId, attack, epsilon, directed, here, there, logitMargin, nearTie }) => {
      const towards = directed ? ' towards a benign verdict' : '';
      const input = attack === 'clean' ? 'clean' : `${attack} ${formatEpsilon(epsilon)}${towards}`;
      const margin = `logit margin ${logitMargin.toExponential(2)}${nearTie ? ', a near-tie' : ''}`;
      return `  ${imageId}, ${modelId}, ${input}: ${here} here, ${there} there; ${margin}`;
    }),
    ...(leftOut.length === 0
      ? []
      : [`NOT compared, since the two did not run it with the same parameters: ${leftOut.join(', ')}.`]),
    agrees
      ? `They agree: at least ${SHARE} are equal, and all others are near-ties (${TIE}).`
      : `They do NOT agree: an attack was left out, fewer than ${SHARE} are equal, or one that differs is no near-tie (${TIE}).`,
  ];
}
