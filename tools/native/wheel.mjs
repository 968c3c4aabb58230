import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { findProgram, reasonIn, run } from '../bootstrap/processes.mjs';
import { NativeUnavailable } from './nativeUnavailable.mjs';

const EXTRACT_WHEEL = fileURLToPath(new URL('extract_wheel.py', import.meta.url));
const PROGRESS_EVERY_MS = 500;

/** What the binding needs of a wheel, of 1 GB. */
const WANTED_MEMBERS = [
  'tensorflow/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_framework.so.2',
  'tensorflow/THIRD_PARTY_NOTICES.txt',
  'tensorflow/include/LICENSE',
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/platform/ctstring',
  'tensorflow/include/tsl/platform/ctstring',
  'tensorflow/include/xla/tsl/c/',
];

/**
 * @param {string} file
 * @returns {Promise<string>} 64 hex digits
 */
export async function sha256Of(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/**
 * @param {string} folder
 * @returns {number} the bytes of all its files; fewer where some go while it looks
 */
function bytesIn(folder) {
  let bytes = 0;
  try {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      bytes += statSync(path.join(folder, name)).size;
    }
  } catch {
    // pip renames and deletes its own files at any moment; this is only for the percentage.
  }
  return bytes;
}

const PIP_REMEDY = 'install Python 3 with pip (Debian: `apt install python3-pip`)';

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {string} a Python
 * @throws {NativeUnavailable} where there is none
 */
export function requirePython(env) {
  const python = findProgram(['python3', 'python'], env);
  if (python !== undefined) return python;
  throw new NativeUnavailable('there is no Python to fetch libtensorflow with', PIP_REMEDY);
}

/**
 * @param {string} python
 * @param {import('./recipe.mjs').Recipe} recipe
 * @param {string} staging
 * @param {NodeJS.ProcessEnv} env
 * @param {import('../bootstrap/reporter.mjs').Reporter} reporter
 * @returns {Promise<string>} the wheel's file, its hash checked
 */
export async function downloadWheel(python, recipe, staging, env, reporter) {
  const folder = path.join(staging, 'download');
  mkdirSync(folder);
  const title = `downloading libtensorflow (${recipe.requirement}, ${String(Math.round(recipe.bytes / 1e6))} MB)`;
  await reporter.step(title, async (progress) => {
    const timer = setInterval(() => {
      progress(Math.min(1, bytesIn(folder) / recipe.bytes));
    }, PROGRESS_EVERY_MS);
    const platforms = recipe.platforms.flatMap((platform) => ['--platform', platform]);
    const wanted = ['--python-version', '3.11', '--implementation', 'cp', ...platforms, recipe.requirement];
    const options = ['--no-deps', '--only-binary=:all:', '--no-cache-dir', '--disable-pip-version-check'];
    // pip collects a download in TMPDIR: inside the staging folder it is counted, and removed with it.
    const pipEnv = { ...env, TMPDIR: folder };
    const args = ['-m', 'pip', 'download', ...options, '--dest', folder, ...wanted];
    const { code, output } = await run(python, args, { env: pipEnv }).finally(() => {
      clearInterval(timer);
    });
    if (code === 0) return;
    if (output.includes('No module named pip')) {
      throw new NativeUnavailable('Python has no pip to fetch libtensorflow with', PIP_REMEDY);
    }
    const remedy = "check the network connection and pip's settings";
    throw new NativeUnavailable(`pip could not download libtensorflow (${reasonIn(output)})`, remedy);
  });
  const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'));
  const hash = wheel === undefined ? 'nothing' : await sha256Of(path.join(folder, wheel));
  if (wheel !== undefined && hash === recipe.sha256) return path.join(folder, wheel);
  throw new NativeUnavailable(
    `the download of libtensorflow is not the file that this version pins (SHA-256 ${hash}, expected ${recipe.sha256}) and was thrown away`,
    'try again, and ask whoever runs the package mirror if it happens again',
  );
}

/**
 * @param {string} python
 * @param {string} wheel
 * @param {string} staging
 * @returns {Promise<string>} a folder with lib/ and include/
 */
export async function unpackWheel(python, wheel, staging) {
  const { code, output } = await run(python, [EXTRACT_WHEEL, wheel, staging, ...WANTED_MEMBERS]);
  if (code !== 0) {
    throw new NativeUnavailable(`libtensorflow could not be unpacked (${reasonIn(output)})`, 'free some disk space');
  }
  rmSync(path.dirname(wheel), { recursive: true });
  const folder = path.join(staging, 'tensorflow');
  mkdirSync(path.join(folder, 'lib'));
  for (const name of readdirSync(folder).filter((entry) => entry.includes('.so'))) {
    renameSync(path.join(folder, name), path.join(folder, 'lib', name));
  }
  return folder;
}

/**
 * Removes the symbols that only a debugger reads (28 % of the file), where the machine has `strip`.
 *
 * @param {string} lib a folder of shared libraries
 * @param {NodeJS.ProcessEnv} env
 */
export async function stripSymbols(lib, env) {
  const strip = findProgram(['strip'], env);
  if (strip === undefined) return;
  // A failed strip leaves its input as it was: a larger library that works as well.
  for (const name of readdirSync(lib)) await run(strip, ['--strip-unneeded', path.join(lib, name)]);
}
