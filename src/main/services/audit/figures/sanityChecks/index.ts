import type { AuditResult } from '../../../../../shared/contract/audit.ts';
import { CHECK_IDS, type SanityCheck } from '../../../../../shared/contract/auditFindings.ts';
import { formatEpsilon } from '../../../../../shared/domain/epsilon.ts';
import type { FigureSource } from '../source.ts';
import { checkSampleOf, type CheckSample } from './checkSample.ts';
import { CHECKS } from './checks.ts';
import { evidenceOf, FEWEST_IMAGES } from './measurement.ts';

/** All ten checks of every model, those that were not run among them: silence is no pass. */
export const sanityChecksOf = (source: FigureSource): SanityCheck[] =>
  source.models.flatMap((_, model) => {
    const sample = checkSampleOf(source, model);
    return CHECK_IDS.map((check) => run(sample, check));
  });

/**
 * What the checks of a model say of its robust figures: FAIL if any does, else PASS only if every one that was run
 * passed; and how many were run, without which a pass says little.
 */
export function checksOfModel(
  checks: readonly SanityCheck[],
  modelId: string,
): Pick<AuditResult, 'checks' | 'checksRun'> {
  const statuses = checks.filter((one) => one.modelId === modelId).map(({ status }) => status);
  const worstFirst = ['FAIL', 'NOT INFORMATIVE', 'PASS'] as const;
  return {
    checks: worstFirst.find((status) => statuses.includes(status)) ?? 'NOT RUN',
    checksRun: statuses.filter((status) => status !== 'NOT RUN').length,
  };
}

function run(sample: CheckSample, check: SanityCheck['check']): SanityCheck {
  const common = { modelId: sample.modelId, check };
  const nothing = { status: 'NOT RUN' as const, evidence: [] };
  if (sample.images.length === 0)
    return { ...common, ...nothing, reason: 'On no image was anything run for the checks.' };
  const measured = CHECKS[check](sample);
  if (typeof measured === 'string') return { ...common, ...nothing, reason: measured };
  const evidence = measured.map(evidenceOf);
  const status = (['FAIL', 'PASS'] as const).find((one) => evidence.some((row) => row.status === one));
  return { ...common, status: status ?? 'NOT INFORMATIVE', reason: reasonOf(evidence), evidence };
}

function reasonOf(evidence: SanityCheck['evidence']): string {
  const failed = evidence.filter(({ status }) => status === 'FAIL');
  if (failed.length > 0) return failed.map(inWords).join(' ');
  if (evidence.some(({ status }) => status === 'PASS')) return '';
  const n = Math.min(...evidence.map((row) => row.n));
  return n < FEWEST_IMAGES
    ? `The check sample has ${n} labelled images; a pass needs ${FEWEST_IMAGES}.`
    : 'At no epsilon of the audit do the accuracies compared leave room to tell.';
}

const inWords = ({ what, epsilon, value, limit, n }: SanityCheck['evidence'][number]): string => {
  const at = epsilon === null ? '' : ` at ${formatEpsilon(epsilon)}`;
  return `${what[0]?.toUpperCase() ?? ''}${what.slice(1)}${at}: ${Number(value.toFixed(4))} (n = ${n}; limit: ${limit}).`;
};
