import type { AuditContent } from '../../shared/contract/audit.ts';
import { looksOf, markerSvg, round } from './curveLooks.ts';
import { wrap } from './wording.ts';

/** Width of every figure, in pixels. */
export const WIDTH = 920;
export const LEFT = 72;
export const LINE_HEIGHT = 18;
const CAPTION_COLUMNS = 108;

export interface SvgFigure {
  /** Name of the file without its end; names the title and description for screen readers too. */
  readonly name: string;
  /** For screen readers. */
  readonly title: string;
  /** In words what the figure shows, for those who cannot see it. */
  readonly description: string;
  /** For readers, above the figure. */
  readonly heading: string;
  readonly models: AuditContent['models'];
  readonly body: readonly string[];
  /** y of the first line of the caption. */
  readonly captionTop: number;
  readonly caption: string;
  /** Style rules of this figure alone, dark and light. */
  readonly style?: { readonly dark: string; readonly light: string };
}

/** A whole SVG file, legible on a dark and on a light ground; the same content gives the same bytes on every host. */
export function svgFigure(figure: SvgFigure): string {
  const { name, title, description, heading, body, captionTop } = figure;
  const caption = wrap(figure.caption, CAPTION_COLUMNS);
  const height = Math.ceil(captionTop + (caption.length - 1) * LINE_HEIGHT + 16);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" ` +
      `role="img" aria-labelledby="${name}-title ${name}-description">`,
    `<title id="${name}-title">${escape(title)}</title>`,
    `<desc id="${name}-description">${escape(description)}</desc>`,
    styleSheet(figure),
    `<rect class="ground" width="${WIDTH}" height="${height}"/>`,
    text(LEFT, 28, heading, 'heading'),
    ...body,
    ...caption.map((line, at) => text(LEFT, captionTop + at * LINE_HEIGHT, line, 'quiet')),
    '</svg>',
    '',
  ].join('\n');
}

function styleSheet({ models, style }: SvgFigure): string {
  const looks = looksOf(models);
  const colours = (theme: 'dark' | 'light') =>
    looks.map((look, at) => `.model-${at}{fill:${look[theme]};stroke:${look[theme]}}`).join('');
  return [
    '<style>',
    'text{font:13px Inter,system-ui,sans-serif;font-variant-numeric:tabular-nums;fill:#d9dde2;stroke:none}',
    '.heading{font-size:16px;font-weight:600}.small{font-size:11px}.middle{text-anchor:middle}.end{text-anchor:end}',
    '.ground{fill:#0f1113}.grid{stroke:#23282e}.quiet{fill:#8a949e}.caution{fill:#d8b45a}',
    '.chance{stroke:#8a949e;stroke-dasharray:2 3}.sample{stroke:#d9dde2}',
    '.curve,.interval,.sample{fill:none;stroke-width:1.75}.interval{stroke-width:1;opacity:.75}.thin{stroke-width:1;opacity:.8}',
    colours('dark') + (style?.dark ?? ''),
    '@media (prefers-color-scheme:light){text{fill:#23282e}.ground{fill:#ffffff}.grid{stroke:#d9dde2}' +
      `.quiet{fill:#59626b}.caution{fill:#7a5900}.chance{stroke:#59626b}.sample{stroke:#23282e}${colours('light')}${style?.light ?? ''}}`,
    '</style>',
  ].join('\n');
}

const escape = (plain: string): string =>
  plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

export const text = (x: number, y: number, plain: string, classes = ''): string =>
  `<text x="${round(x)}" y="${round(y)}"${classes === '' ? '' : ` class="${classes}"`}>${escape(plain)}</text>`;

export const line = (x1: number, y1: number, x2: number, y2: number, classes = 'grid'): string =>
  `<line class="${classes}" x1="${round(x1)}" x2="${round(x2)}" y1="${round(y1)}" y2="${round(y2)}"/>`;

export const polyline = (points: readonly { readonly x: number; readonly y: number }[], rest = ''): string =>
  `<path class="curve"${rest} d="${points.map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('')}"/>`;

/** A 95 % interval from `low` to `high`, in pixels. */
export function intervalSvg(x: number, low: number, high: number): string {
  const cap = (y: number) => `M${round(x - 3)} ${round(y)}H${round(x + 3)}`;
  return `<path class="interval" d="M${round(x)} ${round(low)}V${round(high)}${cap(low)}${cap(high)}"/>`;
}

/** One row per model with its marker, from the top down. */
export function modelLegend(models: AuditContent['models'], left: number, top: number): string[] {
  const looks = looksOf(models);
  return models.flatMap((model, at) => {
    const y = top + at * (LINE_HEIGHT + 2);
    const marker = markerSvg(looks[at]?.marker ?? 'circle', left + 12, y - 4, 5);
    return [`<g class="model-${at}">${marker}</g>`, text(left + 34, y, shortened(model.id))];
  });
}

const LONGEST_NAME = 16;

/** A name that fits into a column. */
export const shortened = (name: string, longest = LONGEST_NAME): string =>
  name.length <= longest ? name : `${name.slice(0, longest - 1)}…`;
