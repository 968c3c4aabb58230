import type { AuditContent } from '../../shared/contract/audit.ts';
import {
  certificateRow,
  CLASS_COLUMNS,
  checkRow,
  comparisonRow,
  corruptionRow,
  isPrimary,
  minimalEpsilonRow,
  RESULT_COLUMNS,
  resultRow,
  SCORE_COLUMNS,
  scoreRow,
  transferRow,
} from '../../shared/contract/auditRows.ts';
import type { Figure } from '../../shared/contract/modelCard.ts';
import { checksInWords } from '../../shared/domain/check.ts';
import { DIAGNOSES } from '../../shared/domain/diagnosis.ts';
import { epsilonKey } from '../../shared/domain/epsilon.ts';
import { csvLine, type Cell } from '../../shared/kernel/csv.ts';
import { checksOf } from './wording.ts';

/** `balanced_accuracy`, from the names of audit.json. */
const snake = (name: string): string =>
  name.replaceAll(/[A-Z]|(?<=[a-z])[0-9]+/g, (found) => `_${found.toLowerCase()}`).replace(/^_/, '');

/** Columns of a figure: the value by its name, then its 95 % interval and the images it rests on. */
const figureHeader = (name: string): string[] => [name, `${name}_low`, `${name}_high`, `${name}_n`];
const figureCells = (figure: Figure | null): Cell[] =>
  figure === null ? [null, null, null, null] : [figure.value, figure.low, figure.high, figure.n];

const EPSILON_HEADER = ['epsilon', 'epsilon_255'];
const epsilonCells = (epsilon: number): Cell[] => [epsilon, Number(epsilonKey(epsilon))];

const table = (header: readonly Cell[], rows: readonly (readonly Cell[])[]): string =>
  [header, ...rows].map(csvLine).join('');

/** One row per model, attack and epsilon. The first column of each table names its row as recommendations do. */
const matrixCsv = ({ results }: AuditContent): string =>
  table(
    [
      ...['row', 'model_id', 'attack', 'norm', ...EPSILON_HEADER, 'n', 'checks'],
      ...RESULT_COLUMNS.flatMap((column) => figureHeader(snake(column))),
      ...DIAGNOSES.flatMap((diagnosis) => figureHeader(`sensitivity_${diagnosis}`)),
    ],
    results.map((result) => [
      ...[resultRow(result), result.modelId, result.attack, result.norm, ...epsilonCells(result.epsilon)],
      ...[result.n, checksInWords(result)],
      ...RESULT_COLUMNS.flatMap((column) => figureCells(result[column])),
      ...DIAGNOSES.flatMap((diagnosis) => figureCells(result.sensitivities[diagnosis])),
    ]),
  );

/** One row per pair of models and epsilon. */
const transferCsv = (content: AuditContent): string =>
  table(
    [
      ...['row', 'crafted_on', 'judged_by', 'checks_crafted_on', 'checks_judged_by', ...EPSILON_HEADER],
      ...[...figureHeader('success_rate'), ...figureHeader('balanced_accuracy')],
    ],
    content.findings.transfer.map((one) => [
      ...[transferRow(one), one.craftedOn, one.judgedBy],
      ...[checksOf(content, one.craftedOn), checksOf(content, one.judgedBy), ...epsilonCells(one.epsilon)],
      ...[...figureCells(one.successRate), ...figureCells(one.balancedAccuracy)],
    ]),
  );

/** One row per model, corruption and severity. */
const corruptionsCsv = (content: AuditContent): string =>
  table(
    [
      ...['row', 'model_id', 'checks', 'corruption', 'severity'],
      ...['accuracy', 'balanced_accuracy', 'difference_to_clean'].flatMap(figureHeader),
    ],
    content.findings.corruptions.map((one) => [
      ...[corruptionRow(one), one.modelId, checksOf(content, one.modelId), one.corruption, one.severity],
      ...[one.accuracy, one.balancedAccuracy, one.differenceToClean].flatMap(figureCells),
    ]),
  );

/** One row per figure that a check was decided by; a check without any has one row all the same. */
const checksCsv = ({ findings }: AuditContent): string =>
  table(
    ['row', 'model_id', 'check', 'status', 'reason', 'what', ...EPSILON_HEADER, 'value', 'limit', 'n', 'figure_status'],
    findings.sanityChecks.flatMap((check) => {
      const whose = [checkRow(check), check.modelId, check.check, check.status, check.reason];
      if (check.evidence.length === 0) return [[...whose, ...Array<null>(7).fill(null)]];
      return check.evidence.map(({ what, epsilon, value, limit, n, status }) => [
        ...whose,
        what,
        ...(epsilon === null ? [null, null] : epsilonCells(epsilon)),
        ...[value, limit, n, status],
      ]);
    }),
  );

/** One row per model and epsilon, clean included, with the confusion matrix (label, then verdict). */
const scoresCsv = (content: AuditContent): string =>
  table(
    [
      ...['row', 'model_id', 'checks', 'attack', ...EPSILON_HEADER, 'n'],
      ...SCORE_COLUMNS.flatMap((column) => figureHeader(snake(column))),
      ...['sensitivity', 'specificity'].flatMap((column) =>
        DIAGNOSES.flatMap((diagnosis) => figureHeader(`${column}_${diagnosis}`)),
      ),
      ...DIAGNOSES.flatMap((label) => DIAGNOSES.map((verdict) => `confusion_${label}_${verdict}`)),
    ],
    content.findings.scores.map((one) => [
      ...[scoreRow(one), one.modelId, checksOf(content, one.modelId)],
      ...[one.attack, ...epsilonCells(one.epsilon), one.n],
      ...SCORE_COLUMNS.flatMap((column) => figureCells(one[column])),
      ...CLASS_COLUMNS.flatMap((column) => DIAGNOSES.flatMap((diagnosis) => figureCells(one[column][diagnosis]))),
      ...one.confusion.flat(),
    ]),
  );

/** One row per pair of models and epsilon; `primary` marks the comparison that was fixed beforehand. */
const comparisonsCsv = (content: AuditContent): string =>
  table(
    [
      ...[
        'row',
        'first',
        'second',
        'checks_first',
        'checks_second',
        'attack',
        ...EPSILON_HEADER,
        'primary',
        ...figureHeader('difference'),
      ],
      ...['p', 'p_holm'],
      ...['mcnemar_n', 'mcnemar_first_only', 'mcnemar_second_only', 'mcnemar_p', 'mcnemar_p_holm'],
    ],
    content.findings.comparisons.map((one) => [
      ...[comparisonRow(one), one.first, one.second, checksOf(content, one.first), checksOf(content, one.second)],
      ...[one.attack, ...epsilonCells(one.epsilon)],
      ...[isPrimary(content, one), ...figureCells(one.difference), one.p, one.pHolm],
      ...[one.mcNemar.n, one.mcNemar.firstOnly, one.mcNemar.secondOnly, one.mcNemar.p, one.mcNemar.pHolm],
    ]),
  );

/** One row per model and epsilon; median and counts are those of the model. */
const minimalEpsilonCsv = (content: AuditContent): string =>
  table(
    [
      ...['row', 'model_id', 'checks', 'how', 'n', 'none_found', ...figureHeader('median')],
      ...[...EPSILON_HEADER, ...figureHeader('share')],
    ],
    content.findings.minimalEpsilons.flatMap((one) =>
      one.shares.map(({ epsilon, share }) => [
        ...[minimalEpsilonRow(one, epsilon), one.modelId, checksOf(content, one.modelId)],
        ...[one.how, one.n, one.noneFound, ...figureCells(one.median)],
        ...[...epsilonCells(epsilon), ...figureCells(share)],
      ]),
    ),
  );

/** One row per model and L2 radius. */
const certificatesCsv = (content: AuditContent): string =>
  table(
    [
      ...['row', 'model_id', 'checks', 'sigma', 'draws', 'n', ...figureHeader('abstained')],
      ...['radius', ...figureHeader('certified_accuracy')],
    ],
    content.findings.certificates.flatMap((one) =>
      one.certifiedAccuracy.map(({ radius, figure }) => [
        ...[
          certificateRow(one, radius),
          one.modelId,
          checksOf(content, one.modelId),
          one.sigma,
          one.draws,
          one.n,
          ...figureCells(one.abstained),
        ],
        ...[radius, ...figureCells(figure)],
      ]),
    ),
  );

/** Every table of the audit that has rows, as CSV (RFC 4180), by file name. Empty cells: nothing to count, not run. */
export function tablesCsv(content: AuditContent): ReadonlyMap<string, string> {
  const { findings } = content;
  const tables: [string, readonly unknown[], (of: AuditContent) => string][] = [
    ['matrix.csv', content.results, matrixCsv],
    ['transfer.csv', findings.transfer, transferCsv],
    ['corruptions.csv', findings.corruptions, corruptionsCsv],
    ['checks.csv', findings.sanityChecks, checksCsv],
    ['scores.csv', findings.scores, scoresCsv],
    ['comparisons.csv', findings.comparisons, comparisonsCsv],
    ['minimal-epsilon.csv', findings.minimalEpsilons, minimalEpsilonCsv],
    ['certificates.csv', findings.certificates, certificatesCsv],
  ];
  return new Map(tables.flatMap(([name, rows, write]) => (rows.length === 0 ? [] : [[name, write(content)]])));
}
