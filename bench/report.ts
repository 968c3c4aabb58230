import { CONTENDER_IDS, type ContenderId, type NotRun } from './contenders.ts';
import {
  MEASURES,
  meanAccuracy,
  ratio,
  summarise,
  type Effort,
  type Memory,
  type Series,
  type Summary,
} from './measure.ts';
import { CURVE_EPSILONS } from './protocol.ts';

/** Everything about one run of the bench: written as JSON, and shown as Markdown. */
export interface BenchResults {
  readonly format: 'epsiloscope.bench';
  readonly formatVersion: 1;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly command: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryBytes: number;
    readonly platform: string;
    /** Load average over the minute before the start: above the noise, others were at work. */
    readonly loadBefore: number;
  };
  readonly threads: number;
  readonly versions: Readonly<Record<string, string>>;
  /** Variables that change the speed, where they are set. */
  readonly environment: Readonly<Record<string, string>>;
  readonly models: readonly { readonly id: string; readonly parameters: number; readonly sha256: string }[];
  readonly images: { readonly source: string; readonly n: number; readonly sha256: string };
  readonly effort: Effort;
  readonly epsilons255: readonly number[];
  readonly series: readonly Series[];
  readonly memory: readonly Memory[];
  readonly notRun: readonly NotRun[];
}

const NAMES: Readonly<Record<ContenderId, string>> = {
  native: 'Epsiloscope, native',
  wasm: 'Epsiloscope, wasm',
  'torch-nchw': 'torchattacks, NCHW',
  'torch-channels-last': 'torchattacks, channels_last',
};
const PEERS = ['torch-nchw', 'torch-channels-last'] as const;

const digits = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
const percent = (share: number | null | undefined): string => (share == null ? '' : (100 * share).toFixed(1));
const withSpread = ({ median, min, max, n }: Summary): string =>
  n === 1 ? digits(median) : `${digits(median)} (${digits(min)} to ${digits(max)})`;

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  row(head),
  row(head.map((_, column) => (column === 0 ? '---' : '---:'))),
  ...rows.map(row),
];

const find = (all: readonly Series[], like: Series, contender: ContenderId): Series | undefined =>
  all.find((one) => one.subject === like.subject && one.measure === like.measure && one.contender === contender);

/** One entry per subject and measure. */
const firsts = (all: readonly Series[]): Series[] =>
  all.filter(
    (series, at) => all.findIndex((one) => one.subject === series.subject && one.measure === series.measure) === at,
  );

function timings({ series }: BenchResults): string[] {
  const head = ['', ...CONTENDER_IDS.map((id) => NAMES[id]), ...PEERS.map((id) => `native : ${NAMES[id]}`)];
  const rows = firsts(series).map((like) => {
    const cell = (id: ContenderId) => {
      const own = find(series, like, id);
      return own ? withSpread(summarise(own.values)) : 'NOT RUN';
    };
    const against = (id: ContenderId) => {
      const [ours, peer] = [find(series, like, 'native'), find(series, like, id)];
      return ours && peer ? withSpread(ratio(ours, peer)) : '';
    };
    return [`${like.subject}: ${MEASURES[like.measure]}`, ...CONTENDER_IDS.map(cell), ...PEERS.map(against)];
  });
  return table(head, rows);
}

function curves({ series }: BenchResults, measure: 'curve' | 'verdictCurve'): string[] {
  const head = ['', 'clean', ...CURVE_EPSILONS.map((epsilon) => `${epsilon}/255`)];
  const rows = series
    .filter((one) => one.measure === measure)
    .flatMap((one) =>
      (['anyIterate', 'lastIterate'] as const).flatMap((definition) => {
        const shares = CURVE_EPSILONS.map((_, at) => meanAccuracy(one, definition, at));
        if (shares.every((share) => share === null)) return [];
        const how = definition === 'anyIterate' ? 'any iterate, carried' : 'last iterate';
        const clean = percent(one.accuracies[0]?.clean);
        return [[`${one.subject}, ${NAMES[one.contender]}, ${how}`, clean, ...shares.map(percent)]];
      }),
    );
  return rows.length > 0 ? table(head, rows) : ['NOT RUN: see below.'];
}

const gigabytes = (bytes: number): string => (bytes > 0 ? `${(bytes / 1e9).toFixed(2)} GB` : '');

const list = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

/** The results for a reader, with all that is needed to repeat them. */
export function markdown(results: BenchResults): string {
  const { machine, effort, images, models, memory, notRun, environment } = results;
  const lines = [
    '# Bench',
    '',
    `Measured with \`${results.command}\`, started ${results.startedAt}. Median (smallest to largest) of ` +
      `${effort.repetitions} repetitions, curves of ${effort.curveRepetitions}; contenders take turns within each ` +
      'repetition, and ratios are taken within it. How: docs/performance.md.',
    '',
    `- Machine: ${machine.cpu}, ${machine.cores} cores, ${gigabytes(machine.memoryBytes)}, ${machine.platform}; load ` +
      `before the start ${machine.loadBefore.toFixed(2)}; ${results.threads} threads for each (wasm: 1)`,
    `- Versions: ${list(results.versions)}`,
    ...(Object.keys(environment).length > 0 ? [`- Environment: ${list(environment)}`] : []),
    `- Images: ${images.n} of ${images.source}, 64x64 (SHA-256 of the pixels ${images.sha256})`,
    ...models.map(
      ({ id, parameters, sha256 }) => `- Model ${id}: ${parameters} parameters, SHA-256 of its card ${sha256}`,
    ),
    '',
    '## Time',
    '',
    ...timings(results),
    '',
    '## Robust accuracy along the curves, %',
    '',
    ...curves(results, 'curve'),
    '',
    '## Verdicts that hold along the curves, %',
    '',
    ...curves(results, 'verdictCurve'),
    '',
    '## Largest resident memory',
    '',
    ...table(
      ['', 'attacks', 'and training steps'],
      memory.map(({ contender, attacks, training }) => [NAMES[contender], gigabytes(attacks), gigabytes(training)]),
    ),
  ];
  const missing = notRun.map(({ what, why }) => `- ${what}: NOT RUN. ${why}.`);
  return `${[...lines, ...(missing.length > 0 ? ['', '## Not run', '', ...missing] : [])].join('\n')}\n`;
}
