/**
 * What a failed sanity check puts on every number that rests on that model's robustness: the same mark and the same
 * sentence in recommendations, tables, CSV files and drawings. In words, never by colour alone.
 */
import type { Findings } from './auditFindings.ts';

/** The part of an audit that knows its sanity checks. */
export interface Checked {
  readonly findings: Pick<Findings, 'sanityChecks'>;
}

/** What stands beside the name of a model with a failed check. */
export const FAILED_MARK = 'check failed';

/** Models with a failed sanity check: none of their figures under attack can be relied on. */
export const failedModels = ({ findings }: Checked): ReadonlySet<string> =>
  new Set(findings.sanityChecks.flatMap(({ modelId, status }) => (status === 'FAIL' ? [modelId] : [])));

/** `pgd`; with a failed check `pgd (check failed)`. */
export const markedName = (audit: Checked, modelId: string): string =>
  failedModels(audit).has(modelId) ? `${modelId} (${FAILED_MARK})` : modelId;

/**
 * The warning over figures of some models, of all of the audit where none are named; null where no check of theirs failed.
 *
 * @param shown what to call a model
 */
export function caution(
  audit: Checked,
  modelIds: readonly string[] | null = null,
  shown: (id: string) => string = (id) => id,
): string | null {
  const failed = [...failedModels(audit)].filter((id) => modelIds === null || modelIds.includes(id));
  return failed.length === 0
    ? null
    : `A sanity check failed for ${failed.map(shown).join(', ')}: robustness figure not trustworthy, possible gradient masking.`;
}

/** Whether any check of any model ran: a basic budget has none. */
export const anyCheckRan = ({ findings }: Checked): boolean =>
  findings.sanityChecks.some(({ status }) => status !== 'NOT RUN');
