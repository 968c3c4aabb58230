import { homedir } from 'node:os';
import path from 'node:path';

/**
 * Where libtensorflow comes from on one platform, and where it is kept. PyPI's wheels carry the whole C library; the
 * official archives of the same version fit too (EPSILOSCOPE_LIBTENSORFLOW). See
 * docs/decisions/0001-native-library-from-the-python-wheel.md.
 *
 * @typedef {object} Recipe
 * @property {string} requirement what pip is asked for
 * @property {string} sha256 of the wheel
 * @property {number} bytes of the wheel
 * @property {readonly string[]} platforms pip's names for the platform
 * @property {string} folder absolute path in the cache: lib/, include/, manifest.json, binding-*
 */

export const LIBTENSORFLOW_VERSION = '2.18.0';

/** @type {Readonly<Record<string, Omit<Recipe, 'folder'>>>} */
const WHEELS = {
  'linux-x64': {
    requirement: `tensorflow-cpu==${LIBTENSORFLOW_VERSION}`,
    sha256: '089e71746960ea581dca53401f84b3b99c8537313e337a9e5dbf97036a936f7e',
    bytes: 230_152_077,
    platforms: ['manylinux_2_17_x86_64', 'manylinux2014_x86_64'],
  },
  // The wheel was looked into (it holds the same files); no machine of this kind has run it for the project.
  'linux-arm64': {
    requirement: `tensorflow==${LIBTENSORFLOW_VERSION}`,
    sha256: '85f1e7369af6d329b117b52e86093cd1e0458dd5404bf5b665853f873dd00b48',
    bytes: 231_839_918,
    platforms: ['manylinux_2_17_aarch64', 'manylinux2014_aarch64'],
  },
};

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 * @returns {string} the folder where this app may keep what it can make again
 */
export function cacheFolder(env, platform = process.platform) {
  const home = env['HOME'] ?? homedir();
  if (platform === 'win32') return path.join(env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), 'epsiloscope');
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'epsiloscope');
  const named = env['XDG_CACHE_HOME'];
  // The XDG specification has relative paths ignored.
  return path.join(named !== undefined && path.isAbsolute(named) ? named : path.join(home, '.cache'), 'epsiloscope');
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 * @param {string} arch
 * @returns {Recipe | undefined} undefined where the project knows of no library for the platform
 */
export function recipeFor(env, platform = process.platform, arch = process.arch) {
  const wheel = WHEELS[`${platform}-${arch}`];
  if (wheel === undefined) return undefined;
  const name = `libtensorflow-${LIBTENSORFLOW_VERSION}-cpu-${platform}-${arch}`;
  return { ...wheel, folder: path.join(cacheFolder(env, platform), name) };
}
