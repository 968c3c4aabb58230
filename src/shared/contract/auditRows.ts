/**
 * Every figure of an audit has a path, made of the names that audit.json uses: recommendations point to their evidence
 * with it, the CSV files carry it in their first column, the written report in its anchors. Epsilons in a path are in
 * 1/255 (`4`, `0.75`; clean is `0`).
 */
import type { Diagnosis } from '../domain/diagnosis.ts';
import { DIAGNOSES } from '../domain/diagnosis.ts';
import { epsilonKey } from '../domain/epsilon.ts';
import type { AuditContent, AuditResult } from './audit.ts';
import type { Findings, SanityCheck } from './auditFindings.ts';
import type { Figure } from './modelCard.ts';

export type Comparison = Findings['comparisons'][number];
type Transfer = Findings['transfer'][number];
type CorruptionResult = Findings['corruptions'][number];
type ScoreResult = Findings['scores'][number];
type MinimalEpsilons = Findings['minimalEpsilons'][number];
type Certificate = Findings['certificates'][number];

export const RESULT_COLUMNS = [
  'accuracy',
  'balancedAccuracy',
  'melanomaSensitivity',
  'dangerousFlips',
  'dangerousFlipsUntargeted',
  'attackSuccessRate',
] as const;
export type ResultColumn = (typeof RESULT_COLUMNS)[number];

/** Figures of each class in a row of scores. */
export const CLASS_COLUMNS = ['sensitivities', 'specificities'] as const;

export const SCORE_COLUMNS = [
  'macroAuroc',
  'macroF1',
  'expectedCalibrationError',
  'melanomaSensitivityAt95Specificity',
] as const;

/** `results/pgd/worst-case/4`: a row of the matrix; its figures add `/balancedAccuracy`, `/sensitivities/mel`. */
export const resultRow = ({ modelId, attack, epsilon }: Pick<AuditResult, 'modelId' | 'attack' | 'epsilon'>): string =>
  `results/${modelId}/${attack}/${epsilonKey(epsilon)}`;

export const sensitivityRow = (
  result: Pick<AuditResult, 'modelId' | 'attack' | 'epsilon'>,
  diagnosis: Diagnosis,
): string => `${resultRow(result)}/sensitivities/${diagnosis}`;

export const comparisonRow = ({
  first,
  second,
  attack,
  epsilon,
}: Pick<Comparison, 'first' | 'second' | 'attack' | 'epsilon'>): string =>
  `comparisons/${first}/${second}/${attack}/${epsilonKey(epsilon)}`;

export const transferRow = ({ craftedOn, judgedBy, epsilon }: Transfer): string =>
  `transfer/${craftedOn}/${judgedBy}/${epsilonKey(epsilon)}`;

export const corruptionRow = ({ modelId, corruption, severity }: CorruptionResult): string =>
  `corruptions/${modelId}/${corruption}/${severity}`;

export const scoreRow = ({ modelId, attack, epsilon }: Pick<ScoreResult, 'modelId' | 'attack' | 'epsilon'>): string =>
  `scores/${modelId}/${attack}/${epsilonKey(epsilon)}`;

/** `scores/pgd/pgd/4/specificities/mel`: a figure of one class in a row of scores. */
export const classScoreRow = (
  score: Pick<ScoreResult, 'modelId' | 'attack' | 'epsilon'>,
  column: (typeof CLASS_COLUMNS)[number],
  diagnosis: Diagnosis,
): string => `${scoreRow(score)}/${column}/${diagnosis}`;

export const minimalEpsilonRow = ({ modelId }: Pick<MinimalEpsilons, 'modelId'>, epsilon: number): string =>
  `minimalEpsilons/${modelId}/${epsilonKey(epsilon)}`;

export const certificateRow = ({ modelId }: Certificate, radius: number): string =>
  `certificates/${modelId}/${Number(radius.toFixed(6))}`;

export const checkRow = ({ modelId, check }: Pick<SanityCheck, 'modelId' | 'check'>): string =>
  `sanityChecks/${modelId}/${check}`;

/** The part of an audit that has rows. */
export type RowSource = Pick<AuditContent, 'results'> & { readonly findings: Omit<Findings, 'recommendations'> };

/** Every figure of the audit by its path; those that are null have none. */
export function figuresByRow({ results, findings }: RowSource): ReadonlyMap<string, Figure> {
  const { comparisons, transfer, corruptions, scores, minimalEpsilons, certificates } = findings;
  const rows: (readonly [string, Figure | null])[] = [
    ...results.flatMap((result) => [
      ...RESULT_COLUMNS.map((column) => [`${resultRow(result)}/${column}`, result[column]] as const),
      ...DIAGNOSES.map((one) => [sensitivityRow(result, one), result.sensitivities[one]] as const),
    ]),
    ...comparisons.map((one) => [`${comparisonRow(one)}/difference`, one.difference] as const),
    ...transfer.flatMap((one) =>
      (['successRate', 'balancedAccuracy'] as const).map((name) => [`${transferRow(one)}/${name}`, one[name]] as const),
    ),
    ...corruptions.flatMap((one) =>
      (['accuracy', 'balancedAccuracy', 'differenceToClean'] as const).map(
        (name) => [`${corruptionRow(one)}/${name}`, one[name]] as const,
      ),
    ),
    ...scores.flatMap((one) => [
      ...SCORE_COLUMNS.map((name) => [`${scoreRow(one)}/${name}`, one[name]] as const),
      ...CLASS_COLUMNS.flatMap((column) =>
        DIAGNOSES.map((diagnosis) => [classScoreRow(one, column, diagnosis), one[column][diagnosis]] as const),
      ),
    ]),
    ...minimalEpsilons.flatMap((one) => [
      [`minimalEpsilons/${one.modelId}/median`, one.median] as const,
      ...one.shares.map(({ epsilon, share }) => [`${minimalEpsilonRow(one, epsilon)}/share`, share] as const),
    ]),
    ...certificates.flatMap((one) => [
      [`certificates/${one.modelId}/abstained`, one.abstained] as const,
      ...one.certifiedAccuracy.map(
        ({ radius, figure }) => [`${certificateRow(one, radius)}/certifiedAccuracy`, figure] as const,
      ),
    ]),
  ];
  return new Map(rows.flatMap(([row, figure]) => (figure === null ? [] : [[row, figure] as const])));
}

/** The epsilon of the comparison that was fixed beforehand. */
export const PRIMARY_EPSILON = 4 / 255;

/** The epsilon that an audit is told at first: that of the primary comparison, else the largest one. */
export const headlineEpsilon = ({ epsilons }: Pick<AuditContent, 'epsilons'>): number =>
  epsilons.includes(PRIMARY_EPSILON) ? PRIMARY_EPSILON : Math.max(0, ...epsilons);

/** Diagnoses with images in the sample: those that balanced accuracy is the mean over. */
export const presentClasses = ({ perClass }: Pick<AuditContent['sample'], 'perClass'>) =>
  perClass.filter(({ n }) => n > 0);

/** The models that were to be compared: the first of the recipe `pgd`, and of `standard`; null where one is missing. */
export function primaryPair({ models }: Pick<AuditContent, 'models'>): readonly [string, string] | null {
  const [robust, standard] = ['pgd', 'standard'].map((recipe) => models.find((model) => model.recipe === recipe)?.id);
  return robust === undefined || standard === undefined ? null : [robust, standard];
}

/** Whether two models are compared as was fixed beforehand: `pgd` and `standard`, worst case, 4/255. */
export function isPrimary(
  content: Pick<AuditContent, 'models'>,
  { first, second, attack, epsilon }: Pick<Comparison, 'first' | 'second' | 'attack' | 'epsilon'>,
): boolean {
  const pair = primaryPair(content);
  return attack === 'worst-case' && epsilon === PRIMARY_EPSILON && first === pair?.[0] && second === pair[1];
}
