import type { AuditContent, AuditResult } from '../../../../shared/contract/audit.ts';
import type { Findings, Recommendation } from '../../../../shared/contract/auditFindings.ts';
import {
  comparisonRow,
  presentClasses,
  resultRow,
  sensitivityRow,
  type Comparison,
  type ResultColumn,
} from '../../../../shared/contract/auditRows.ts';
import { markedName } from '../../../../shared/contract/auditChecks.ts';
import type { Figure } from '../../../../shared/contract/modelCard.ts';
import type { Diagnosis } from '../../../../shared/domain/diagnosis.ts';

/** What recommendations are derived from: figures, and what they rest on. */
export type RecommendationSource = Pick<AuditContent, 'models' | 'budget' | 'attacks' | 'epsilons' | 'results'> & {
  readonly sample: Pick<AuditContent['sample'], 'perClass'>;
  readonly cases: readonly Pick<AuditContent['cases'][number], 'label' | 'lesionId'>[];
  readonly findings: Omit<Findings, 'recommendations'>;
};

export type Evidence = Recommendation['evidence'][number];

/** Upper bounds below this, fewer than half, mean that a diagnosis is lost under attack. */
export const FRAGILE_BELOW = 0.5;

/** A figure of one model, with the evidence that points to its row. */
export interface ModelFigure {
  readonly modelId: string;
  /** What a sentence calls the model: with a mark where a check of it failed. */
  readonly name: string;
  readonly figure: Figure;
  readonly evidence: Evidence;
}

/** The worst case at an epsilon; clean at 0. Null where the audit has no such row. */
const worstCase = ({ results }: RecommendationSource, modelId: string, epsilon: number): AuditResult | null =>
  results.find(
    (row) =>
      row.modelId === modelId && row.epsilon === epsilon && row.attack === (epsilon === 0 ? 'clean' : 'worst-case'),
  ) ?? null;

/** A headline figure of each of the models that have it. */
export const worstCaseFigures = (
  source: RecommendationSource,
  modelIds: readonly string[],
  epsilon: number,
  column: ResultColumn,
): ModelFigure[] =>
  modelIds.flatMap((modelId) => {
    const row = worstCase(source, modelId, epsilon);
    const figure = row?.[column] ?? null;
    return row && figure ? [figureOf(source, row, `${resultRow(row)}/${column}`, null, figure)] : [];
  });

/** Sensitivity for a diagnosis under the worst case, of each of the models that have it. */
export const worstCaseSensitivities = (
  source: RecommendationSource,
  modelIds: readonly string[],
  epsilon: number,
  diagnosis: Diagnosis,
): ModelFigure[] =>
  modelIds.flatMap((modelId) => {
    const row = worstCase(source, modelId, epsilon);
    const figure = row?.sensitivities[diagnosis] ?? null;
    return row && figure ? [figureOf(source, row, sensitivityRow(row, diagnosis), diagnosis, figure)] : [];
  });

const figureOf = (
  source: RecommendationSource,
  { modelId, attack, epsilon }: AuditResult,
  row: string,
  diagnosis: Diagnosis | null,
  figure: Figure,
): ModelFigure => ({
  modelId,
  name: markedName(source, modelId),
  figure,
  evidence: { row, modelId, attack, epsilon, diagnosis, figure },
});

/** The comparison of two models at an epsilon, whichever comes first in it; null where the audit has none. */
export const comparisonOf = (
  { findings }: RecommendationSource,
  one: string,
  other: string,
  epsilon: number,
): Comparison | null =>
  findings.comparisons.find(
    ({ first, second, attack, epsilon: at }) =>
      at === epsilon &&
      attack === (epsilon === 0 ? 'clean' : 'worst-case') &&
      ((first === one && second === other) || (first === other && second === one)),
  ) ?? null;

export const comparisonEvidence = (comparison: Comparison): Evidence => ({
  row: `${comparisonRow(comparison)}/difference`,
  modelId: comparison.first,
  attack: comparison.attack,
  epsilon: comparison.epsilon,
  diagnosis: null,
  figure: comparison.difference,
});

/** Classes with images in the sample, and lesions enough to speak of. */
export const countedClasses = ({ sample }: RecommendationSource) =>
  presentClasses(sample).filter(({ tooFew }) => !tooFew);
