import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { failed, interrupted } from '../../../../shared/kernel/errors.ts';
import { runScript } from './childProcess.ts';

/** Says what a build was made of. */
const STAMP = 'sources.txt';

/** What the built files are made of. */
const SOURCES = ['src', 'electron.vite.config.ts', 'package-lock.json'] as const;

export interface Build {
  readonly appFolder: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/**
 * Builds `out/` where it is missing, or made of other sources than those that lie here now.
 *
 * @throws EpsiloscopeError BUILD_FAILED, INTERRUPTED
 */
export async function ensureBuilt({ appFolder, signal, say }: Build): Promise<void> {
  const state = stateOfSources(appFolder);
  if (readText(join(appFolder, 'out', STAMP)) === state) return;
  say('Building the page, a few seconds ...');
  const script = join('node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const made = join(appFolder, 'node_modules', '.cache', 'epsiloscope', `out-${randomUUID()}`);
  try {
    const { code, lastWords } = await runScript([script, 'build', '--outDir', made], appFolder, signal);
    if (signal.aborted) throw interrupted('Everything that was stored before.', 'Start it again.');
    if (code !== 0) throw buildFailed(lastWords);
    writeFileSync(join(made, STAMP), state);
    replace(join(appFolder, 'out'), made);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** Two starts at once each build, and the last one's build stays, whole. */
function replace(folder: string, made: string): void {
  const before = `${made}-before`;
  if (existsSync(folder)) renameSync(folder, before);
  renameSync(made, folder);
  rmSync(before, { recursive: true, force: true });
}

/** Their number and the time of the newest: a file that came, went or changed makes it another one. */
function stateOfSources(appFolder: string): string {
  const files = SOURCES.flatMap((source) => filesIn(join(appFolder, source)));
  const newest = Math.max(...files.map((file) => statSync(file).mtimeMs));
  return `${files.length} files, the newest of ${new Date(newest).toISOString()}\n`;
}

function filesIn(path: string): readonly string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

const buildFailed = (words: string) =>
  failed('BUILD_FAILED', {
    happened: `The page could not be built: ${words}`,
    kept: 'Everything in your workspaces.',
    toDo: 'Undo changes to src/, or run "npm ci", then start again.',
  });
