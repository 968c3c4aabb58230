/** Figures of the app and how they are shown. */
import { max, median, min, quantile } from 'simple-statistics';

export type Unit = 's' | 'ms' | 'MB' | '%';

export interface Figure {
  readonly what: string;
  readonly unit: Unit;
  /** One per repetition. */
  readonly values: readonly number[];
  /** What `n` counts, where it is not repetitions: `1200 frames`. */
  readonly of?: string;
  readonly aim?: { readonly kind: 'below' | 'above'; readonly value: number };
}

export interface AppResults {
  readonly format: 'epsiloscope.bench.app';
  readonly formatVersion: 1;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly command: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryBytes: number;
    readonly platform: string;
    /** Load average over the minute before: above the noise, others were at work. */
    readonly loadBefore: number;
    readonly loadAfter: number;
  };
  readonly versions: Readonly<Record<string, string>>;
  readonly quick: boolean;
  /** What else was special about the machine; empty: nothing. */
  readonly note: string;
  readonly figures: readonly Figure[];
  readonly notRun: readonly { readonly what: string; readonly why: string }[];
}

/** Frames as the bench tells them. A frame at 60 Hz takes 16.67 ms; the page's clock is as coarse as 0.1 ms. */
export function frameFigures(what: string, runs: readonly (readonly number[])[]): readonly Figure[] {
  const all = runs.flat();
  const of = `${all.length} frames in ${runs.length} runs`;
  const inTime = (frames: readonly number[]) => (100 * frames.filter((frame) => frame < 16.8).length) / frames.length;
  const kept = (frames: readonly number[]) => (100 * frames.filter((frame) => frame < 25).length) / frames.length;
  return [
    {
      what: `${what}: frames within 16.7 ms`,
      unit: '%',
      values: runs.map(inTime),
      of,
      aim: { kind: 'above', value: 95 },
    },
    { what: `${what}: frames that kept no other waiting (below 25 ms)`, unit: '%', values: runs.map(kept), of },
    { what: `${what}: median frame`, unit: 'ms', values: runs.map((frames) => median([...frames])), of },
    { what: `${what}: 95th percentile`, unit: 'ms', values: runs.map((frames) => quantile([...frames], 0.95)), of },
    { what: `${what}: longest frame`, unit: 'ms', values: runs.map((frames) => max([...frames])), of },
  ];
}

const digits = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

function measured({ values, unit }: Figure): string {
  const middle = `${digits(median([...values]))} ${unit}`;
  return values.length === 1 ? middle : `${middle} (${digits(min([...values]))} to ${digits(max([...values]))})`;
}

function verdict({ aim, values, unit }: Figure): readonly [aim: string, met: string] {
  if (aim === undefined) return ['', ''];
  const middle = median([...values]);
  const isMet = aim.kind === 'below' ? middle < aim.value : middle > aim.value;
  return [`${aim.kind} ${aim.value} ${unit}`, isMet ? 'met' : 'not met'];
}

/** The results for a reader, with all that is needed to repeat them. */
export function appMarkdown({
  machine,
  versions,
  figures,
  notRun,
  command,
  startedAt,
  quick,
  note,
}: AppResults): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rows = figures.map((figure) => {
    const n = figure.of ?? String(figure.values.length);
    return row([figure.what, measured(figure), n, ...verdict(figure)]);
  });
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    '# Bench of the app',
    '',
    `Measured with \`${command}\`, started ${startedAt}. Median (smallest to largest) of n repetitions; an aim is met where ` +
      `the median is. How: bench/app.ts.${quick ? ' **Quick: this shows that it runs, and measures nothing.**' : ''}`,
    '',
    `- Machine: ${machine.cpu}, ${machine.cores} cores, ${(machine.memoryBytes / 1e9).toFixed(2)} GB, ${machine.platform}; ` +
      `load ${machine.loadBefore.toFixed(2)} before, ${machine.loadAfter.toFixed(2)} after (its own work among it)`,
    `- Versions: ${names.join(', ')}`,
    '- The page at 1366x768, drawn by the processor (no graphics card, no window), which a workstation does faster',
    '- The cases of large workspaces are copies of the 98 of the demo, with their photographs (tools/manyCases.ts)',
    '- Files of the program and of the workspace were in the system’s cache',
    ...(note === '' ? [] : [`- ${note}`]),
    '',
    row(['', 'measured', 'n', 'aim', '']),
    row(['---', '---:', '---:', '---:', '---']),
    ...rows,
    ...(notRun.length === 0 ? [] : ['', '## Not run', '']),
    ...notRun.map(({ what, why }) => `- ${what}: NOT RUN. ${why}.`),
    '',
  ].join('\n');
}
