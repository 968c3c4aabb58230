/** The app in Electron, on a display that nobody looks at. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { _electron } from '@playwright/test';
import Database from 'better-sqlite3';
import { startDisplay } from '../test/e2e/electron/support/display.ts';
import { firstCard } from './appPage.ts';
import type { Figure } from './appReport.ts';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(ROOT, 'node_modules', 'electron', 'dist');

/** Why Electron cannot be started here, or null. */
function whyNotHere(): string | null {
  if (process.platform !== 'linux') return 'Xvfb is for Linux';
  if (!existsSync(join(FOLDER, 'electron')))
    return 'There is no Electron; ELECTRON_OVERRIDE_DIST_PATH names its folder';
  const folders = (process.env['PATH'] ?? '').split(':');
  return folders.some((folder) => existsSync(join(folder, 'Xvfb'))) ? null : 'Xvfb is not installed';
}

/** @returns why it was not run, where it was not */
export async function electronFigures(home: string, starts: number): Promise<readonly Figure[] | string> {
  const why = whyNotHere();
  if (why !== null) return why;
  // Found by Playwright itself: only then does it hold the app back until it listens.
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] = FOLDER;
  withoutLog(home);
  const display = await startDisplay();
  try {
    const runs: Run[] = [];
    for (let start = 0; start < starts; start += 1) runs.push(await startOnce(home, display.name));
    const version = runs[0]?.version ?? '';
    const memory = [...new Set(runs.flatMap(({ processes }) => [...processes.keys()]))].map((name): Figure => ({
      what: `Electron's process: ${name}, resident, after the start`,
      unit: 'MB',
      values: runs.flatMap(({ processes }) => processes.get(name) ?? []),
    }));
    const values = runs.map(({ seconds }) => seconds);
    const what = `start in Electron ${version}, to the first card`;
    return [{ what, unit: 's', values, aim: { kind: 'below', value: 2 } }, ...memory];
  } finally {
    display.close();
  }
}

/** Leaves the demo's database without a write-ahead log, so that any build of SQLite can open it. */
function withoutLog(home: string): void {
  const db = new Database(join(home, 'workspaces', 'demo', 'epsiloscope.db'));
  db.pragma('journal_mode = DELETE');
  db.close();
}

interface Run {
  readonly seconds: number;
  readonly version: string;
  /** Resident megabytes by what the process is. */
  readonly processes: ReadonlyMap<string, number>;
}

async function startOnce(home: string, display: string): Promise<Run> {
  const defined = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const env = { ...Object.fromEntries(defined), DISPLAY: display, EPSILOSCOPE_HOME: home };
  const from = Date.now();
  // Chromium refuses its outer sandbox to root, and there is no graphics card behind Xvfb.
  const app = await _electron.launch({ args: [ROOT, '--no-sandbox', '--disable-gpu'], env });
  try {
    const seconds = ((await firstCard(await app.firstWindow())) - from) / 1000;
    const told = await app.evaluate(({ app: electron }) => ({
      version: process.versions.electron,
      processes: electron
        .getAppMetrics()
        .map(({ type, name, memory }) => [name ?? type, memory.workingSetSize] as const),
    }));
    const processes = new Map(told.processes.map(([name, kibibytes]) => [name, (1024 * kibibytes) / 1e6]));
    return { seconds, version: told.version, processes };
  } finally {
    await app.close();
  }
}
