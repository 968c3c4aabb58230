import type { AuditContent, AuditResult } from '../../../shared/contract/audit.ts';
import { resultRow, sensitivityRow, type ResultColumn } from '../../../shared/contract/auditRows.ts';
import type { Figure } from '../../../shared/contract/modelCard.ts';
import { DIAGNOSIS_NAMES, FEWEST_LESIONS, MALIGNANT_FIRST, type Diagnosis } from '../../../shared/domain/diagnosis.ts';
import { formatEpsilon } from '../../../shared/domain/epsilon.ts';
import { ATTACK_NAMES, checksOf } from '../wording.ts';
import { blocks, modelName, nInWords, section, sharedN, table, unbroken, type Figures } from './markdown.ts';

const COLUMNS: readonly [column: ResultColumn, title: string, meaning: string][] = [
  ['balancedAccuracy', 'Balanced accuracy', 'Share recognised, averaged over the diagnoses that are present.'],
  ['accuracy', 'Accuracy', 'Share recognised of all images, reweighted to the whole set.'],
  ['melanomaSensitivity', 'Melanoma sensitivity', 'Share of the melanomas that are called melanoma.'],
  [
    'dangerousFlips',
    'Dangerous flips',
    'Among the malignant images that are called malignant when clean: the share that the attack, aimed at it, turns benign. ' +
      'Less is better.',
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
    const cells = shown.map((figure) => figures.cell('', figure, sharedN(shown)));
    return [modelName(content, id), nInWords(shown), ...cells, checksOf(content, id)];
  });
  return table(['model', 'n', ...inputs.map((attack) => inputName(content, attack)), 'sanity checks'], rows);
}

/** The whole matrix: a table per figure, models and inputs in rows, epsilons in columns. */
export const matrix = (content: AuditContent, figures: Figures): string[] =>
  section(
    '## Matrix',
    'In percent, value [low, high] with 95 % interval; n counts images. Under an attack an image counts as recognised when ' +
      'it is recognised clean and the attack did not change it.',
    ...COLUMNS.map(([column, title, meaning]) =>
      blocks(
        `### ${title}`,
        meaning,
        tableOf(content, figures, (result) => ({ row: `${resultRow(result)}/${column}`, figure: result[column] })),
      ),
    ),
  );

/** Sensitivity of each class, malignant ones first: clean, and under the strongest input that the audit has. */
export function sensitivities(content: AuditContent, figures: Figures): string[] {
  const [strongest] = inputsOf(content).toReversed();
  if (strongest === undefined) return [];
  const rows = MALIGNANT_FIRST.flatMap((diagnosis) =>
    content.models.flatMap(({ id }) => {
      const own = content.results.filter(({ modelId }) => modelId === id);
      const curve = curveOf(content, own, strongest).map((result) =>
        result ? { row: sensitivityRow(result, diagnosis), figure: result.sensitivities[diagnosis] } : null,
      );
      return rowOf(figures, [nameOf(content, diagnosis), modelName(content, id)], curve, true);
    }),
  );
  return section(
    '## Sensitivity of each diagnosis',
    rows.length === 0
      ? ''
      : `Share of each diagnosis that is called by its name, clean and ${strongest === 'worst-case' ? 'in the worst case' : `under ${ATTACK_NAMES[strongest]}`}. **Too few**: fewer ` +
          `than ${FEWEST_LESIONS} lesions, too few to judge any model by.`,
    rows.length === 0 ? '' : table(['diagnosis', 'model', 'n', ...columnsOf(content)], rows, 2),
  );
}

const nameOf = ({ sample }: AuditContent, diagnosis: Diagnosis): string =>
  `${DIAGNOSIS_NAMES[diagnosis]} (${diagnosis})` +
  (sample.perClass.some((one) => one.diagnosis === diagnosis && one.tooFew) ? ', **too few**' : '');

/** `PGD-20`: with its steps, as papers name it. */
function inputName({ attacks }: AuditContent, id: AuditResult['attack']): string {
  const attack = attacks.find((one) => one.id === id);
  return attack?.id === 'pgd' ? `${ATTACK_NAMES.pgd}-${attack.steps}` : unbroken(ATTACK_NAMES[id]);
}

/** Clean first, the worst case last. */
function inputsOf({ results }: AuditContent): AuditResult['attack'][] {
  const attacks = [...new Set(results.map(({ attack }) => attack))];
  const last = attacks.filter((attack) => attack === 'worst-case');
  return [...attacks.filter((attack) => attack !== 'worst-case'), ...last];
}

const resultOf = ({ results }: AuditContent, modelId: string, attack: AuditResult['attack'], epsilon: number) =>
  results.find((one) => one.modelId === modelId && one.attack === attack && one.epsilon === epsilon);

/** The results of a model from clean to the largest epsilon under one attack; null where the audit has none. */
const curveOf = (content: AuditContent, own: readonly AuditResult[], attack: AuditResult['attack']) =>
  [0, ...content.epsilons].map(
    (epsilon) =>
      own.find((one) => one.epsilon === epsilon && one.attack === (epsilon === 0 ? 'clean' : attack)) ?? null,
  );

const columnsOf = ({ epsilons }: AuditContent): string[] => ['clean', ...epsilons.map(formatEpsilon)];

/**
 * A row of a model's figures from clean to the largest epsilon; none where there is no figure under attack.
 *
 * @param first whether the clean figure, which stands in each row of the model, is here for the first time: an anchor may
 * be there once
 */
function rowOf(
  figures: Figures,
  names: readonly string[],
  curve: readonly (Shown | null)[],
  first: boolean,
): string[][] {
  const all = curve.map((one) => one?.figure ?? null);
  if (all.slice(1).every((figure) => figure === null)) return [];
  const n = sharedN(all);
  const cells = curve.map((one, at) =>
    one?.figure ? figures.cell(at === 0 && !first ? '' : one.row, one.figure, n) : '',
  );
  return [[...names, nInWords(all), ...cells]];
}

/** Rows of models and attacks, epsilons in columns, the clean figure before them. */
function tableOf(content: AuditContent, figures: Figures, shownOf: (result: AuditResult) => Shown): string[] {
  const attacks = inputsOf(content).filter((attack) => attack !== 'clean');
  const rows = content.models.flatMap(({ id }) => {
    const own = content.results.filter(({ modelId }) => modelId === id);
    return attacks.flatMap((attack, at) => {
      const curve = curveOf(content, own, attack).map((result) => (result ? shownOf(result) : null));
      const name = attack === 'worst-case' ? `**${inputName(content, attack)}**` : inputName(content, attack);
      return rowOf(figures, [modelName(content, id), name], curve, at === 0);
    });
  });
  const head = ['model', 'input', 'n', ...columnsOf(content)];
  // Dangerous flips and attack success have no clean figure.
  const clean = head.indexOf('clean');
  const drop = rows.every((row) => row[clean] === '');
  const shown = [head, ...rows].map((row) => (drop ? row.filter((_, at) => at !== clean) : row));
  return table(shown[0] ?? [], shown.slice(1), 2);
}
