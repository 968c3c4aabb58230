import type { Audit, AuditCase, AuditContent, AuditResult } from '../../shared/contract/audit.ts';
import { caution, markedName } from '../../shared/contract/auditChecks.ts';
import { primaryPair } from '../../shared/contract/auditRows.ts';
import type { Figure } from '../../shared/contract/modelCard.ts';
import { DIAGNOSIS_NAMES, isMalignantDiagnosis } from '../../shared/domain/diagnosis.ts';
import { formatEpsilon } from '../../shared/domain/epsilon.ts';
import {
  ATTACK_NAMES,
  checksOf,
  describeSettings,
  figureInPercent,
  fragilityInWords,
  imagesOfSquare,
  inputSizes,
  largestSearched,
  NORM_NAMES,
  signed,
  wrap,
} from './wording.ts';

const WIDTH = 100;
const INPUT_COLUMN = 16;
const FIGURE_COLUMN = 21;
const MOST_FRAGILE_SHOWN = 5;

const COLUMNS = ['accuracy', 'balancedAccuracy', 'melanomaSensitivity', 'dangerousFlips'] as const;
const COLUMN_TITLES = ['accuracy', 'balanced accuracy', 'melanoma sens.', 'dangerous flips'];

/**
 * The audit for a person at a terminal: plain text, at most 100 columns where no single word is longer, no colour.
 *
 * @param originalIds the id that the person knows each case by, in the order of `cases`; patient data, for their eyes
 * @returns lines, without line ends
 */
export function auditTable(audit: Audit, originalIds: readonly string[]): string[] {
  const { content } = audit;
  return [
    ...header(audit),
    '',
    ...classTable(content),
    '',
    ...content.models.flatMap((model) => [...modelTable(content, model), '']),
    ...legend(content),
    '',
    ...primaryComparison(content),
    ...section(
      'Smallest change of the verdict',
      content.models.flatMap(({ id }) => minimalEpsilonLines(content, id)),
    ),
    ...section('Most fragile verdicts', mostFragile(content, originalIds)),
    ...section(
      'Recommendations',
      content.findings.recommendations.flatMap(({ text }) => bullet(text)),
    ),
    ...section(
      'Not run',
      content.notRun.flatMap((each) => bullet(each)),
    ),
    ...wrap(content.intendedUse, WIDTH),
  ];
}

function header({ content, contentSha256 }: Audit): string[] {
  const { environment, sample, models, attacks } = content;
  const norm = NORM_NAMES[content.results[0]?.norm ?? 'linf'];
  const settings = [...new Set(attacks.filter(({ id }) => id !== 'clean').map((one) => settingsOf(content, one)))];
  return [
    ...field(
      'attacked',
      `the ${inputSizes(models)} model input, not the photograph; ${norm}, epsilon in 1/255 of the value range`,
    ),
    ...field('models', models.map(({ id, recipe, sha256 }) => `${id} (${recipe}, ${sha256.slice(0, 12)})`).join(', ')),
    ...settings.flatMap((setting, at) => field(at === 0 ? 'attacks' : '', setting)),
    ...field('checks', models.map(({ id }) => `${id}: ${checksOf(content, id)}`).join('; ')),
    ...field('sample', `${sample.how.replace(/\.$/, '')}; the set has ${sample.lesions} lesions`),
    ...field('seed', `${sample.seed}, of the sample, the intervals and every random draw`),
    ...field(
      'computed by',
      `${environment.backend} on the ${environment.device}, ${environment.cpu}, threads: ${environment.threads}`,
    ),
    ...field('content', `SHA-256 ${contentSha256}`),
  ];
}

function settingsOf(content: AuditContent, attack: AuditContent['attacks'][number]): string {
  const images = attack.id === 'square' ? imagesOfSquare(content) : null;
  return `${describeSettings(attack)}${images === null ? '' : `, on ${images} images`}`;
}

function classTable({ sample }: AuditContent): string[] {
  const cells = sample.perClass.map(
    ({ diagnosis, n, lesions, lesionsInSet, tooFew }) =>
      `${diagnosis} ${n} (${lesions} of ${lesionsInSet}${tooFew ? ', too few' : ''})`,
  );
  const unlabelled = sample.unlabelled > 0 ? [`unlabelled ${sample.unlabelled}`] : [];
  return field('per class', `${[...cells, ...unlabelled].join('; ')} - images (lesions of those in the set)`);
}

function modelTable(content: AuditContent, model: AuditContent['models'][number]): string[] {
  const rows = content.results.filter(({ modelId }) => modelId === model.id);
  const counts = COLUMNS.map((column) => rows.map((row) => row[column]).find((figure) => figure !== null)?.n ?? null);
  return [
    ...warning(content, [model.id]),
    tableLine(model.id, COLUMN_TITLES),
    '-'.repeat(INPUT_COLUMN + COLUMNS.length * FIGURE_COLUMN),
    tableLine(
      'n',
      counts.map((n) => (n === null ? '-' : String(n))),
    ),
    ...rows.map((row) =>
      tableLine(
        inputName(row),
        COLUMNS.map((column, at) => shown(row[column], counts[at] ?? null)),
      ),
    ),
  ];
}

const warning = (content: AuditContent, modelIds: readonly string[] | null): string[] =>
  wrap(caution(content, modelIds) ?? '', WIDTH);

const inputName = ({ attack, epsilon }: AuditResult): string =>
  attack === 'clean' ? 'clean' : `${ATTACK_NAMES[attack].padEnd(5)} ${formatEpsilon(epsilon)}`;

/** The head of the table says n for all rows; a row that rests on another number says its own. */
const shown = (figure: Figure | null, n: number | null): string =>
  figure !== null && figure.n !== n ? `${figureInPercent(figure)} n=${figure.n}` : figureInPercent(figure);

const tableLine = (name: string, cells: readonly string[]): string =>
  [name.padEnd(INPUT_COLUMN), ...cells.map((cell) => cell.padStart(FIGURE_COLUMN - 1))].join(' ').trimEnd();

const legend = ({ intervals, sample, cases }: AuditContent): string[] => {
  const loose = cases.filter(({ lesionId }) => lesionId === null).length;
  const unknownLesions =
    loose === 0
      ? ''
      : ` The lesion of ${loose} images is not known: each counts as one of its own, and if some show the same, intervals are too narrow.`;
  const present = sample.perClass.filter(({ n }) => n > 0).map(({ diagnosis }) => diagnosis);
  return wrap(
    'In percent, value [low, high]; n images. Under an attack an image counts as right when its clean verdict is right ' +
      'and this attack did not change it at this epsilon. Dangerous flips: malignant images called malignant when ' +
      `clean that the attack, aimed at it, turns benign. Balanced accuracy runs over ${present.join(', ')}. ` +
      intervals +
      unknownLesions,
    WIDTH,
  );
};

function primaryComparison(content: AuditContent): string[] {
  const { primaryComparison: comparison } = content;
  if (comparison === null) return [];
  const { what, difference, method } = comparison;
  const points = `${signed(difference.value)} points [${signed(difference.low)}, ${signed(difference.high)}]`;
  return section('Primary comparison', [
    ...warning(content, primaryPair(content)),
    ...wrap(`${what.replace(/\.$/, '')}: ${points}, n = ${difference.n}. ${method}`, WIDTH),
  ]);
}

function minimalEpsilonLines(content: AuditContent, modelId: string): string[] {
  // None is sought in L2.
  if (content.results.some(({ norm }) => norm === 'l2')) return [];
  const found = content.cases.flatMap(({ models }) => models.filter((model) => model.modelId === modelId));
  const epsilons = found.map(({ minimalEpsilon }) => minimalEpsilon ?? Infinity).sort((left, right) => left - right);
  // The lower median: half of the images or more change at this epsilon or below it.
  const median = epsilons[Math.ceil(epsilons.length / 2) - 1];
  if (median === undefined) return [];
  const kept = epsilons.filter((epsilon) => epsilon === Infinity).length;
  const largest = formatEpsilon(largestSearched(content));
  const middle =
    median === Infinity
      ? `no attack tried changed the median image up to ${largest}`
      : `the median image changes its verdict at ${formatEpsilon(median)} (an upper bound)`;
  const rest =
    kept === 0
      ? `each of the ${epsilons.length} was changed by some attack up to ${largest}`
      : `no attack tried changed ${kept} of ${epsilons.length} up to ${largest}`;
  return bullet(`${markedName(content, modelId)}: ${middle}; ${rest}`);
}

interface Fragile {
  readonly name: string;
  readonly model: AuditCase['models'][number];
  readonly epsilon: number;
}

/** Smallest epsilon first; among equals, those that turn a malignant verdict benign. */
function mostFragile(content: AuditContent, originalIds: readonly string[]): string[] {
  const changing = content.cases.flatMap(({ models, imageId }, at): Fragile[] =>
    models.flatMap((model) =>
      model.minimalEpsilon === null ? [] : [{ name: originalIds[at] ?? imageId, model, epsilon: model.minimalEpsilon }],
    ),
  );
  return changing
    .sort((left, right) => left.epsilon - right.epsilon || Number(isDangerous(right)) - Number(isDangerous(left)))
    .slice(0, MOST_FRAGILE_SHOWN)
    .flatMap(({ name, model }) =>
      bullet(
        `${name}, ${markedName(content, model.modelId)}: ${DIAGNOSIS_NAMES[model.clean.verdict]} ${fragilityInWords(model)}`,
      ),
    );
}

function isDangerous({ model }: Fragile): boolean {
  const after = model.minimalEpsilonVerdict;
  return after !== null && isMalignantDiagnosis(model.clean.verdict) && !isMalignantDiagnosis(after);
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [title, ...lines, ''];

const FIELD_COLUMN = 13;

const field = (name: string, value: string): string[] =>
  wrap(value, WIDTH - FIELD_COLUMN).map((line, at) => `${(at === 0 ? name : '').padEnd(FIELD_COLUMN)}${line}`);

const bullet = (value: string): string[] =>
  wrap(value, WIDTH - 2).map((line, at) => `${at === 0 ? '- ' : '  '}${line}`);
