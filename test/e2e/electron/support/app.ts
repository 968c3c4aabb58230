/** Lays the app out in a folder of its own and starts it in a real Electron, on a display of its own. */
import { copyFileSync, cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { writeTinyModel } from '../../../support/modelPackages.ts';
import { buildApp, layOutDemo, ROOT } from '../../support/build.ts';
import { startDisplay } from './display.ts';

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

/** The app as laid out on disk, with a person's folder of its own. */
export interface Installation {
  readonly folder: string;
  /** The person's own folder of the program. */
  readonly home: string;
  remove(): void;
}

/**
 * @param content `tiny`: three images and two models that compute at once, and a third, `truncated`, whose weights end too
 *   early; `real`: all that comes with the program, on which a screening takes minutes
 */
export async function installApp(content: 'tiny' | 'real' = 'tiny'): Promise<Installation> {
  const folder = mkdtempSync(join(tmpdir(), 'epsiloscope-electron-'));
  await buildApp();
  cpSync(join(ROOT, 'out'), join(folder, 'out'), { recursive: true });
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  if (content === 'real') symlinkSync(join(ROOT, 'resources'), join(folder, 'resources'));
  else await layOutTinyResources(join(folder, 'resources'));
  return {
    folder,
    home: join(folder, 'home'),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function layOutTinyResources(resources: string): Promise<void> {
  const models = join(resources, 'models');
  await writeTinyModel(join(models, 'tiny'));
  await writeTinyModel(join(models, 'other'), 2, { id: 'other', title: 'Another untrained network' });
  cpSync(join(models, 'tiny'), join(models, 'truncated'), { recursive: true });
  truncateSync(join(models, 'truncated', 'weights.bin'), 100);
  layOutDemo(join(resources, 'demo'));
}

export interface RunningApp {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** What the page wrote to its console as an error or a warning, and what it threw, since its start. */
  readonly complaints: string[];
  /** How it was started, for a second start beside it. */
  readonly start: { readonly program: string; readonly args: string[]; readonly env: Record<string, string> };
  /** Ends the app where it still runs. */
  close(): Promise<void>;
}

export async function startApp({ folder, home }: Installation): Promise<RunningApp> {
  const display = await startDisplay();
  const start = {
    program: ELECTRON,
    // Chromium refuses its outer sandbox to root, and there is no graphics card behind Xvfb.
    args: [folder, '--no-sandbox', '--disable-gpu'],
    env: { ...definedVariables(), DISPLAY: display.name, EPSILOSCOPE_HOME: home, EPSILOSCOPE_BACKEND: 'wasm' },
  };
  // Found by Playwright itself: only then does it hold the app back until it listens. With `executablePath` it does not,
  // and a window that opens at the wrong moment makes it wait for ever.
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] = ELECTRON_FOLDER;
  const app = await _electron.launch({ args: start.args, env: start.env });
  const program = app.process();
  const page = await app.firstWindow();
  return {
    app,
    page,
    complaints: collectComplaints(page),
    start,
    close: async () => {
      if (program.exitCode === null && program.signalCode === null) {
        const ended = once(program, 'exit');
        // Asks nobody, as quitting does while work is under way.
        program.kill('SIGTERM');
        await ended;
      }
      display.close();
    },
  };
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
