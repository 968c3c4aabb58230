import { existsSync, mkdirSync, readdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SetupError } from '../bootstrap/setupError.mjs';
import { NativeUnavailable } from './nativeUnavailable.mjs';
import { makeWhole } from './staging.mjs';
import { downloadWheel, requirePython, sha256Of, stripSymbols, unpackWheel } from './wheel.mjs';

/**
 * A folder in the layout of the official archives: lib/ and include/.
 *
 * @typedef {object} Library
 * @property {string} folder absolute path
 * @property {'EPSILOSCOPE_LIBTENSORFLOW' | 'cache'} source
 */

/** The wheel, the libraries unpacked from it, and the copy that `strip` writes, for a moment side by side. */
const FREE_BYTES_NEEDED = 1_500_000_000;
const MANIFEST = 'manifest.json';

/**
 * @param {string} folder
 * @returns {string[]} the names of the shared libraries in its lib/
 */
export function librariesIn(folder) {
  const lib = path.join(folder, 'lib');
  if (!existsSync(lib)) return [];
  return readdirSync(lib).filter((name) => /^libtensorflow.*\.so(\.|$)/.test(name));
}

/** @param {string} folder */
async function writeManifest(folder) {
  const hashes = await Promise.all(
    librariesIn(folder).map(async (name) => [name, await sha256Of(path.join(folder, 'lib', name))]),
  );
  writeFileSync(path.join(folder, MANIFEST), JSON.stringify({ sha256: Object.fromEntries(hashes) }, null, 2));
}

/**
 * @param {string} parent
 * @param {number} needed bytes
 */
function checkFreeSpace(parent, needed) {
  mkdirSync(parent, { recursive: true });
  const { bavail, bsize } = statfsSync(parent);
  const free = bavail * bsize;
  if (free >= needed) return;
  const [has, wants] = [free, needed].map((bytes) => (bytes / 1e9).toFixed(1));
  throw new NativeUnavailable(
    `${parent} has ${String(has)} GB free, and unpacking libtensorflow takes ${String(wants)} GB for a moment`,
    'free some space there, or set XDG_CACHE_HOME to a folder on another disk',
  );
}

/**
 * @param {import('./recipe.mjs').Recipe} recipe
 * @param {NodeJS.ProcessEnv} env
 * @param {import('../bootstrap/reporter.mjs').Reporter} reporter
 * @param {number} freeBytesNeeded
 */
export async function fillCache(recipe, env, reporter, freeBytesNeeded = FREE_BYTES_NEEDED) {
  if (env['EPSILOSCOPE_OFFLINE'] === '1') {
    throw new NativeUnavailable(
      'libtensorflow is not on this machine and EPSILOSCOPE_OFFLINE=1 forbids downloads',
      'start once without it, or name a folder that holds libtensorflow in EPSILOSCOPE_LIBTENSORFLOW',
    );
  }
  const python = requirePython(env);
  checkFreeSpace(path.dirname(recipe.folder), freeBytesNeeded);
  await makeWhole(recipe.folder, async (staging) => {
    const wheel = await downloadWheel(python, recipe, staging, env, reporter);
    return reporter.step('unpacking libtensorflow (500 MB on disk)', async () => {
      const folder = await unpackWheel(python, wheel, staging);
      await stripSymbols(path.join(folder, 'lib'), env);
      await writeManifest(folder);
      return folder;
    });
  });
}

/**
 * @param {string} folder of the cache
 * @returns {Promise<boolean>} whether its libraries are, bit for bit, those that were laid there
 */
export async function cacheIsIntact(folder) {
  try {
    /** @type {{ sha256: Record<string, string> }} */
    const { sha256 } = JSON.parse(readFileSync(path.join(folder, MANIFEST), 'utf8'));
    const found = await Promise.all(
      Object.entries(sha256).map(async ([name, hash]) => (await sha256Of(path.join(folder, 'lib', name))) === hash),
    );
    return found.length > 0 && found.every(Boolean);
  } catch {
    return false;
  }
}

/**
 * @param {string} folder that EPSILOSCOPE_LIBTENSORFLOW names
 * @returns {Library}
 * @throws {SetupError} where it does not hold the library: who names one wants that one, and no other in its place
 */
export function namedLibrary(folder) {
  const libraries = librariesIn(folder);
  const header = path.join(folder, 'include', 'tensorflow', 'c', 'c_api.h');
  if (libraries.some((name) => name.includes('_framework')) && libraries.length > 1 && existsSync(header)) {
    return { folder: path.resolve(folder), source: 'EPSILOSCOPE_LIBTENSORFLOW' };
  }
  throw new SetupError(
    `EPSILOSCOPE_LIBTENSORFLOW names ${folder}, which does not hold libtensorflow: lib/libtensorflow.so.2, ` +
      'lib/libtensorflow_framework.so.2 and include/tensorflow/c/c_api.h are expected, as the official archives unpack. ' +
      'Nothing was changed. Correct the setting, or remove it to use the library from PyPI.',
    2,
  );
}
