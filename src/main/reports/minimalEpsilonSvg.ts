import type { AuditContent } from '../../shared/contract/audit.ts';
import { epsilonKey, formatEpsilon, LARGEST_SEARCHED_EPSILON } from '../../shared/domain/epsilon.ts';
import { looksOf, markerSvg } from './curveLooks.ts';
import { intervalSvg, line, modelLegend, polyline, svgFigure, text } from './svgFrame.ts';
import { largestSearched, percent } from './wording.ts';

const PLOT = { left: 72, top: 64, right: 700, bottom: 420 } as const;
const LEGEND_LEFT = 730;
const DODGE = 5;
/** Of the axis, in 1/255. */
const TICKS = [0, 0.25, 1, 2, 4, 8, 16];

type Distribution = AuditContent['findings']['minimalEpsilons'][number];

/**
 * `minimal-epsilon.svg`: per model the share of images whose own verdict some attack changes at or below each epsilon, a
 * step for every image, with 95 % intervals at the audit's epsilons. Null where no smallest epsilon was looked for.
 */
export function minimalEpsilonSvg(content: AuditContent): string | null {
  const { minimalEpsilons } = content.findings;
  if (minimalEpsilons.length === 0) return null;
  return svgFigure({
    name: 'minimal-epsilon',
    title: 'Smallest epsilon that changes a verdict: cumulative share of images over epsilon',
    description: minimalEpsilons.map(inWords).join(' '),
    heading: 'Share of images whose verdict an attack changes, over epsilon',
    content,
    body: [
      ...axes(),
      ...minimalEpsilons.flatMap((one, at) => drawModel(content, one, at)),
      ...modelLegend(content, LEGEND_LEFT, PLOT.top + 4),
    ],
    captionTop: PLOT.bottom + 68,
    caption: captionOf(minimalEpsilons, largestSearched(content)),
  });
}

/** Square-root axis up to the largest epsilon that is searched. */
const xOf = (epsilon: number): number =>
  PLOT.left + 12 + Math.sqrt(epsilon / LARGEST_SEARCHED_EPSILON) * (PLOT.right - PLOT.left - 24);

const yOf = (share: number): number => PLOT.bottom - share * (PLOT.bottom - PLOT.top);

const axes = (): string[] => [
  ...[0, 0.2, 0.4, 0.6, 0.8, 1].flatMap((share) => [
    line(PLOT.left, yOf(share), PLOT.right, yOf(share)),
    text(PLOT.left - 10, yOf(share) + 4, `${(100 * share).toFixed(0)} %`, 'quiet end'),
  ]),
  ...TICKS.flatMap((tick) => [
    line(xOf(tick / 255), PLOT.bottom, xOf(tick / 255), PLOT.bottom + 5),
    text(xOf(tick / 255), PLOT.bottom + 20, String(tick), 'quiet middle'),
  ]),
  text((PLOT.left + PLOT.right) / 2, PLOT.bottom + 42, 'epsilon in 1/255 (square-root axis)', 'middle'),
  text(PLOT.left, PLOT.top - 12, 'changed at or below epsilon', 'quiet small'),
];

function drawModel(content: AuditContent, { modelId, shares }: Distribution, at: number): string[] {
  const model = content.models.findIndex(({ id }) => id === modelId);
  const marker = looksOf(content.models)[model]?.marker ?? 'circle';
  const shift = (at - (content.findings.minimalEpsilons.length - 1) / 2) * DODGE;
  return [
    `<g class="model-${model}">`,
    polyline(stepsOf(content, modelId)),
    ...shares.flatMap(({ epsilon, share }) => [
      intervalSvg(xOf(epsilon) + shift, yOf(share.low), yOf(share.high)),
      markerSvg(marker, xOf(epsilon) + shift, yOf(share.value)),
    ]),
    '</g>',
  ];
}

/** Corners of the cumulative share of images, each with its weight, of the cases on file. */
function stepsOf(content: AuditContent, modelId: string): { x: number; y: number }[] {
  const images = content.cases.flatMap(({ models, weight }) =>
    models.flatMap((one) => (one.modelId === modelId ? [{ epsilon: one.minimalEpsilon, weight }] : [])),
  );
  const whole = images.reduce((sum, { weight }) => sum + weight, 0);
  const weightAt = new Map<number, number>();
  for (const { epsilon, weight } of images) {
    if (epsilon !== null) weightAt.set(epsilon, (weightAt.get(epsilon) ?? 0) + weight);
  }
  let below = 0;
  const corners = [...weightAt]
    .sort(([one], [other]) => one - other)
    .flatMap(([epsilon, weight]) => {
      const before = below;
      below += weight / whole;
      return [before, below].map((share) => ({ x: xOf(epsilon), y: yOf(share) }));
    });
  return [{ x: xOf(0), y: yOf(0) }, ...corners, { x: xOf(largestSearched(content)), y: yOf(below) }];
}

function inWords({ modelId, shares, noneFound, n }: Distribution): string {
  const values = shares.map(({ epsilon, share }) => `${percent(share.value)} % at ${epsilonKey(epsilon)}/255`);
  return `${modelId}: ${values.join(', ')}; none found for ${noneFound} of ${n}.`;
}

function captionOf(distributions: readonly Distribution[], largest: number): string {
  const n = distributions[0]?.n ?? 0;
  const refined = distributions.every(({ how }) => how === 'bisection');
  return (
    `n = ${n} images. Upper bounds: the smallest epsilon of any attack on file that changes the model's own clean verdict, ` +
    `${refined ? 'refined by bisection to a quarter of 1/255 and' : 'of the epsilons of the audit alone,'} searched up to ` +
    `${formatEpsilon(largest)}. Where a line ends below the top, no attack tried changed the other ` +
    'images. Bars: 95 % intervals over lesions, side by side to be told apart.'
  );
}
