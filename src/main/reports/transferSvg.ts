import type { AuditContent } from '../../shared/contract/audit.ts';
import { FAILED_MARK, failedModels } from '../../shared/contract/auditChecks.ts';
import { formatEpsilon } from '../../shared/domain/epsilon.ts';
import { LEFT, shortened, svgFigure, text } from './svgFrame.ts';
import { percent } from './wording.ts';

const TOP = 66;
const CELL = { width: 76, height: 46 } as const;
const ROW_NAMES = 92;
/** Heading of a panel and names of its columns, with the mark of a failed check. */
const PANEL_HEAD = 64;
const GAP = 26;
/** Models up to which two panels stand side by side. */
const NARROW = 4;
const LONGEST_NAME = 11;

/** Viridis at tenths: perceptually uniform, and in order for those who see no colours (van der Walt and Smith 2015). */
const VIRIDIS = [
  '#440154',
  '#482475',
  '#414487',
  '#355f8d',
  '#2a788e',
  '#21918c',
  '#22a884',
  '#44bf70',
  '#7ad151',
  '#bddf26',
  '#fde725',
];
/** From here on, black text has the better contrast. */
const FIRST_LIGHT = 5;

type Transfer = AuditContent['findings']['transfer'][number];

/**
 * `transfer.svg`: per epsilon a table of all pairs of models, how often the attacked inputs made on one (row) mislead the
 * other (column), with the numbers in the cells. Null where transfer was not run.
 */
export function transferSvg(content: AuditContent): string | null {
  const { transfer } = content.findings;
  const epsilons = [...new Set(transfer.map(({ epsilon }) => epsilon))].sort((one, other) => one - other);
  if (epsilons.length === 0) return null;
  const models = content.models.map(({ id }) => id);
  const failed = failedModels(content);
  const panel = { width: ROW_NAMES + models.length * CELL.width, height: PANEL_HEAD + models.length * CELL.height };
  const columns = models.length > NARROW ? 1 : 2;
  const panels = epsilons.flatMap((epsilon, at) =>
    drawPanel(
      models,
      failed,
      transfer.filter((one) => one.epsilon === epsilon),
      LEFT + (at % columns) * (panel.width + GAP),
      TOP + Math.floor(at / columns) * (panel.height + GAP),
      formatEpsilon(epsilon),
    ),
  );
  return svgFigure({
    name: 'transfer',
    title: 'Transfer of attacks between models: success rate by pair and epsilon',
    description: transfer.map(inWords).join(' '),
    heading: 'Attacks made on one model, shown to another: success rate in percent',
    content,
    body: panels,
    captionTop: TOP + Math.ceil(epsilons.length / columns) * (panel.height + GAP) + 6,
    caption:
      'Success rate: of the images that the judging model gets right when clean (n beneath its name), the share that it ' +
      'gets wrong on the inputs made on the other by PGD run to its last step; 95 % interval beneath. Framed: ' +
      'made on the judging model itself. High off the frame: the models share their weaknesses.',
    style: { dark: '.own{fill:none;stroke:#ffffff;stroke-width:2}', light: '.own{stroke:#23282e}' },
  });
}

function drawPanel(
  models: readonly string[],
  failed: ReadonlySet<string>,
  transfer: readonly Transfer[],
  left: number,
  top: number,
  epsilon: string,
) {
  const x = (column: number) => left + ROW_NAMES + column * CELL.width;
  const y = (row: number) => top + PANEL_HEAD + row * CELL.height;
  const found = (craftedOn: string, judgedBy: string) =>
    transfer.find((one) => one.craftedOn === craftedOn && one.judgedBy === judgedBy);
  return [
    text(left, top + 12, `epsilon ${epsilon}`),
    text(x(0), top + 12, 'judged by', 'quiet small'),
    text(left, top + 46, 'made on', 'quiet small'),
    ...models.flatMap((judgedBy, column) => {
      const n = transfer.find((one) => one.judgedBy === judgedBy)?.successRate?.n;
      return [
        text(x(column) + CELL.width / 2, top + 32, shortened(judgedBy, LONGEST_NAME), 'middle'),
        ...mark(failed.has(judgedBy), x(column) + CELL.width / 2, top + 59, 'middle'),
        ...(n === undefined ? [] : [text(x(column) + CELL.width / 2, top + 46, `n = ${n}`, 'quiet small middle')]),
      ];
    }),
    ...models.flatMap((craftedOn, row) => [
      text(left, y(row) + CELL.height / 2 + 4, shortened(craftedOn, LONGEST_NAME)),
      ...mark(failed.has(craftedOn), left, y(row) + CELL.height / 2 + 18, ''),
      ...models.flatMap((judgedBy, column) => drawCell(found(craftedOn, judgedBy), x(column), y(row))),
    ]),
    // Last, so that no cell covers a frame.
    ...models.map(
      (_, at) =>
        `<rect class="own" x="${x(at) + 1}" y="${y(at) + 1}" width="${CELL.width - 4}" height="${CELL.height - 4}"/>`,
    ),
  ];
}

const mark = (failed: boolean, x: number, y: number, classes: string): string[] =>
  failed ? [text(x, y, FAILED_MARK, `caution small ${classes}`.trim())] : [];

function drawCell(transfer: Transfer | undefined, x: number, y: number): string[] {
  const figure = transfer?.successRate ?? null;
  const middle = x + CELL.width / 2 - 1;
  if (figure === null) return [text(middle, y + CELL.height / 2 + 4, '-', 'quiet middle')];
  const shade = Math.round(figure.value * (VIRIDIS.length - 1));
  const ink = shade >= FIRST_LIGHT ? '#000000' : '#ffffff';
  const number = (dy: number, size: number, plain: string) =>
    `<text x="${middle}" y="${y + dy}" class="middle" style="fill:${ink};font-size:${size}px">${plain}</text>`;
  return [
    `<rect x="${x}" y="${y}" width="${CELL.width - 2}" height="${CELL.height - 2}" fill="${VIRIDIS[shade] ?? ''}"/>`,
    number(20, 14, percent(figure.value)),
    number(35, 10.5, `[${percent(figure.low)}, ${percent(figure.high)}]`),
  ];
}

const inWords = ({ craftedOn, judgedBy, epsilon, successRate }: Transfer): string =>
  `Made on ${craftedOn}, judged by ${judgedBy} at ${formatEpsilon(epsilon)}: ` +
  `${successRate === null ? 'nothing to count' : `${percent(successRate.value)} %`}.`;
