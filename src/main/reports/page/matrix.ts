import type { AuditContent, AuditResult } from '../../../shared/contract/audit.ts';
import { resultRow, sensitivityRow, type ResultColumn } from '../../../shared/contract/auditRows.ts';
import type { Figure } from '../../../shared/contract/modelCard.ts';
import { DIAGNOSES, DIAGNOSIS_NAMES, type Diagnosis } from '../../../shared/domain/diagnosis.ts';
import { formatEpsilon } from '../../../shared/domain/epsilon.ts';
import { ATTACK_NAMES } from '../wording.ts';
import { blocks, nInWords, plain, section, sharedN, table, type Figures } from './markdown.ts';

const COLUMNS: readonly [column: ResultColumn, title: string, meaning: string][] = [
  ['balancedAccuracy', 'Balanced accuracy', 'Mean share right over the classes that are present.'],
  ['accuracy', 'Accuracy', 'Share right, reweighted to the whole set.'],
  ['melanomaSensitivity', 'Melanoma sensitivity', 'Share of the melanomas that are called melanoma.'],
  [
    'dangerousFlips',
    'Dangerous flips',
    'Among malignant images called malignant when clean: the share that an attack turns benign. Less is better.',
  ],
  [
    'dangerousFlipsUntargeted',
    'Dangerous flips seen under untargeted attacks',
    'Among the same images: the share whose verdict turned benign though the attack aimed at any wrong one. Not told of the ' +
      'worst case, which mixes both aims.',
  ],
  [
    'attackSuccessRate',
    'Attack success',
    'Among the images that are right when clean: the share that the attack makes wrong. Less is better.',
  ],
];

/** What is shown of a result: a figure and its path. */
interface Shown {
  readonly row: string;
  readonly figure: Figure | null;
}

/** The headline: models in rows, inputs in columns, at one epsilon. */
export function headline(content: AuditContent, figures: Figures, epsilon: number): string[] {
  const inputs = inputsOf(content);
  const rows = content.models.map(({ id }) => {
    const results = inputs.map((attack) => resultOf(content, id, attack, attack === 'clean' ? 0 : epsilon));
    const shown = results.map((result) => result?.balancedAccuracy ?? null);
    return [plain(id), nInWords(shown), ...shown.map((figure) => figures.cell('', figure, sharedN(shown)))];
  });
  return table(['model', 'n', ...inputs.map((attack) => inputName(content, attack))], rows);
}

/** The whole matrix: a table per figure, models and inputs in rows, epsilons in columns. */
export const matrix = (content: AuditContent, figures: Figures): string[] =>
  section(
    '## Matrix',
    'In percent, value [low, high] with 95 % interval; n counts images. Under an attack an image counts as right when its ' +
      'clean verdict is right and the attack did not change it. The column 0 is clean.',
    ...COLUMNS.map(([column, title, meaning]) =>
      blocks(
        `### ${title}`,
        meaning,
        tableOf(content, figures, (result) => ({ row: `${resultRow(result)}/${column}`, figure: result[column] })),
      ),
    ),
  );

/** Sensitivity of each class: clean, and under the strongest input that the audit has. */
export function sensitivities(content: AuditContent, figures: Figures): string[] {
  const present = DIAGNOSES.filter((diagnosis) => content.results.some((one) => one.sensitivities[diagnosis] !== null));
  const [strongest] = inputsOf(content).toReversed();
  return section(
    '## Sensitivity of each class',
    present.length === 0 ? '' : `Share of each class that is still called by its name, ${strongestInWords(strongest)}.`,
    ...present.map((diagnosis) =>
      blocks(
        `### ${DIAGNOSIS_NAMES[diagnosis]} (${diagnosis})`,
        tableOf(
          content,
          figures,
          (result) => ({ row: sensitivityRow(result, diagnosis), figure: result.sensitivities[diagnosis] }),
          ({ attack }) => attack === strongest,
        ),
        fewLesions(content, diagnosis),
      ),
    ),
  );
}

const strongestInWords = (attack: AuditResult['attack'] | undefined): string =>
  attack === undefined || attack === 'clean' ? 'clean' : `clean (column 0) and under ${ATTACK_NAMES[attack]}`;

const fewLesions = ({ sample }: AuditContent, diagnosis: Diagnosis): string =>
  sample.perClass.some((one) => one.diagnosis === diagnosis && one.tooFew)
    ? 'Too few lesions (under 10) to judge any model by.'
    : '';

/** `PGD-20`: with its steps, as papers name it. */
function inputName({ attacks }: AuditContent, id: AuditResult['attack']): string {
  const attack = attacks.find((one) => one.id === id);
  return attack?.id === 'pgd' ? `${ATTACK_NAMES.pgd}-${attack.steps}` : ATTACK_NAMES[id];
}

/** Clean first, the worst case last. */
function inputsOf({ results }: AuditContent): AuditResult['attack'][] {
  const attacks = [...new Set(results.map(({ attack }) => attack))];
  const last = attacks.filter((attack) => attack === 'worst-case');
  return [...attacks.filter((attack) => attack !== 'worst-case'), ...last];
}

const resultOf = ({ results }: AuditContent, modelId: string, attack: AuditResult['attack'], epsilon: number) =>
  results.find((one) => one.modelId === modelId && one.attack === attack && one.epsilon === epsilon);

/**
 * Rows of models and inputs, epsilons in columns. Where `merged` holds for an input, its row holds the clean figure in the
 * column 0; else clean has a row of its own.
 */
function tableOf(
  content: AuditContent,
  figures: Figures,
  shownOf: (result: AuditResult) => Shown,
  merged: ((result: AuditResult) => boolean) | null = null,
): string[] {
  const epsilons = [0, ...content.epsilons];
  const rows = content.models.flatMap(({ id }) => {
    const own = content.results.filter(({ modelId }) => modelId === id);
    const groups = merged
      ? [own.filter((result) => result.attack === 'clean' || merged(result))]
      : inputsOf(content).map((attack) => own.filter((result) => result.attack === attack));
    return groups.flatMap((group) => {
      const shown = epsilons.map((epsilon) => {
        const result = group.find((one) => one.epsilon === epsilon);
        return result ? shownOf(result) : null;
      });
      const all = shown.map((one) => one?.figure ?? null);
      if (all.every((figure) => figure === null)) return [];
      const attack = group.at(-1)?.attack ?? 'clean';
      const cells = shown.map((one) => (one?.figure ? figures.cell(one.row, one.figure, sharedN(all)) : ''));
      return [[plain(id), inputName(content, attack), nInWords(all), ...cells]];
    });
  });
  return table(['model', 'input', 'n', '0', ...content.epsilons.map(formatEpsilon)], rows, 2);
}
