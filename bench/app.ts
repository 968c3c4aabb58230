/** How fast the app starts, opens, scrolls and attacks, and how much memory it takes: in the browser, and in Electron. */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from '@playwright/test';
import { cpuFacts } from '../src/main/engine/backend/cpu.ts';
import { ensureBuilt } from '../src/main/hosts/cli/open/build.ts';
import { openWorkspace } from '../src/main/store/index.ts';
import { systemClock } from '../src/shared/kernel/clock.ts';
import { makeManyCases } from '../tools/manyCases.ts';
import { launchChromium, startProgram } from '../tools/openApp.ts';
import { attackTimes, makeDemo } from './appContract.ts';
import { electronFigures } from './appElectron.ts';
import {
  attacked,
  clicked,
  everything,
  firstCard,
  heapBytes,
  openPage,
  photographAndVerdicts,
  scrollFrames,
} from './appPage.ts';
import { appMarkdown, type AppResults, type Figure, frameFigures } from './appReport.ts';
import { noMemoryHere, processesOf, rendererOf, residentOf } from './processMemory.ts';

const ROOT = join(import.meta.dirname, '..');
const REPORT = join(ROOT, 'bench', 'results', 'app.md');

const USAGE = `node bench/app.ts [--quick] [--json] [--write] [--only LIST] [--demo HOME] [--note TEXT]

  --quick      two repetitions and fewer cases: shows that everything runs; measures nothing worth keeping
  --json       prints every single measurement instead of the report
  --write      writes the report to bench/results/app.md
  --demo HOME  a folder of the program (as EPSILOSCOPE_HOME) whose demo is searched already: it is copied, not made
  --only LIST  of ${['start', 'workspaces', 'case', 'attack', 'electron'].join(', ')} (default: all)
  --note TEXT  stands in the report: what else was special about the machine

EPSILOSCOPE_CHROMIUM names the browser; ELECTRON_OVERRIDE_DIST_PATH the folder of Electron.
`;

const OPTIONS = {
  quick: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
  demo: { type: 'string' },
  note: { type: 'string' },
  only: { type: 'string', default: 'start,workspaces,case,attack,electron' },
  help: { type: 'boolean', default: false },
} as const;

type Flags = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

interface Effort {
  readonly starts: number;
  readonly openings: number;
  /** Cases of the large workspaces, ascending. */
  readonly sizes: readonly [number, number];
  readonly scrolls: number;
  readonly scrollSeconds: number;
  readonly cases: number;
}
const FULL: Effort = { starts: 7, openings: 7, sizes: [10_000, 100_000], scrolls: 3, scrollSeconds: 8, cases: 10 };
const QUICK: Effort = { starts: 2, openings: 2, sizes: [1000, 10_000], scrolls: 2, scrollSeconds: 3, cases: 2 };

const SIZE = { width: 1366, height: 768 };

const say = (line: string): void => {
  console.error(line);
};

/** The program with its page in a new browser, as long as `work` takes. */
async function withApp<T>(
  home: string,
  work: (app: { page: Page; browser: Browser; pid: number }) => Promise<T>,
): Promise<T> {
  const program = await startProgram(home);
  const browser = await launchChromium();
  try {
    const page = await openPage(browser, SIZE);
    await page.goto(program.address);
    await firstCard(page);
    return await work({ page, browser, pid: program.pid });
  } finally {
    await browser.close();
    await program.close();
  }
}

/** From the start of the program's process; the browser runs already, as it mostly does. */
async function startFigures(home: string, { starts }: Effort): Promise<readonly Figure[]> {
  const browser = await launchChromium();
  const toAddress: number[] = [];
  const toCard: number[] = [];
  try {
    for (let start = 0; start < starts; start += 1) {
      const page = await openPage(browser, SIZE);
      const from = Date.now();
      const program = await startProgram(home);
      toAddress.push((Date.now() - from) / 1000);
      await page.goto(program.address);
      toCard.push(((await firstCard(page)) - from) / 1000);
      await page.close();
      await program.close();
    }
  } finally {
    await browser.close();
  }
  return [
    { what: 'start in the browser, to the first card', unit: 's', values: toCard, aim: { kind: 'below', value: 2 } },
    { what: 'of it, until the browser can be told the address', unit: 's', values: toAddress },
  ];
}

/** A folder of many cases among the recent workspaces of `home`. */
async function addWorkspace(home: string, name: string, cases: number): Promise<void> {
  const folder = join(home, 'workspaces', name);
  mkdirSync(folder, { recursive: true });
  const workspace = await openWorkspace(folder, { clock: systemClock, command: 'bench/app.ts' });
  await makeManyCases(workspace, cases);
  workspace.close();
  const program = await startProgram(home, folder);
  await program.close();
}

async function closeWorkspace(page: Page): Promise<void> {
  const name = await page.getByRole('contentinfo').getByRole('button').last().innerText();
  await page.getByRole('contentinfo').getByRole('button', { name }).click();
  await page.getByRole('button', { name: 'Close the workspace' }).click();
}

async function openingTimes(page: Page, name: string, openings: number): Promise<number[]> {
  const times: number[] = [];
  for (let opening = 0; opening < openings; opening += 1) {
    await closeWorkspace(page);
    await page.getByRole('button', { name: `Open ${name}`, exact: true }).click();
    times.push(((await firstCard(page)) - (await clicked(page))) / 1000);
  }
  return times;
}

async function workspaceFigures(home: string, effort: Effort): Promise<readonly Figure[]> {
  const { sizes, openings, scrolls, scrollSeconds } = effort;
  const nameOf = (cases: number) => `cases${cases}`;
  for (const cases of sizes) {
    say(`Making ${cases} cases`);
    await addWorkspace(home, nameOf(cases), cases);
  }
  return withApp(home, async ({ page, browser, pid }) => {
    const figures: Figure[] = [];
    for (const cases of sizes) {
      const values = await openingTimes(page, nameOf(cases), openings);
      figures.push({
        what: `opening ${cases} cases, to the first card`,
        unit: 's',
        values,
        aim: { kind: 'below', value: 1 },
      });
    }
    const runs: (readonly number[])[] = [];
    for (let run = 0; run < scrolls; run += 1) runs.push(await scrollFrames(page, scrollSeconds));
    const [, largest] = sizes;
    figures.push(...frameFigures(`scrolling through ${largest} cards`, runs));
    figures.push(...(await memoryFigures(`after scrolling through ${largest} cards`, page, browser, pid)));
    return figures;
  });
}

const megabytes = (bytes: number): number => bytes / 1e6;

async function memoryFigures(when: string, page: Page, browser: Browser, pid: number): Promise<readonly Figure[]> {
  const figure = (what: string, bytes: number): Figure => ({
    what: `${what}, ${when}`,
    unit: 'MB',
    values: [megabytes(bytes)],
  });
  const heap = figure("the page's JavaScript heap", await heapBytes(page));
  if (noMemoryHere() !== null) return [heap];
  const renderer = residentOf(await rendererOf(browser));
  return [
    heap,
    { ...figure("the page's process, resident", renderer.all), aim: { kind: 'below', value: 300 } },
    figure("the page's process, resident and backed by no file", renderer.anonymous),
    ...processesOf(pid).map((each) =>
      figure(`process of the program: ${each.name}, resident`, residentOf(each.pid).all),
    ),
  ];
}

/** Neighbours of an open case are asked for ahead: those opened here are no neighbours of each other. */
const CASES_APART = 4;

async function caseFigures(home: string, { cases }: Effort): Promise<readonly Figure[]> {
  return withApp(home, async ({ page, browser, pid }) => {
    const times: Record<'seen' | 'attacked' | 'everything', number[]> = { seen: [], attacked: [], everything: [] };
    // The first case waits for the engine to start and is not counted.
    for (let at = 0; at <= cases; at += 1) {
      await page.locator(`[role=gridcell][data-index="${at * CASES_APART}"]`).click();
      const seen = await photographAndVerdicts(page);
      const [attackedAt, everythingAt] = [await attacked(page), await everything(page)];
      const from = await clicked(page);
      if (at > 0) {
        times.seen.push(seen - from);
        times.attacked.push((attackedAt - from) / 1000);
        times.everything.push((everythingAt - from) / 1000);
      }
      await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Library' }).click();
      await firstCard(page);
    }
    return [
      {
        what: 'opening a case, to photograph and clean verdicts',
        unit: 'ms',
        values: times.seen,
        aim: { kind: 'below', value: 150 },
      },
      {
        what: 'opening a case, until both models are attacked at 8 epsilons and more',
        unit: 's',
        values: times.attacked,
      },
      { what: 'opening a case, to attacked input and heatmap', unit: 's', values: times.everything },
      ...(await memoryFigures('after as many cases', page, browser, pid)),
    ];
  });
}

async function measure(
  home: string,
  effort: Effort,
  only: readonly string[],
): Promise<Pick<AppResults, 'figures' | 'notRun'>> {
  const figures: Figure[] = [];
  const notRun: { what: string; why: string }[] = [];
  const parts: Readonly<Record<string, () => Promise<readonly Figure[] | string>>> = {
    start: () => startFigures(home, effort),
    case: () => caseFigures(home, effort),
    attack: () => attackTimes(home, effort.cases),
    electron: () => electronFigures(home, effort.starts),
    workspaces: () => workspaceFigures(home, effort),
  };
  for (const [what, work] of Object.entries(parts)) {
    if (!only.includes(what)) notRun.push({ what, why: 'It was left out with --only' });
    else {
      say(`Measuring: ${what}`);
      const found = await work();
      if (typeof found === 'string') notRun.push({ what, why: found });
      else figures.push(...found);
    }
  }
  return { figures, notRun };
}

async function bench(flags: Flags, scratch: string): Promise<AppResults> {
  const started = { at: new Date().toISOString(), load: os.loadavg()[0] ?? Number.NaN };
  await ensureBuilt({ appFolder: ROOT, signal: new AbortController().signal, say });
  const home = join(scratch, 'home');
  if (flags.demo === undefined) await makeDemo(home, say);
  else cpSync(join(flags.demo, 'workspaces', 'demo'), join(home, 'workspaces', 'demo'), { recursive: true });
  const { figures, notRun } = await measure(home, flags.quick ? QUICK : FULL, flags.only.split(','));
  const browser = await launchChromium();
  const chromium = browser.version();
  await browser.close();
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  return {
    format: 'epsiloscope.bench.app',
    formatVersion: 1,
    startedAt: started.at,
    command: ['node bench/app.ts', ...process.argv.slice(2)].join(' '),
    machine: {
      cpu: cpuFacts().name,
      cores: os.availableParallelism(),
      memoryBytes: os.totalmem(),
      platform: `${os.platform()} ${os.arch()}`,
      loadBefore: started.load,
      loadAfter: os.loadavg()[0] ?? Number.NaN,
    },
    versions: { epsiloscope: version, node: process.versions.node, chromium },
    quick: flags.quick,
    note: flags.note ?? '',
    figures,
    notRun,
  };
}

async function main(): Promise<void> {
  const flags = parseArgs({ options: OPTIONS }).values;
  if (flags.help) {
    console.log(USAGE);
    return;
  }
  if (flags.demo !== undefined && !existsSync(join(flags.demo, 'workspaces', 'demo'))) {
    throw new Error(`${flags.demo} holds no demo.`);
  }
  const scratch = await mkdtemp(join(os.tmpdir(), 'epsiloscope-bench-app-'));
  try {
    const results = await bench(flags, scratch);
    console.log(flags.json ? JSON.stringify(results, null, 1) : appMarkdown(results));
    if (flags.write) writeFileSync(REPORT, appMarkdown(results));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

await main();
