/** Lays the app out in a folder of its own and starts it in a real Electron, on a display of its own. */
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { ensureBuilt } from '../../../../src/main/hosts/cli/open/build.ts';
import { withLock } from '../../../../tools/bootstrap/lock.mjs';
import { writeTinyModel } from '../../../support/modelPackages.ts';
import { startDisplay } from './display.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const ELECTRON_FOLDER = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(ROOT, 'node_modules', 'electron', 'dist');
const ELECTRON = join(ELECTRON_FOLDER, 'electron');

/** Images of the demonstration that a program of tiny models gets. */
const DEMO_IMAGES = ['ISIC_0001769', 'ISIC_0001852', 'ISIC_0001871'];

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
  await build();
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

/** Tests beside each other build once. */
async function build(): Promise<void> {
  const cache = join(ROOT, 'node_modules', '.cache', 'epsiloscope');
  mkdirSync(cache, { recursive: true });
  await withLock(
    join(cache, 'build.lock'),
    () => undefined,
    () => ensureBuilt({ appFolder: ROOT, signal: new AbortController().signal, say: () => undefined }),
  );
}

async function layOutTinyResources(resources: string): Promise<void> {
  const models = join(resources, 'models');
  await writeTinyModel(join(models, 'tiny'));
  await writeTinyModel(join(models, 'other'), 2, { id: 'other', title: 'Another untrained network' });
  cpSync(join(models, 'tiny'), join(models, 'truncated'), { recursive: true });
  truncateSync(join(models, 'truncated', 'weights.bin'), 100);
  const demo = join(resources, 'demo');
  mkdirSync(join(demo, 'images'), { recursive: true });
  for (const id of DEMO_IMAGES) {
    copyFileSync(join(ROOT, 'resources', 'demo', 'images', `${id}.jpg`), join(demo, 'images', `${id}.jpg`));
  }
  writeFileSync(join(demo, 'labels.csv'), `image_id,dx\n${DEMO_IMAGES.map((id) => `${id},nv\n`).join('')}`);
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
