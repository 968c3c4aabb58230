import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packagedNode } from './node24.mjs';
import { findProgram, run } from './processes.mjs';
import { SetupError } from './setupError.mjs';

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean }} LockedPackage
 * @typedef {Readonly<Record<string, LockedPackage>>} LockedPackages by place, such as `node_modules/zod`
 */

const PROGRESS_EVERY_MS = 500;

/**
 * @param {string} file a lockfile
 * @returns {LockedPackages | undefined} its packages without the project itself; undefined where it cannot be read
 */
function readLockfile(file) {
  try {
    /** @type {{ packages?: Record<string, LockedPackage> }} */
    const { packages = {} } = JSON.parse(readFileSync(file, 'utf8'));
    delete packages[''];
    return packages;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} root
 * @returns {LockedPackages}
 */
function wantedPackages(root) {
  const wanted = readLockfile(path.join(root, 'package-lock.json'));
  if (wanted !== undefined) return wanted;
  throw new SetupError(
    `${path.join(root, 'package-lock.json')} is missing or cannot be read. Nothing was changed. Restore it (for example ` +
      'with `git checkout package-lock.json`) and start again.',
  );
}

/**
 * npm itself records what it has installed in node_modules/.package-lock.json, as the last thing an install does, so
 * an install that was broken off leaves none. Optional packages of other platforms are not installed, and not missed.
 *
 * @param {string} root the project's folder
 * @returns {boolean} whether node_modules holds what package-lock.json asks for
 */
export function packagesAreInstalled(root) {
  const installed = readLockfile(path.join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return false;
  return Object.entries(wantedPackages(root)).every(([place, wanted]) => {
    const found = installed[place];
    if (found === undefined) return wanted.optional === true;
    const isSame = found.version === wanted.version && found.integrity === wanted.integrity;
    return isSame && existsSync(path.join(root, place, 'package.json'));
  });
}

/**
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv} without the programs of node_modules: `npm ci` deletes them under its own feet
 */
export function withoutOwnPrograms(root, env) {
  const own = path.join(root, 'node_modules', '.bin');
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => path.resolve(folder) !== own);
  return { ...env, PATH: folders.join(path.delimiter) };
}

/**
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} args
 * @returns {Promise<{ code: number, output: string }>}
 * @throws {SetupError} where there is no npm
 */
async function runNpm(root, env, args) {
  const npmEnv = withoutOwnPrograms(root, env);
  const npm = findProgram(['npm'], npmEnv);
  if (npm === undefined) {
    throw new SetupError(
      'npm, which comes with Node.js, was not found. Nothing was changed. Install it (Debian: `apt install npm`) and start again.',
      2,
    );
  }
  const onWindows = process.platform === 'win32'; // where npm is a script that only a shell can start
  const command = onWindows ? `"${npm}"` : npm;
  return run(command, ['--loglevel=error', ...args], { cwd: root, env: npmEnv, shell: onWindows });
}

/**
 * npm 10 installs the packaged Node.js but does not always link it; npm's scripts and `npx` find it by that link.
 *
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 */
export async function linkPackagedNode(root, env) {
  const packaged = packagedNode(root);
  const link = path.join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  if (!existsSync(packaged) || existsSync(link)) return;
  const name = path.basename(path.resolve(packaged, '../..'));
  await runNpm(root, env, ['rebuild', '--ignore-scripts', name]); // the setup goes on without: it asks for no link
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {string[]}
 */
function installArguments(env) {
  // Without --include, NODE_ENV=production would leave the tools out. No dependency's script runs: see .npmrc.
  const offline = env['EPSILOSCOPE_OFFLINE'] === '1' ? ['--offline'] : [];
  return ['ci', '--ignore-scripts', '--include=dev', '--include=optional', ...offline];
}

/**
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {import('./reporter.mjs').Reporter} reporter
 * @throws {SetupError} where npm is missing or fails
 */
export async function installPackages(root, env, reporter) {
  const places = Object.entries(wantedPackages(root)).filter(([, wanted]) => wanted.optional !== true);
  const countInstalled = () => places.filter(([place]) => existsSync(path.join(root, place, 'package.json'))).length;
  const title = `installing the packages (npm ci: ${String(places.length)}, 800 MB on disk)`;
  await reporter.step(title, async (progress) => {
    const timer = setInterval(() => {
      progress(countInstalled() / places.length);
    }, PROGRESS_EVERY_MS);
    const { code, output } = await runNpm(root, env, installArguments(env)).finally(() => {
      clearInterval(timer);
    });
    if (code === 0) return;
    throw new SetupError(
      `The packages could not be installed: npm ended with code ${String(code)} and these words:\n${output.trim()}\n` +
        'Nothing outside node_modules was changed, and the next start begins this step anew. ' +
        (env['EPSILOSCOPE_OFFLINE'] === '1'
          ? 'EPSILOSCOPE_OFFLINE=1 forbids downloads: start once without it.'
          : 'Check the network connection and the free space on the disk, then start again.'),
    );
  });
}
