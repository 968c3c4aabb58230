import type { AuditContent, AuditResult } from '../../shared/contract/audit.ts';
import type { Figure } from '../../shared/contract/modelCard.ts';
import { epsilonKey } from '../../shared/domain/epsilon.ts';
import { DASHES, looksOf, markerSvg, round, type Look } from './curveLooks.ts';
import { ATTACK_NAMES, inputSizes, NORM_NAMES, percent, wrap } from './wording.ts';

const WIDTH = 920;
const PLOT = { left: 72, top: 64, right: 700, bottom: 420 } as const;
const LEGEND_LEFT = 730;
const LINE_HEIGHT = 18;
/** Lines of neighbouring series are drawn this far apart, so that their intervals do not cover each other. */
const DODGE = 5;
const CAPTION_COLUMNS = 108;

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
}

/**
 * `curve.svg`: the security curve, balanced accuracy over epsilon (square-root axis, from clean at 0) with 95 % intervals,
 * one colour and marker per model, one line style per attack. The same content gives the same bytes on every host.
 */
export function curveSvg(content: AuditContent): string {
  const series = seriesOf(content);
  const caption = wrap(captionOf(content), CAPTION_COLUMNS);
  const height = PLOT.bottom + 66 + caption.length * LINE_HEIGHT;
  const body = series.some(({ points }) => points.length > 0)
    ? [...axes(content), ...series.flatMap((each, at) => drawSeries(each, at, series.length, content))]
    : [text(PLOT.left, 200, 'There is no labelled image in this audit, hence no accuracy to draw.')];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" ` +
      'role="img" aria-labelledby="curve-title curve-description">',
    '<title id="curve-title">Security curve: balanced accuracy over epsilon</title>',
    `<desc id="curve-description">${escape(description(series))}</desc>`,
    styleSheet(content),
    `<rect class="ground" width="${WIDTH}" height="${height}"/>`,
    text(PLOT.left, 28, 'Balanced accuracy over epsilon: clean, under noise, under attack', 'heading'),
    ...body,
    ...legend(content, series),
    ...caption.map((line, at) => text(PLOT.left, PLOT.bottom + 68 + at * LINE_HEIGHT, line, 'quiet')),
    '</svg>',
    '',
  ].join('\n');
}

function seriesOf(content: AuditContent): Series[] {
  const looks = looksOf(content.models);
  return content.models.flatMap((model, modelAt) => {
    const rows = content.results.filter(({ modelId }) => modelId === model.id);
    const attacks = [...new Set(rows.map(({ attack }) => attack))].filter((attack) => attack !== 'clean');
    return attacks.map((attack) => ({
      model: model.id,
      look: looks[modelAt] ?? { marker: 'circle' as const, dark: '#d9dde2', light: '#23282e' },
      modelAt,
      attack,
      points: pointsOf(rows.filter((row) => row.attack === attack || row.attack === 'clean')),
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
    `<line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${round(yOf(share))}" y2="${round(yOf(share))}"/>`,
    text(PLOT.left - 10, yOf(share) + 4, `${(100 * share).toFixed(0)} %`, 'quiet end'),
  ]);
  const vertical = [0, ...content.epsilons].flatMap((epsilon) => [
    `<line class="grid" x1="${round(xOf(epsilon, content))}" x2="${round(xOf(epsilon, content))}" y1="${PLOT.bottom}" y2="${PLOT.bottom + 5}"/>`,
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
  const present = content.sample.perClass.filter(({ n }) => n > 0).length;
  if (present === 0) return [];
  const y = yOf(1 / present);
  return [
    `<line class="chance" x1="${PLOT.left}" x2="${PLOT.right}" y1="${round(y)}" y2="${round(y)}"/>`,
    text(PLOT.right + 6, y + 4, `guessing, 1/${present}`, 'quiet small'),
  ];
}

function drawSeries(series: Series, at: number, count: number, content: AuditContent): string[] {
  const shift = (at - (count - 1) / 2) * DODGE;
  const positions = series.points.map(({ epsilon, figure }) => ({
    // All series share the clean point of their model; only its attacked points stand apart.
    x: xOf(epsilon, content) + (epsilon === 0 ? modelShift(series.modelAt, content) : shift),
    y: yOf(figure.value),
    low: yOf(figure.low),
    high: yOf(figure.high),
  }));
  const path = positions.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('');
  return [
    `<g class="model-${series.modelAt}">`,
    `<path class="curve" stroke-dasharray="${DASHES[series.attack]}" d="${path}"/>`,
    ...positions.map(({ x, low, high }) => intervalSvg(x, low, high)),
    ...positions.map(({ x, y }) => markerSvg(series.look.marker, x, y)),
    '</g>',
  ];
}

const modelShift = (modelAt: number, content: AuditContent): number =>
  (modelAt - (content.models.length - 1) / 2) * 2 * DODGE;

function intervalSvg(x: number, low: number, high: number): string {
  const cap = (y: number) => `M${round(x - 3)} ${round(y)}H${round(x + 3)}`;
  return `<path class="interval" d="M${round(x)} ${round(low)}V${round(high)}${cap(low)}${cap(high)}"/>`;
}

function legend(content: AuditContent, series: readonly Series[]): string[] {
  const looks = looksOf(content.models);
  let y = PLOT.top + 4;
  const row = (parts: (at: number) => string[]) => {
    const drawn = parts(y);
    y += LINE_HEIGHT + 2;
    return drawn;
  };
  const models = content.models.flatMap((model, modelAt) =>
    row((at) => [
      `<g class="model-${modelAt}">${markerSvg(looks[modelAt]?.marker ?? 'circle', LEGEND_LEFT + 12, at - 4, 5)}</g>`,
      text(LEGEND_LEFT + 34, at, model.id),
    ]),
  );
  y += 10;
  const attacks = [...new Set(series.map(({ attack }) => attack))].flatMap((attack) =>
    row((at) => [
      `<path class="sample" stroke-dasharray="${DASHES[attack]}" d="M${LEGEND_LEFT} ${at - 4}H${LEGEND_LEFT + 26}"/>`,
      text(LEGEND_LEFT + 34, at, ATTACK_NAMES[attack]),
    ]),
  );
  y += 10;
  const bars = row((at) => [
    `<g class="sample">${intervalSvg(LEGEND_LEFT + 12, at - 11, at + 3)}</g>`,
    text(LEGEND_LEFT + 34, at, '95 % interval'),
  ]);
  return [...models, ...attacks, ...bars];
}

function captionOf({ sample, models, environment }: AuditContent): string {
  const lesions = sample.perClass.reduce((sum, { lesions: drawn }) => sum + drawn, 0);
  return (
    `n = ${sample.n - sample.unlabelled} labelled images of ${lesions} lesions, seed ${sample.seed}, out of ` +
    `${sample.of} images of ${sample.lesions} lesions. Attacked is the ${inputSizes(models)} model input, not the ` +
    `photograph. Models: ${models.map(({ id, sha256 }) => `${id} ${sha256.slice(0, 12)}`).join(', ')}. Computed with ` +
    `${environment.backend} on the ${environment.device}. Bars: 95 % intervals over lesions; points of one epsilon ` +
    'stand side by side to be told apart.'
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

function styleSheet(content: AuditContent): string {
  const looks = looksOf(content.models);
  const colours = (theme: 'dark' | 'light') =>
    looks.map((look, at) => `.model-${at}{fill:${look[theme]};stroke:${look[theme]}}`).join('');
  return [
    '<style>',
    'text{font:13px Inter,system-ui,sans-serif;font-variant-numeric:tabular-nums;fill:#d9dde2;stroke:none}',
    '.heading{font-size:16px;font-weight:600}.small{font-size:11px}.middle{text-anchor:middle}.end{text-anchor:end}',
    '.ground{fill:#0f1113}.grid{stroke:#23282e}.quiet{fill:#8a949e}',
    '.chance{stroke:#8a949e;stroke-dasharray:2 3}.sample{stroke:#d9dde2}',
    '.curve,.interval,.sample{fill:none;stroke-width:1.75}.interval{stroke-width:1;opacity:.75}',
    colours('dark'),
    '@media (prefers-color-scheme:light){text{fill:#23282e}.ground{fill:#ffffff}.grid{stroke:#d9dde2}' +
      `.quiet{fill:#59626b}.chance{stroke:#59626b}.sample{stroke:#23282e}${colours('light')}}`,
    '</style>',
  ].join('\n');
}

const escape = (plain: string): string =>
  plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const text = (x: number, y: number, plain: string, classes = ''): string =>
  `<text x="${round(x)}" y="${round(y)}"${classes === '' ? '' : ` class="${classes}"`}>${escape(plain)}</text>`;
