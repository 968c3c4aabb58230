// Measures what a newcomer waits for: clones the committed state into an empty folder, with empty caches, and starts it
// twice. `npm run fresh-clone`.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from './bootstrap/main.mjs';
import { findNode24 } from './bootstrap/node24.mjs';
import { withoutOwnPrograms } from './bootstrap/packages.mjs';
import { findProgram } from './bootstrap/processes.mjs';
import { recipeFor } from './native/recipe.mjs';

/** @param {string} folder */
function bytesIn(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) =>
    lstatSync(path.join(folder, name)),
  );
  return files.filter((file) => file.isFile()).reduce((bytes, file) => bytes + file.size, 0);
}

/**
 * @param {string} what
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} options
 */
function timed(what, program, args, options) {
  const started = performance.now();
  const { status } = spawnSync(program, args, { ...options, stdio: ['ignore', 'ignore', 'inherit'] });
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`${what} ended with code ${String(status)}`);
  console.log(`${what}: ${seconds.toFixed(2)} s`);
}

const folder = mkdtempSync(path.join(tmpdir(), 'epsiloscope-fresh-'));
try {
  const clone = path.join(folder, 'clone');
  const npmCache = path.join(folder, 'npm');
  const env = {
    ...withoutOwnPrograms(ROOT, process.env),
    XDG_CACHE_HOME: path.join(folder, 'cache'),
    npm_config_cache: npmCache,
  };
  const node = findProgram(['node'], env) ?? process.execPath;
  const command = path.join(clone, 'tools', 'epsiloscope.mjs');
  execFileSync('git', ['clone', '--quiet', ROOT, clone]);
  console.log(`Node.js ${execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()}`);
  timed('first start (--help)', node, [command, '--help'], { cwd: clone, env });
  timed('second start (--help)', node, [command, '--help'], { cwd: clone, env });
  const cli = path.join(clone, 'src', 'main', 'hosts', 'cli', 'index.ts');
  timed('the same without the setup', await findNode24(clone, env), [cli, '--help'], { cwd: clone, env });
  const recipe = recipeFor(env);
  const library = recipe !== undefined && existsSync(recipe.folder) ? recipe.bytes : 0;
  const packages = bytesIn(path.join(npmCache, '_cacache', 'content-v2'));
  console.log(
    `downloaded: ${(packages / 1e6).toFixed(0)} MB of packages, ${(library / 1e6).toFixed(0)} MB of libtensorflow`,
  );
  console.log(`on disk: ${(bytesIn(path.join(clone, 'node_modules')) / 1e6).toFixed(0)} MB in node_modules`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
