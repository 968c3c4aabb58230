import { listed } from '../../shared/kernel/listed.ts';
import type { AuditContent, AuditResult } from '../../shared/contract/audit.ts';
import { presentClasses } from '../../shared/contract/auditRows.ts';
import type { Figure } from '../../shared/contract/modelCard.ts';
import { epsilonKey } from '../../shared/domain/epsilon.ts';
import { DASHES, looksOf, markerSvg, type Look } from './curveLooks.ts';
import { intervalSvg, line, LINE_HEIGHT, modelLegend, polyline, svgFigure, text } from './svgFrame.ts';
import { ATTACK_NAMES, inputSizes, NORM_NAMES, percent } from './wording.ts';

const PLOT = { left: 72, top: 64, right: 700, bottom: 420 } as const;
const LEGEND_LEFT = 730;
/** Lines of neighbouring series are drawn this far apart, so that their intervals do not cover each other. */
const DODGE = 5;

interface Point {
  readonly epsilon: number;
  readonly figure: Figure;
}

interface Series {
  readonly model: string;
  readonly look: Look;
  /** Position of the model, which names its class in the style sheet. */
  readonly modelAt: number;
  readonly attack: keyof typeof DASHES;
  /** By rising epsilon, clean first. */
  readonly points: readonly Point[];
  /** A thin line without markers, for comparison: noise, where the worst case is drawn. */
  readonly thin: boolean;
}

/**
 * `curve.svg`: the security curve, balanced accuracy over epsilon (square-root axis, from clean at 0) with 95 % intervals,
 * one colour and marker per model, one line style per attack. Where the audit has a worst case, the single attacks are left
 * to the tables.
 */
export function curveSvg(content: AuditContent): string {
  const series = seriesOf(content);
  const drawn = series.some(({ points }) => points.length > 0);
  return svgFigure({
    name: 'curve',
    title: 'Security curve: balanced accuracy over epsilon',
    description: description(series),
    heading: 'Balanced accuracy over epsilon: clean, under noise, under attack',
    content,
    body: [
      ...(drawn
        ? [...axes(content), ...drawAll(series, content)]
        : [text(PLOT.left, 200, 'There is no labelled image in this audit, hence no accuracy to draw.')]),
      ...legend(content, series),
    ],
    captionTop: PLOT.bottom + 68,
    caption: captionOf(content, series),
  });
}

function seriesOf(content: AuditContent): Series[] {
  const looks = looksOf(content.models);
  const worstCase = content.results.some(({ attack }) => attack === 'worst-case');
  return content.models.flatMap((model, modelAt) => {
    const rows = content.results.filter(({ modelId }) => modelId === model.id);
    const attacks = [...new Set(rows.map(({ attack }) => attack))].filter((attack) => attack !== 'clean');
    const shown = worstCase ? attacks.filter((attack) => attack === 'worst-case' || attack === 'noise') : attacks;
    return shown.map((attack) => ({
      model: model.id,
      look: looks[modelAt] ?? { marker: 'circle' as const, dark: '#d9dde2', light: '#23282e' },
      modelAt,
      attack,
      points: pointsOf(rows.filter((row) => row.attack === attack || row.attack === 'clean')),
      thin: worstCase && attack !== 'worst-case',
    }));
  });
}

const pointsOf = (rows: readonly AuditResult[]): Point[] =>
  rows
    .flatMap(({ epsilon, balancedAccuracy }) => (balancedAccuracy ? [{ epsilon, figure: balancedAccuracy }] : []))
    .sort((left, right) => left.epsilon - right.epsilon);

const largestEpsilon = (content: AuditContent): number => Math.max(1 / 255, ...content.epsilons);

/** Square-root axis: the small epsilons, where verdicts change, get the room. */
const xOf = (epsilon: number, content: AuditContent): number =>
  PLOT.left + 24 + Math.sqrt(epsilon / largestEpsilon(content)) * (PLOT.right - PLOT.left - 48);

const yOf = (share: number): number => PLOT.bottom - share * (PLOT.bottom - PLOT.top);

function axes(content: AuditContent): string[] {
  const shares = [0, 0.2, 0.4, 0.6, 0.8, 1];
  const horizontal = shares.flatMap((share) => [
    line(PLOT.left, yOf(share), PLOT.right, yOf(share)),
    text(PLOT.left - 10, yOf(share) + 4, `${(100 * share).toFixed(0)} %`, 'quiet end'),
  ]);
  const vertical = [0, ...content.epsilons].flatMap((epsilon) => [
    line(xOf(epsilon, content), PLOT.bottom, xOf(epsilon, content), PLOT.bottom + 5),
    text(xOf(epsilon, content), PLOT.bottom + 20, epsilon === 0 ? 'clean' : epsilonKey(epsilon), 'quiet middle'),
  ]);
  const middle = (PLOT.left + PLOT.right) / 2;
  const norm = NORM_NAMES[content.results[0]?.norm ?? 'linf'];
  return [
    ...horizontal,
    ...vertical,
    text(middle, PLOT.bottom + 42, `epsilon in 1/255, ${norm} (square-root axis)`, 'middle'),
    text(PLOT.left, PLOT.top - 12, 'balanced accuracy', 'quiet small'),
    ...chanceLine(content),
  ];
}

/** What guessing reaches: one over the number of classes that balanced accuracy runs over. */
function chanceLine(content: AuditContent): string[] {
  const present = presentClasses(content.sample).length;
  if (present === 0) return [];
  const y = yOf(1 / present);
  return [
    line(PLOT.left, y, PLOT.right, y, 'chance'),
    text(PLOT.right + 6, y + 4, `guessing, 1/${present}`, 'quiet small'),
  ];
}

/** Which curves end above what guessing reaches: how they go on beyond the largest epsilon is not known. */
function notAtTheFloor(content: AuditContent, series: readonly Series[]): string {
  const last = Math.max(0, ...content.epsilons);
  const above = content.models.flatMap(({ id }) => {
    const ends = series
      .filter(({ model, attack }) => model === id && attack !== 'noise')
      .flatMap(({ points }) => points.filter(({ epsilon }) => epsilon === last).map(({ figure }) => figure.value));
    const lowest = Math.min(...ends);
    return ends.length > 0 && lowest > 1 / presentClasses(content.sample).length
      ? [`${id} (${percent(lowest)} %)`]
      : [];
  });
  return above.length === 0
    ? ''
    : ` At ${epsilonKey(last)}/255, the largest epsilon run, ${listed(above)} ${above.length === 1 ? 'has' : 'have'} not ` +
        'fallen to what guessing reaches: how the curve goes on is not known.';
}

/** Thin lines lie beneath the others. */
function drawAll(series: readonly Series[], content: AuditContent): string[] {
  const thin = series.filter((each) => each.thin);
  const others = series.filter((each) => !each.thin);
  return [
    ...thin.flatMap((each) => drawSeries(each, 0, content)),
    ...others.flatMap((each, at) => drawSeries(each, (at - (others.length - 1) / 2) * DODGE, content)),
  ];
}

function drawSeries(series: Series, shift: number, content: AuditContent): string[] {
  const positions = series.points.map(({ epsilon, figure }) => ({
    // All series share the clean point of their model; only its attacked points stand apart.
    x: xOf(epsilon, content) + (epsilon === 0 ? modelShift(series.modelAt, content) : shift),
    y: yOf(figure.value),
    low: yOf(figure.low),
    high: yOf(figure.high),
  }));
  const dash = ` stroke-dasharray="${DASHES[series.attack]}"`;
  return [
    `<g class="model-${series.modelAt}">`,
    ...(series.thin
      ? [`<g class="thin">${polyline(positions, `${dash} style="stroke-width:1"`)}</g>`]
      : [
          polyline(positions, dash),
          ...positions.map(({ x, low, high }) => intervalSvg(x, low, high)),
          ...positions.map(({ x, y }) => markerSvg(series.look.marker, x, y)),
        ]),
    '</g>',
  ];
}

const modelShift = (modelAt: number, content: AuditContent): number =>
  (modelAt - (content.models.length - 1) / 2) * 2 * DODGE;

function legend(content: AuditContent, series: readonly Series[]): string[] {
  const top = PLOT.top + 4;
  const step = LINE_HEIGHT + 2;
  const attacksTop = top + content.models.length * step + 10;
  const attacks = [...new Set(series.map(({ attack }) => attack))];
  const barTop = attacksTop + attacks.length * step + 10;
  return [
    ...modelLegend(content, LEGEND_LEFT, top),
    ...attacks.flatMap((attack, at) => {
      const y = attacksTop + at * step;
      return [
        `<path class="sample" stroke-dasharray="${DASHES[attack]}" d="M${LEGEND_LEFT} ${y - 4}H${LEGEND_LEFT + 26}"/>`,
        text(LEGEND_LEFT + 34, y, ATTACK_NAMES[attack]),
      ];
    }),
    `<g class="sample">${intervalSvg(LEGEND_LEFT + 12, barTop - 11, barTop + 3)}</g>`,
    text(LEGEND_LEFT + 34, barTop, '95 % interval'),
  ];
}

function captionOf(content: AuditContent, series: readonly Series[]): string {
  const { sample, models, results } = content;
  const lesions = sample.perClass.reduce((sum, { lesions: drawn }) => sum + drawn, 0);
  const outOf = sample.n === sample.of ? '' : `, out of ${sample.of} images of ${sample.lesions} lesions`;
  return (
    `n = ${sample.n - sample.unlabelled} labelled images of ${lesions} lesions${outOf}. Attacked is the ` +
    `${inputSizes(models)} model input, not the photograph. Bars: 95 % intervals over lesions; points of one epsilon ` +
    'stand side by side to be told apart.' +
    (results.some(({ attack }) => attack === 'worst-case') ? ' Single attacks: see the tables.' : '') +
    notAtTheFloor(content, series)
  );
}

function description(series: readonly Series[]): string {
  const lines = series.map(({ model, attack, points }) => {
    const values = points.map(
      ({ epsilon, figure }) =>
        `${percent(figure.value)} % ${epsilon === 0 ? 'clean' : `at ${epsilonKey(epsilon)}/255`}`,
    );
    return `${model} under ${ATTACK_NAMES[attack]}: ${values.join(', ')}.`;
  });
  return lines.join(' ');
}
