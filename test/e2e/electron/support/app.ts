/** Builds the app into a folder of its own and starts it in a real Electron, on a display of its own. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { writeTinyModel } from '../../../support/modelPackages.ts';
import { startDisplay } from './display.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const BUILD = join(ROOT, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
const ELECTRON_FOLDER = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(ROOT, 'node_modules', 'electron', 'dist');
const ELECTRON = join(ELECTRON_FOLDER, 'electron');

/** Why the app cannot be started here, or null where it can. */
export function whyNotHere(): string | null {
  if (process.platform !== 'linux') return 'skipped: needs Xvfb, which is for Linux';
  const folders = (process.env['PATH'] ?? '').split(':');
  if (!folders.some((folder) => existsSync(join(folder, 'Xvfb')))) return 'skipped: Xvfb is not installed';
  if (!existsSync(ELECTRON)) return 'skipped: no Electron; ELECTRON_OVERRIDE_DIST_PATH names the folder of one';
  return null;
}

export interface RunningApp {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** What the page wrote to its console as an error or a warning, and what it threw, since its start. */
  readonly complaints: string[];
  /** How it was started, for a second start beside it. */
  readonly start: { readonly program: string; readonly args: string[]; readonly env: Record<string, string> };
  /** Ends the app where it still runs, and removes all that was made for it. */
  close(): Promise<void>;
}

/** Starts the app with two bundled models: `tiny`, and `truncated`, whose weights end too early. */
export async function startApp(): Promise<RunningApp> {
  const folder = mkdtempSync(join(tmpdir(), 'epsiloscope-electron-'));
  await layOutProgram(folder);
  const display = await startDisplay();
  const start = {
    program: ELECTRON,
    // Chromium refuses its outer sandbox to root, and there is no graphics card behind Xvfb.
    args: [folder, `--user-data-dir=${join(folder, 'profile')}`, '--no-sandbox', '--disable-gpu'],
    env: { ...definedVariables(), DISPLAY: display.name },
  };
  // Found by Playwright itself: only then does it hold the app back until it listens. With `executablePath` it does not,
  // and a window that opens at the wrong moment makes it wait for ever.
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] = ELECTRON_FOLDER;
  const app = await _electron.launch({ args: start.args, env: start.env });
  const page = await app.firstWindow();
  return {
    app,
    page,
    complaints: collectComplaints(page),
    start,
    close: async () => {
      await app.close();
      display.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function layOutProgram(folder: string): Promise<void> {
  execFileSync(process.execPath, [BUILD, 'build', '--outDir', join(folder, 'out')], { cwd: ROOT, stdio: 'pipe' });
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const models = join(folder, 'resources', 'models');
  await writeTinyModel(join(models, 'tiny'));
  cpSync(join(models, 'tiny'), join(models, 'truncated'), { recursive: true });
  truncateSync(join(models, 'truncated', 'weights.bin'), 100);
}

function definedVariables(): Record<string, string> {
  const entries = Object.entries(process.env);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function collectComplaints(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => {
    complaints.push(error.message);
  });
  return complaints;
}
