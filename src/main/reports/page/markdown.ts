import { FAILED_MARK, failedModels, type Checked } from '../../../shared/contract/auditChecks.ts';
import type { Figure } from '../../../shared/contract/modelCard.ts';
import { figureInPercent } from '../wording.ts';

/** Text from elsewhere (ids, reasons) that Markdown and HTML take for nothing but text; intervals keep their brackets. */
export const plain = (text: string): string =>
  text
    .replaceAll(/\[[-+.\d]+, [-+.\d]+\](?!\()|[\\`*_[\]|#~]/g, (found) => (found.length > 1 ? found : `\\${found}`))
    .replaceAll(/[&<>]/g, (found) => `&#${found.charCodeAt(0)};`);

const NO_BREAK = '\u00a0';

/** Text that a narrow table keeps in one line. */
export const unbroken = (text: string): string => text.replaceAll(' ', NO_BREAK);

/** `62.3 [58.1, 66.0]` that a narrow table breaks before the interval, not within. */
export const unbrokenInterval = (text: string): string => text.replaceAll(', ', `,${NO_BREAK}`);

/** The name of a model; with a failed check also a mark in words, linked to what failed. */
export const modelName = (audit: Checked, id: string): string =>
  failedModels(audit).has(id) ? `${plain(id)} **[${unbroken(FAILED_MARK)}](#sanity-checks)**` : plain(id);

/** A table; numbers stand to the right of the first `names` columns. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], names = 1): string[] {
  const rule = header.map((_, at) => (at < names ? '---' : '---:'));
  return [header, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

/** Blocks with an empty line between them; empty ones fall away. */
export const blocks = (...parts: readonly (string | readonly string[])[]): string[] =>
  parts
    .map((part) => (typeof part === 'string' ? [part] : part))
    .filter((lines) => lines.some((line) => line !== ''))
    .flatMap((lines, at) => (at === 0 ? lines : ['', ...lines]));

/** A section, left out where it has nothing to say. */
export const section = (title: string, ...parts: readonly (string | readonly string[])[]): string[] => {
  const body = blocks(...parts);
  return body.length === 0 ? [] : blocks(title, body);
};

export const bullets = (items: readonly string[]): string[] => items.map((item) => `- ${item}`);

/** A drawing in the page's folder. */
export const image = (file: string, alternative: string): string => `![${alternative}](${file})`;

/** Closed until a reader opens it. */
export const folded = (title: string, lines: readonly string[]): string[] => [
  '<details>',
  `<summary>${title}</summary>`,
  '',
  ...lines,
  '',
  '</details>',
];

/** The anchor of a row: letters, digits and hyphens. */
export const anchorOf = (row: string): string => `row-${row.replaceAll(/[^A-Za-z0-9.]+/g, '-')}`;

/** Writes the figures of a page: those that are linked to carry an anchor. */
export interface Figures {
  /** `62.3 [58.1, 66.0]` in percent; with n where the table does not say it for the whole row. */
  readonly cell: (row: string, figure: Figure | null, n?: number | null) => string;
  readonly anchor: (row: string) => string;
}

/** @param linked the rows that something on the page links to */
export function figuresOf(linked: ReadonlySet<string>): Figures {
  const anchor = (row: string) => (linked.has(row) ? `<a id="${anchorOf(row)}"></a>` : '');
  return {
    anchor,
    cell: (row, figure, n) => {
      const count = figure !== null && n !== undefined && figure.n !== n ? ` ${unbroken(`n = ${figure.n}`)}` : '';
      return `${anchor(row)}${unbrokenInterval(figureInPercent(figure))}${count}`;
    },
  };
}

/** The n that all figures share; null where they differ or there is none. */
export function sharedN(figures: readonly (Figure | null)[]): number | null {
  const counts = new Set(figures.flatMap((figure) => (figure === null ? [] : [figure.n])));
  const [n] = counts;
  return counts.size === 1 && n !== undefined ? n : null;
}

/** Of a row of figures: `1276` where they share their n, else `differs` (each cell then says its own). */
export const nInWords = (figures: readonly (Figure | null)[]): string =>
  figures.every((figure) => figure === null) ? '-' : String(sharedN(figures) ?? 'differs');
