import type { AuditContent } from '../../../../shared/contract/audit.ts';
import { recommend } from '../recommendations/index.ts';
import { certificatesOf } from './certificates.ts';
import { comparisonsOf, primaryComparison } from './comparisons.ts';
import { corruptionsOf } from './corruptions.ts';
import { minimalEpsilonsOf } from './minimalEpsilons.ts';
import { resultsOf } from './results.ts';
import { checksOfModel, sanityChecksOf } from './sanityChecks/index.ts';
import { scoresOf } from './scores.ts';
import { wholeOf, type FigureSource } from './source.ts';
import { transferOf } from './transfer.ts';

export type { FigureSource } from './source.ts';

/** The findings that are figures; recommendations are derived from these. */
type MeasuredFindings = Omit<AuditContent['findings'], 'recommendations'>;

/**
 * Everything that an audit says in figures, from its cases alone: so that whoever holds an audit.json can compute it
 * again, and `verify` does.
 *
 * @throws Error where the cases lack an entry for one of the models
 */
export function figuresOf(
  source: FigureSource,
): Pick<AuditContent, 'results' | 'primaryComparison'> & { findings: MeasuredFindings } {
  const whole = wholeOf(source);
  const sanityChecks = sanityChecksOf(source);
  return {
    results: source.models.flatMap(({ id }, model) => resultsOf(source, whole, model, checksOfModel(sanityChecks, id))),
    primaryComparison: primaryComparison(source, whole),
    findings: {
      sanityChecks,
      transfer: transferOf(source, whole),
      corruptions: corruptionsOf(source, whole),
      scores: scoresOf(source, whole),
      comparisons: comparisonsOf(source, whole),
      minimalEpsilons: minimalEpsilonsOf(source, whole),
      certificates: certificatesOf(source, whole),
    },
  };
}

/** The figures, and what is recommended by them. */
export function auditFigures(source: FigureSource): Pick<AuditContent, 'results' | 'primaryComparison' | 'findings'> {
  const figures = figuresOf(source);
  const { results, findings } = figures;
  return { ...figures, findings: { ...findings, recommendations: recommend({ ...source, results, findings }) } };
}
