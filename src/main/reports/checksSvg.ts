import type { AuditContent } from '../../shared/contract/audit.ts';
import { anyCheckRan } from '../../shared/contract/auditChecks.ts';
import { CHECK_IDS, type CheckStatus, type SanityCheck } from '../../shared/contract/auditFindings.ts';
import { CHECK_TITLES } from '../../shared/domain/check.ts';
import { LEFT, line, shortened, svgFigure, text, WIDTH } from './svgFrame.ts';

const TOP = 64;
const ROW = 34;
const TITLES = 270;
const WIDEST_COLUMN = 150;
const LONGEST_NAME = 13;

/** Drawn around the origin: no two alike without colour. */
const SYMBOLS: Readonly<Record<CheckStatus, string>> = {
  PASS: '<path class="pass" d="M-5 0L-1.5 4L5 -4.5"/>',
  FAIL: '<path class="fail" d="M-4.5 -4.5L4.5 4.5M4.5 -4.5L-4.5 4.5"/>',
  'NOT INFORMATIVE': '<path class="open" d="M-5 0H5"/>',
  'NOT RUN': '<circle class="open" r="4"/>',
};
const WORDS: Readonly<Record<CheckStatus, string>> = {
  PASS: 'PASS',
  FAIL: 'FAIL',
  'NOT INFORMATIVE': 'NOT INFORM.',
  'NOT RUN': 'NOT RUN',
};

/**
 * `checks.svg`: the ten sanity checks of each model, each with a symbol and a word. Null where none ran.
 */
export function checksSvg(content: AuditContent): string | null {
  const { models } = content;
  const { sanityChecks } = content.findings;
  if (!anyCheckRan(content)) return null;
  const columnWidth = Math.min(WIDEST_COLUMN, (WIDTH - LEFT - TITLES) / models.length);
  const x = (model: number) => LEFT + TITLES + model * columnWidth;
  const y = (row: number) => TOP + 20 + row * ROW;
  const statusOf = (modelId: string, check: SanityCheck['check']) =>
    sanityChecks.find((one) => one.modelId === modelId && one.check === check)?.status ?? 'NOT RUN';
  return svgFigure({
    name: 'checks',
    title: 'Sanity checks of each model',
    description: sanityChecks
      .map(({ modelId, check, status }) => `${modelId}, ${CHECK_TITLES[check]}: ${status}.`)
      .join(' '),
    heading: 'Sanity checks: can the figures under attack be trusted?',
    content,
    body: [
      ...models.map(({ id }, model) => text(x(model), TOP, shortened(id, LONGEST_NAME), 'quiet')),
      ...CHECK_IDS.flatMap((check, row) => [
        line(LEFT, y(row) - 7, LEFT + TITLES + models.length * columnWidth - 20, y(row) - 7),
        text(LEFT, y(row) + 14, CHECK_TITLES[check]),
        ...models.flatMap(({ id }, model) => drawStatus(statusOf(id, check), x(model), y(row) + 14)),
      ]),
    ],
    captionTop: y(CHECK_IDS.length) + 14,
    caption:
      `n = ${checkedImages(sanityChecks)} images of the check sample. After Carlini et al. 2019. A failed check means that the robustness figures of that model are not trustworthy: ` +
      'possible gradient masking. NOT INFORM.: not informative, where so few or so many images are broken that the check ' +
      'can tell nothing.',
    style: {
      dark: '.pass,.fail,.open{fill:none;stroke-width:2}.pass{stroke:#d9dde2}.fail{stroke:#d8b45a;stroke-width:3}.open{stroke:#8a949e}',
      light: '.pass{stroke:#23282e}.fail{stroke:#7a5900}.open{stroke:#59626b}',
    },
  });
}

/** `256`; `32 to 256` where checks rest on different numbers. */
function checkedImages(checks: readonly SanityCheck[]): string {
  const counts = checks.flatMap(({ evidence }) => evidence.map(({ n }) => n));
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  if (counts.length === 0) return '0';
  return fewest === most ? String(most) : `${fewest} to ${most}`;
}

const drawStatus = (status: CheckStatus, x: number, y: number): string[] => [
  `<g transform="translate(${x + 6} ${y - 5})">${SYMBOLS[status]}</g>`,
  text(x + 20, y, WORDS[status], status === 'FAIL' ? 'caution' : status === 'PASS' ? '' : 'quiet'),
];
