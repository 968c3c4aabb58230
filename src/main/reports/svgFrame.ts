import type { AuditContent } from '../../shared/contract/audit.ts';
import { caution, FAILED_MARK, failedModels } from '../../shared/contract/auditChecks.ts';
import { looksOf, markerSvg, round } from './curveLooks.ts';
import { wrap } from './wording.ts';

/** Width of every figure, in pixels. */
export const WIDTH = 920;
export const LEFT = 72;
export const LINE_HEIGHT = 18;
const CAPTION_COLUMNS = 108;
const CAUTION_TOP = 46;

export interface SvgFigure {
  /** Name of the file without its end; names the title and description for screen readers too. */
  readonly name: string;
  /** For screen readers. */
  readonly title: string;
  /** In words what the figure shows, for those who cannot see it. */
  readonly description: string;
  /** For readers, above the figure. */
  readonly heading: string;
  readonly content: AuditContent;
  readonly body: readonly string[];
  /** y of the first line of the caption. */
  readonly captionTop: number;
  /** What is shown, and n; seed, models and what computed it are added. */
  readonly caption: string;
  /** Style rules of this figure alone, dark and light. */
  readonly style?: { readonly dark: string; readonly light: string };
}

/**
 * A whole SVG file, legible on a dark and on a light ground; the same content gives the same bytes on every host. Where a
 * sanity check failed, each drawing says so, for those who cannot see it first of all.
 */
export function svgFigure(figure: SvgFigure): string {
  const { name, title, heading, body, captionTop, content } = figure;
  const warning = caution(content, null, (id) => shortened(id));
  const description = warning === null ? figure.description : `${warning} ${figure.description}`;
  const lines = wrap(`${figure.caption} ${provenance(content)}`, CAPTION_COLUMNS);
  const height = Math.ceil(captionTop + (lines.length - 1) * LINE_HEIGHT + 16);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" ` +
      `role="img" aria-labelledby="${name}-title ${name}-description">`,
    `<title id="${name}-title">${escape(title)}</title>`,
    `<desc id="${name}-description">${escape(description)}</desc>`,
    styleSheet(figure),
    `<rect class="ground" width="${WIDTH}" height="${height}"/>`,
    text(LEFT, 28, heading, 'heading'),
    ...(warning === null ? [] : [text(WIDTH - 20, CAUTION_TOP, warning, 'caution small end')]),
    ...body,
    ...lines.map((line, at) => text(LEFT, captionTop + at * LINE_HEIGHT, line, 'quiet')),
    '</svg>',
    '',
  ].join('\n');
}

/** `Seed 1. Models: standard 4bc7180b1126. Computed with tensorflow on the CPU.` */
const provenance = ({ sample, models, environment }: AuditContent): string =>
  `Seed ${sample.seed}. Models: ${models.map(({ id, sha256 }) => `${id} ${sha256.slice(0, 12)}`).join(', ')}. Computed ` +
  `with ${environment.backend} on the ${environment.device}.`;

function styleSheet({ content, style }: SvgFigure): string {
  const looks = looksOf(content.models);
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

/** The name of a model, shortened; in words where a check of it failed. */
export function modelText(content: AuditContent, id: string, x: number, y: number): string {
  const failed = failedModels(content).has(id);
  const name = escape(shortened(id));
  const mark = failed ? `<tspan class="caution small"> (${FAILED_MARK})</tspan>` : '';
  return `<text x="${round(x)}" y="${round(y)}">${name}${mark}</text>`;
}

/** One row per model with its marker, from the top down. */
export function modelLegend(content: AuditContent, left: number, top: number): string[] {
  const looks = looksOf(content.models);
  return content.models.flatMap((model, at) => {
    const y = top + at * (LINE_HEIGHT + 2);
    const marker = markerSvg(looks[at]?.marker ?? 'circle', left + 12, y - 4, 5);
    return [`<g class="model-${at}">${marker}</g>`, modelText(content, model.id, left + 34, y)];
  });
}

const LONGEST_NAME = 16;

/** A name that fits into a column. */
export const shortened = (name: string, longest = LONGEST_NAME): string =>
  name.length <= longest ? name : `${name.slice(0, longest - 1)}…`;
