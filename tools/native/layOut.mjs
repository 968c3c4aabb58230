import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { codeOf, findProgram, reasonIn, run } from '../bootstrap/processes.mjs';
import { SetupError } from '../bootstrap/setupError.mjs';
import {
  bindingFile,
  bindingIsLaid,
  findCompiler,
  forgetBindings,
  linkIntoPackage,
  removeBinding,
  requireCompiler,
  withBinding,
} from './binding.mjs';
import { cacheIsIntact, fillCache, namedLibrary } from './library.mjs';
import { NativeUnavailable } from './nativeUnavailable.mjs';
import { recipeFor } from './recipe.mjs';

/**
 * What came of it, kept in node_modules/.cache/epsiloscope/native.json, where `epsiloscope doctor` reads it too.
 *
 * @typedef {object} Settlement
 * @property {'laid' | 'absent'} status
 * @property {string} wanted the library that was asked for: a folder, or the hash of the wheel
 * @property {string} means what was there to get it with
 * @property {string} [source] laid: where the library came from
 * @property {string} [folder] laid: the library's folder
 * @property {string} [libtensorflow] laid: the version that it reported itself
 * @property {string} [reason] absent: why
 * @property {string} [remedy] absent: what to do
 */

/**
 * @typedef {import('../bootstrap/bootstrap.mjs').Setup & {
 *   recipe?: import('./recipe.mjs').Recipe,
 *   loadTest?: string,
 * }} NativeSetup where the library comes from and the script that tries it; both have defaults
 */

const LOAD_TEST = fileURLToPath(new URL('loadTest.mjs', import.meta.url));
const LOAD_TEST_LIMIT_MS = 120_000;

/** @param {string} root */
const settlementFile = (root) => path.join(root, 'node_modules', '.cache', 'epsiloscope', 'native.json');

/**
 * @param {string} root the project's folder
 * @returns {Settlement | undefined} undefined where nothing was settled yet
 */
export function readSettlement(root) {
  try {
    /** @type {Settlement} */
    const settlement = JSON.parse(readFileSync(settlementFile(root), 'utf8'));
    return settlement;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} root
 * @param {Settlement} settlement
 */
function writeSettlement(root, settlement) {
  const file = settlementFile(root);
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${String(process.pid)}`;
  writeFileSync(temporary, `${JSON.stringify(settlement, null, 2)}\n`);
  renameSync(temporary, file);
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined} the folder that the person wants the library taken from
 */
function namedFolder(env) {
  const folder = env['EPSILOSCOPE_LIBTENSORFLOW'];
  return folder === undefined || folder === '' ? undefined : path.resolve(folder);
}

/** @param {NativeSetup} setup */
const recipeOf = (setup) => setup.recipe ?? recipeFor(setup.env);

/** @param {NativeSetup} setup */
const wantedBy = (setup) => namedFolder(setup.env) ?? recipeOf(setup)?.sha256 ?? 'none for this platform';

/**
 * Everything on this machine that decides whether another try could end otherwise. The network is not: after a failed
 * download it is `epsiloscope setup` that tries again, or the next start after any of these has changed.
 *
 * @param {NativeSetup} setup
 */
function meansOf(setup) {
  const { env } = setup;
  const recipe = recipeOf(setup);
  return [
    env['EPSILOSCOPE_OFFLINE'] === '1' ? 'offline' : 'online',
    findProgram(['python3', 'python'], env) ?? 'no Python',
    findCompiler(env) ?? 'no compiler',
    recipe !== undefined && existsSync(recipe.folder) ? 'cached' : 'not cached',
  ].join(', ');
}

/**
 * @param {NativeSetup} setup
 * @returns {boolean} whether the native library is laid out, or known not to be had as things are
 */
export function nativeIsSettled(setup) {
  const settlement = readSettlement(setup.root);
  if (settlement?.wanted !== wantedBy(setup)) return false;
  return settlement.status === 'laid' ? bindingIsLaid(setup.root) : settlement.means === meansOf(setup);
}

/**
 * @param {NativeSetup} setup
 * @param {string} node
 * @returns {Promise<{ libtensorflow: string } | { failure: string }>}
 */
async function testNative({ root, env, reporter, loadTest = LOAD_TEST }, node) {
  return reporter.step('testing the native engine', async () => {
    const { code, output } = await run(node, [loadTest], { cwd: root, env, timeout: LOAD_TEST_LIMIT_MS });
    const answer = output.split('\n').find((line) => line.startsWith('{'));
    if (code !== 0 || answer === undefined) return { failure: reasonIn(output) };
    /** @type {{ libtensorflow: string }} */
    const found = JSON.parse(answer);
    return found;
  });
}

/**
 * @param {NativeSetup} setup
 * @param {string} node
 * @param {import('./library.mjs').Library} library
 */
async function lay(setup, node, library) {
  const { root, env, reporter } = setup;
  await withBinding(root, library, reporter, env, (binding) => {
    linkIntoPackage(root, library.folder, binding);
  });
  const result = await testNative(setup, node);
  if ('failure' in result) removeBinding(root); // the app must not try what ends its process
  return result;
}

/**
 * @param {NativeSetup} setup
 * @param {string} node
 * @param {string} folder
 */
async function layNamed(setup, node, folder) {
  const library = namedLibrary(folder);
  const result = await lay(setup, node, library);
  if ('libtensorflow' in result) return { ...library, ...result };
  throw new SetupError(
    `The library that EPSILOSCOPE_LIBTENSORFLOW names (${folder}) does not work here: ${result.failure}. Nothing of it ` +
      'was kept. Correct the setting, or remove it to use the library from PyPI.',
    2,
  );
}

/**
 * @param {import('./recipe.mjs').Recipe} recipe
 * @param {NativeSetup} setup
 */
async function repairCache(recipe, { env, reporter }) {
  if (await cacheIsIntact(recipe.folder)) {
    forgetBindings(recipe.folder);
    return;
  }
  rmSync(recipe.folder, { recursive: true, force: true });
  await fillCache(recipe, env, reporter);
}

/**
 * @param {NativeSetup} setup
 * @param {string} node
 */
async function layFromCache(setup, node) {
  const { env, reporter } = setup;
  const recipe = recipeOf(setup);
  if (recipe === undefined) {
    throw new NativeUnavailable(
      `the project has no native library for ${process.platform} on ${process.arch}`,
      'build the binding of @tensorflow/tfjs-node-gpu yourself',
    );
  }
  /** @type {import('./library.mjs').Library} */
  const library = { folder: recipe.folder, source: 'cache' };
  const wasThere = existsSync(recipe.folder);
  if (!wasThere) {
    requireCompiler(env); // before 230 MB are fetched for it
    await fillCache(recipe, env, reporter);
  }
  let result = await lay(setup, node, library);
  if ('failure' in result && wasThere) {
    reporter.say(`what the cache holds does not work (${result.failure}); making it anew`);
    await repairCache(recipe, setup);
    result = await lay(setup, node, library);
  }
  if ('libtensorflow' in result) return { ...library, ...result };
  throw new NativeUnavailable(
    `libtensorflow does not work on this machine (${result.failure})`,
    'name a libtensorflow that fits this machine in EPSILOSCOPE_LIBTENSORFLOW',
  );
}

/**
 * @param {NativeSetup} setup
 * @param {string} node
 * @returns {Promise<{ source: string, libtensorflow: string } | undefined>} a binding that somebody built in place
 */
async function acceptWhatIsThere(setup, node) {
  if (!existsSync(bindingFile(setup.root))) return undefined;
  const result = await testNative(setup, node);
  return 'libtensorflow' in result ? { source: 'node_modules', ...result } : undefined;
}

/** @param {unknown} error */
function asUnavailable(error) {
  if (error instanceof NativeUnavailable) return error;
  // A full disk, a folder that cannot be written: nothing half-made was kept, and the app works without.
  if (codeOf(error) !== undefined && error instanceof Error) {
    return new NativeUnavailable(error.message, 'put this right');
  }
  throw error;
}

/**
 * @param {NativeSetup} setup
 * @param {string} node
 * @returns {Promise<Omit<Settlement, 'wanted' | 'means'>>}
 */
async function settle(setup, node) {
  const named = namedFolder(setup.env);
  try {
    const library = named === undefined ? await layFromCache(setup, node) : await layNamed(setup, node, named);
    return { status: 'laid', ...library };
  } catch (error) {
    const { message: reason, remedy } = asUnavailable(error);
    const found = named === undefined ? await acceptWhatIsThere(setup, node) : undefined;
    return found === undefined ? { status: 'absent', reason, remedy } : { status: 'laid', ...found };
  }
}

/**
 * Lays the native library out: the one that EPSILOSCOPE_LIBTENSORFLOW names, else the cache's, else PyPI's wheel. It
 * counts as laid when a process of its own has computed with it. Where it cannot be had the app runs on WebAssembly;
 * that is said, and no failure.
 *
 * @param {NativeSetup} setup
 * @param {string} node the Node.js that runs the app
 * @throws {SetupError} where the folder that EPSILOSCOPE_LIBTENSORFLOW names is not what it should be
 */
export async function layOutNative(setup, node) {
  const outcome = await settle(setup, node);
  writeSettlement(setup.root, { ...outcome, wanted: wantedBy(setup), means: meansOf(setup) });
  if (outcome.status === 'laid') {
    setup.reporter.say(`native engine ready: libtensorflow ${String(outcome.libtensorflow)}`);
    return;
  }
  setup.reporter.say(
    `no native engine: ${String(outcome.reason)}. Audits run on WebAssembly instead, about 10 times slower. ` +
      `To get it, ${String(outcome.remedy)} and run \`npx epsiloscope setup\`.`,
  );
}
