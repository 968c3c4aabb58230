import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { runScript } from './childProcess.ts';
import type { ElectronFound } from './choice.ts';

/** Electron's own package fetches its program on demand; a network that lets it hang must not keep the person waiting. */
const MOST_MILLISECONDS_TO_FETCH = 180_000;

/** A workstation without a way out is not asked for one at every start. */
const NOT_AGAIN_FOR_MILLISECONDS = 24 * 3600 * 1000;

const failureSchema = z.strictObject({ at: z.number(), reason: z.string() });

export interface ElectronSearch {
  /** Holds node_modules. */
  readonly appFolder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Electron was asked for: a download that failed today is tried again. */
  readonly insist: boolean;
  /** Aborted when the person gives up. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** Unix time in milliseconds. */
  readonly now: number;
}

/** Electron's program: named by ELECTRON_OVERRIDE_DIST_PATH, fetched earlier, or fetched now. */
export async function findElectron(search: ElectronSearch): Promise<ElectronFound> {
  const named = search.environment['ELECTRON_OVERRIDE_DIST_PATH'] ?? '';
  if (named !== '') {
    const program = join(named, programName(process.platform));
    return existsSync(program)
      ? { program }
      : { missing: 'ELECTRON_OVERRIDE_DIST_PATH names a folder without Electron' };
  }
  const fetched = fetchedProgram(search.appFolder);
  if (fetched !== null) return { program: fetched };
  if (search.environment['EPSILOSCOPE_OFFLINE'] === '1') {
    return { missing: 'Electron is not here, and EPSILOSCOPE_OFFLINE=1 forbids its download' };
  }
  const failure = readFailure(search);
  if (failure !== null && !search.insist) {
    return { missing: `Electron could not be had (${failure}); --electron tries again` };
  }
  return fetchElectron(search);
}

const programName = (platform: NodeJS.Platform): string => {
  if (platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return platform === 'win32' ? 'electron.exe' : 'electron';
};

const packageFolder = (appFolder: string): string => join(appFolder, 'node_modules', 'electron');

/** Electron's package writes `path.txt` last, so a download that broke off leaves none. */
function fetchedProgram(appFolder: string): string | null {
  const folder = packageFolder(appFolder);
  try {
    const program = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8'));
    return existsSync(program) ? program : null;
  } catch {
    return null;
  }
}

async function fetchElectron(search: ElectronSearch): Promise<ElectronFound> {
  const { appFolder, signal, say } = search;
  const script = join(packageFolder(appFolder), 'install.js');
  if (!existsSync(script)) return { missing: 'Electron is not installed' };
  say('Fetching Electron, once (about 120 MB) ...');
  const limit = AbortSignal.timeout(MOST_MILLISECONDS_TO_FETCH);
  const { code, lastWords } = await runScript([script], appFolder, AbortSignal.any([signal, limit]));
  const program = fetchedProgram(appFolder);
  if (code === 0 && program !== null) return { program };
  const reason = limit.aborted ? 'its download took too long' : reasonIn(lastWords);
  if (!signal.aborted) writeFailure(search, reason);
  return { missing: `Electron could not be had (${reason})` };
}

/** The line of an error's text that says what went wrong. */
const reasonIn = (words: string): string =>
  /^.*\b(?:Error|ENOTFOUND|ECONN\w+|ETIMEDOUT)\b.*$/m.exec(words)?.[0].trim().slice(0, 200) ?? 'its download failed';

const failureFile = (appFolder: string): string =>
  join(appFolder, 'node_modules', '.cache', 'epsiloscope', 'electron.json');

function readFailure({ appFolder, now }: ElectronSearch): string | null {
  try {
    const { at, reason } = failureSchema.parse(JSON.parse(readFileSync(failureFile(appFolder), 'utf8')));
    return now >= at && now - at < NOT_AGAIN_FOR_MILLISECONDS ? reason : null;
  } catch {
    // None, or one that nobody can read: it is tried.
    return null;
  }
}

function writeFailure({ appFolder, now }: ElectronSearch, reason: string): void {
  const file = failureFile(appFolder);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ at: now, reason }));
}
