import type { AuditCase, AuditContent, AuditResult } from '../../shared/contract/audit.ts';
import type { Figure } from '../../shared/contract/modelCard.ts';
import { checksInWords } from '../../shared/domain/check.ts';
import { DIAGNOSIS_NAMES } from '../../shared/domain/diagnosis.ts';
import { formatEpsilon, LARGEST_SEARCHED_EPSILON } from '../../shared/domain/epsilon.ts';

/** One step of an 8-bit image: a perturbation below it may vanish when the attacked input is stored. */
const ONE_STEP = 1 / 255;

export const ATTACK_NAMES = {
  clean: 'clean',
  noise: 'noise',
  fgsm: 'FGSM',
  bim: 'BIM',
  pgd: 'PGD',
  'apgd-ce': 'APGD-CE',
  'apgd-dlr': 'APGD-DLR',
  'apgd-dlr-targeted': 'APGD-DLR targeted',
  square: 'Square',
  'worst-case': 'worst case',
} as const satisfies Record<AuditResult['attack'], string>;
export type ShownAttack = keyof typeof ATTACK_NAMES;

/** `62.3`: a share in percent with one decimal. */
export const percent = (share: number): string => (100 * share).toFixed(1);

/** `62.3 [58.1, 66.0]`, in percent; `-` where there is nothing to count. */
export const figureInPercent = (figure: Figure | null): string =>
  figure === null ? '-' : `${percent(figure.value)} [${percent(figure.low)}, ${percent(figure.high)}]`;

/** `+12.3`: a difference of shares, in points. */
export const signed = (share: number): string => `${share > 0 ? '+' : ''}${percent(share === 0 ? 0 : share)}`;

/** `+12.3 [+8.1, +16.5]`, in points. */
export const signedPoints = ({ value, low, high }: Figure): string =>
  `${signed(value)} [${signed(low)}, ${signed(high)}]`;

/** `64x64`, or each model's size where they differ. */
export const inputSizes = (models: AuditContent['models']): string =>
  [...new Set(models.map(({ inputWidth, inputHeight }) => `${inputWidth}x${inputHeight}`))].join(' and ');

export const NORM_NAMES = { linf: 'L-inf', l2: 'L2' } as const;

/**
 * What people call an attack. Towards a benign verdict APGD climbs the margin, whatever its id says
 * (docs/decisions/0008-directed-margin.md).
 */
export const attackName = (attack: AuditContent['attacks'][number]): string =>
  attack.id === 'apgd-ce' && attack.loss === 'margin' ? 'APGD on the margin' : ATTACK_NAMES[attack.id];

/** The attacks' settings in a word each, `PGD: 20 steps of eps/8, random start, 1 restart`. */
export function describeSettings(attack: AuditContent['attacks'][number]): string {
  if (attack.id === 'clean') return 'clean: the input as it is';
  if (attack.id === 'noise') return `noise: ${attack.draws} ${attack.distribution} draws`;
  if (attack.kind === 'square') return `Square: ${attack.queries} queries, ${restartsInWords(attack.restarts)}`;
  if (attack.kind === 'apgd') {
    const aims = attack.targets > 1 ? [`${attack.targets} targets`] : [];
    const towards = isDirected(attack) ? ', towards a benign verdict' : '';
    return `${attackName(attack)}${towards}: ${[...aims, `${attack.steps} steps`, restartsInWords(attack.restarts)].join(', ')}`;
  }
  const start = attack.randomStart ? 'random start' : 'no random start';
  const fraction = Number((1 / attack.relativeStepSize).toFixed(4));
  const size = fraction === 1 ? 'eps' : `eps/${fraction}`;
  const steps = attack.steps === 1 ? `1 step of ${size}` : `${attack.steps} steps of ${size}`;
  return `${ATTACK_NAMES[attack.id]}: ${[steps, start, ...(attack.randomStart ? [restartsInWords(attack.restarts)] : [])].join(', ')}`;
}

/** Whether an attack aims at a benign verdict for a malignant image. */
export const isDirected = (attack: AuditContent['attacks'][number]): boolean =>
  attack.id !== 'clean' && attack.criterion.kind === 'malignantToBenign';

const restartsInWords = (restarts: number): string => (restarts === 1 ? '1 restart' : `${restarts} restarts`);

/** What the sanity checks of a model say together, `PASS, 7 of 10 run`. */
export function checksOf({ results }: Pick<AuditContent, 'results'>, modelId: string): string {
  const row = results.find((one) => one.modelId === modelId);
  return row ? checksInWords(row) : 'NOT RUN';
}

/** How many images Square, which is costly, ran on; null: it was not run, or it ran on all. */
export function imagesOfSquare({ cases }: Pick<AuditContent, 'cases'>): number | null {
  const on = cases.filter(({ models }) =>
    models.some(({ evidence }) => (evidence.checks?.runs.square ?? null) !== null),
  );
  return on.length === 0 || on.length === cases.length ? null : on.length;
}

/** The largest epsilon at which a change of the verdict was sought: with the budget quick there is no search of its own. */
export const largestSearched = ({ budget, epsilons }: Pick<AuditContent, 'budget' | 'epsilons'>): number =>
  budget === 'quick' ? Math.max(...epsilons) : LARGEST_SEARCHED_EPSILON;

type ModelVerdicts = AuditCase['models'][number];

/** What the minimal epsilon says, in the words that the evidence carries and no more. */
export function fragilityInWords(model: ModelVerdicts): string {
  if (model.minimalEpsilon === null)
    return `no attack tried changed it up to ${formatEpsilon(LARGEST_SEARCHED_EPSILON)}`;
  const name = model.minimalEpsilonVerdict === null ? 'another verdict' : DIAGNOSIS_NAMES[model.minimalEpsilonVerdict];
  const remarks = [
    ...(model.minimalEpsilon < ONE_STEP ? ['below one 8-bit step'] : []),
    ...(model.minimalEpsilonSurvivesRounding === false ? ['gone when rounded to 8 bit'] : []),
  ];
  const remark = remarks.length === 0 ? '' : ` (${remarks.join(', ')})`;
  return `changes to ${name} at ${formatEpsilon(model.minimalEpsilon)}${remark}`;
}

/** Breaks text at spaces into lines of at most `width` characters; a longer word stays whole. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
