import type { AuditContent } from '../../shared/contract/audit.ts';
import { CORRUPTION_DEFINITIONS, CORRUPTIONS, SEVERITIES } from '../../shared/domain/corruption.ts';
import { looksOf, markerSvg } from './curveLooks.ts';
import { intervalSvg, LEFT, line, modelLegend, polyline, svgFigure, text } from './svgFrame.ts';
import { percent } from './wording.ts';

const TOP = 84;
const COLUMNS = 4;
const PANEL = { width: 176, height: 132 } as const;
const STEP = { x: 210, y: 190 } as const;
const DODGE = 5;
/** Ten points: grid lines, and what the axis is rounded to. */
const GRID = 0.1;

type CorruptionResult = AuditContent['findings']['corruptions'][number];

/** What people call a corruption; its id where this version does not know it. */
export const corruptionTitle = (id: string): string => {
  const known = CORRUPTIONS.find((one) => one === id);
  return known ? CORRUPTION_DEFINITIONS[known].title : id;
};

/**
 * `corruptions.svg`: per corruption the change of balanced accuracy from clean over its five severities, one line per
 * model, on one scale. Null where corruptions were not run.
 */
export function corruptionsSvg(content: AuditContent): string | null {
  const { corruptions } = content.findings;
  const names = [...new Set(corruptions.map(({ corruption }) => corruption))];
  if (names.length === 0) return null;
  const scale = scaleOf(corruptions);
  const rows = Math.ceil(names.length / COLUMNS);
  const [column, row] = [names.length % COLUMNS, rows - 1];
  return svgFigure({
    name: 'corruptions',
    title: 'Common corruptions: balanced accuracy relative to clean over severity',
    description: descriptionOf(content, names),
    heading: 'Balanced accuracy under common corruptions, relative to clean',
    content,
    body: [
      text(LEFT, TOP - 32, 'change in points, over severity 1 to 5', 'quiet small'),
      ...names.flatMap((name, at) =>
        drawPanel(
          content,
          corruptions.filter(({ corruption }) => corruption === name),
          { left: LEFT + (at % COLUMNS) * STEP.x, top: TOP + Math.floor(at / COLUMNS) * STEP.y, scale, name },
        ),
      ),
      // In the place of the panel after the last one, where the row has one left.
      ...modelLegend(content, LEFT + column * STEP.x, TOP + row * STEP.y + (column === 0 ? STEP.y : 20)),
    ],
    captionTop: TOP + rows * STEP.y + (column === 0 ? 20 * content.models.length + 20 : 12),
    caption:
      `n = ${corruptions.find(({ differenceToClean }) => differenceToClean)?.differenceToClean?.n ?? 0} images. Each ` +
      'corruption is made on the photograph, before it becomes the model input. Paired differences to clean with 95 % ' +
      'intervals over lesions, side by side to be told apart.',
  });
}

interface Scale {
  readonly low: number;
  readonly high: number;
}

function scaleOf(corruptions: readonly CorruptionResult[]): Scale {
  const figures = corruptions.flatMap(({ differenceToClean }) => (differenceToClean ? [differenceToClean] : []));
  const down = Math.floor(Math.min(0, ...figures.map(({ low }) => low)) / GRID) * GRID;
  const up = Math.ceil(Math.max(0, ...figures.map(({ high }) => high)) / GRID) * GRID;
  return { low: Math.min(down, -GRID), high: up };
}

interface Panel {
  readonly left: number;
  readonly top: number;
  readonly scale: Scale;
  readonly name: string;
}

function drawPanel(content: AuditContent, results: readonly CorruptionResult[], panel: Panel): string[] {
  const { left, top, scale, name } = panel;
  const x = (severity: number) => left + 18 + ((severity - 1) / (SEVERITIES.length - 1)) * (PANEL.width - 36);
  const y = (points: number) => top + ((scale.high - points) / (scale.high - scale.low)) * PANEL.height;
  const looks = looksOf(content.models);
  return [
    text(left, top - 8, corruptionTitle(name)),
    ...gridOf(scale).flatMap((points) => [
      line(left, y(points), left + PANEL.width, y(points), Math.abs(points) < GRID / 2 ? 'chance' : 'grid'),
      ...(left === LEFT ? [text(left - 10, y(points) + 4, (100 * points).toFixed(0), 'quiet small end')] : []),
    ]),
    ...SEVERITIES.map((severity) => text(x(severity), top + PANEL.height + 18, String(severity), 'quiet small middle')),
    ...content.models.flatMap(({ id }, model) => {
      const shift = (model - (content.models.length - 1) / 2) * DODGE;
      const points = results
        .filter(({ modelId }) => modelId === id)
        .flatMap(({ severity, differenceToClean }) =>
          differenceToClean
            ? [{ figure: differenceToClean, x: x(severity) + shift, y: y(differenceToClean.value) }]
            : [],
        );
      return [
        `<g class="model-${model}">`,
        polyline(points),
        ...points.map((point) => intervalSvg(point.x, y(point.figure.low), y(point.figure.high))),
        ...points.map((point) => markerSvg(looks[model]?.marker ?? 'circle', point.x, point.y, 3)),
        '</g>',
      ];
    }),
  ];
}

/** Every ten points; where that is crowded, every twenty. */
function gridOf({ low, high }: Scale): number[] {
  const lines = Math.round((high - low) / GRID);
  const step = lines > 6 ? 2 : 1;
  const from = Math.round(low / GRID);
  return Array.from({ length: lines + 1 }, (_, at) => from + at)
    .filter((each) => each % step === 0)
    .map((each) => each * GRID);
}

function descriptionOf({ models, findings }: AuditContent, names: readonly string[]): string {
  const strongest = Math.max(...findings.corruptions.map(({ severity }) => severity));
  return names
    .flatMap((name) =>
      models.flatMap(({ id }) => {
        const found = findings.corruptions.find(
          ({ corruption, modelId, severity }) => corruption === name && modelId === id && severity === strongest,
        );
        const change = found?.differenceToClean;
        return change
          ? [`${corruptionTitle(name)}, ${id}: ${percent(change.value)} points at severity ${strongest}.`]
          : [];
      }),
    )
    .join(' ');
}
