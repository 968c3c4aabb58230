import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findProgram, reasonIn, run } from '../bootstrap/processes.mjs';
import { librariesIn } from './library.mjs';
import { NativeUnavailable } from './nativeUnavailable.mjs';
import { makeWhole } from './staging.mjs';

const SOURCES = ['tfjs_backend.cc', 'tfjs_binding.cc'];
const BINDING = 'tfjs_binding.node';
/** How the folders of compiled bindings are called in the cache, beside the library's lib/ and include/. */
const KEPT_BINDING = 'binding';

/**
 * @param {string} root the project's folder
 * @returns {string} the folder of the tfjs package whose binding is laid out
 */
export const tfjsPackage = (root) => path.join(root, 'node_modules', '@tensorflow', 'tfjs-node-gpu');

/**
 * @param {string} root
 * @returns {string} where the package looks for its binding
 */
export const bindingFile = (root) => path.join(tfjsPackage(root), 'lib', 'napi-v8', BINDING);

/** @param {string} root */
const linksFolder = (root) => path.join(tfjsPackage(root), 'deps', 'lib');

/** @param {string} folder of a package */
function versionOf(folder) {
  /** @type {{ version: string }} */
  const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return version;
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined} a C++ compiler; CXX is heeded
 */
export function findCompiler(env) {
  return findProgram([...(env['CXX'] ? [env['CXX']] : []), 'g++', 'c++', 'clang++'], env);
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {string}
 * @throws {NativeUnavailable} where there is none
 */
export function requireCompiler(env) {
  const compiler = findCompiler(env);
  if (compiler !== undefined) return compiler;
  throw new NativeUnavailable('there is no C++ compiler', 'install one (Debian: `apt install g++`)');
}

/**
 * @param {string} root
 * @param {import('./library.mjs').Library} library
 * @param {string} output the shared object to write
 * @returns {string[]} the compiler's arguments
 */
function compilerArguments(root, library, output) {
  const tfjs = tfjsPackage(root);
  const headers = [
    tfjs,
    path.join(library.folder, 'include'),
    path.join(root, 'node_modules/node-api-headers/include'),
  ];
  const sources = SOURCES.map((name) => path.join(tfjs, 'binding', name));
  const lib = path.join(library.folder, 'lib');
  const links = librariesIn(library.folder).filter((name) => name.endsWith('.so.2'));
  return [
    ...['-O2', '-std=c++17', '-shared', '-fPIC', '-DNAPI_VERSION=8'],
    ...headers.map((folder) => `-I${folder}`),
    ...sources,
    ...['-o', output, `-L${lib}`],
    ...links.map((name) => `-l:${name}`),
    // Found beside the binding wherever the folder is moved, never by an absolute path of this machine.
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
  ];
}

/**
 * @param {string} root
 * @param {import('./library.mjs').Library} library
 * @param {string} output
 * @param {import('../bootstrap/reporter.mjs').Reporter} reporter
 * @param {NodeJS.ProcessEnv} env
 */
async function compile(root, library, output, reporter, env) {
  const compiler = requireCompiler(env);
  await reporter.step('compiling the binding to libtensorflow (about 10 s)', async () => {
    const result = await run(compiler, compilerArguments(root, library, output), { env });
    if (result.code === 0) return;
    throw new NativeUnavailable(
      `${compiler} could not compile the binding (${reasonIn(result.output)})`,
      'install a C++ compiler that knows C++17 (Debian: `apt install g++`)',
    );
  });
}

/**
 * @param {string} root
 * @param {import('./library.mjs').Library} library
 * @returns {string} a name that changes with anything that the binding is made of
 */
function bindingName(root, library) {
  const versions = [tfjsPackage(root), path.join(root, 'node_modules/node-api-headers')].map(versionOf);
  const command = compilerArguments(root, library, '').join(' ').replaceAll(root, '').replaceAll(library.folder, '');
  const recipe = createHash('sha256')
    .update(`${versions.join(' ')} ${command}`)
    .digest('hex');
  return `${KEPT_BINDING}-tfjs-${String(versions[0])}-${recipe.slice(0, 12)}`;
}

/**
 * @param {string} root
 * @param {import('./library.mjs').Library} library
 * @param {import('../bootstrap/reporter.mjs').Reporter} reporter
 * @param {NodeJS.ProcessEnv} env
 * @param {(binding: string) => void} use called with the compiled file, which may be gone afterwards
 */
export async function withBinding(root, library, reporter, env, use) {
  if (library.source === 'EPSILOSCOPE_LIBTENSORFLOW') {
    // A folder that belongs to someone else: nothing is written there, and nothing remembered about it.
    const folder = mkdtempSync(path.join(tmpdir(), 'epsiloscope-binding-'));
    try {
      const output = path.join(folder, BINDING);
      await compile(root, library, output, reporter, env);
      use(output);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    return;
  }
  const kept = path.join(library.folder, bindingName(root, library));
  if (!existsSync(kept)) {
    await makeWhole(kept, async (staging) => {
      const made = path.join(staging, 'binding');
      mkdirSync(made);
      await compile(root, library, path.join(made, BINDING), reporter, env);
      return made;
    });
  }
  use(path.join(kept, BINDING));
}

/**
 * Puts a file in its place in one step, so that a program that has the old one loaded keeps it.
 *
 * @param {string} place
 * @param {(temporary: string) => void} make
 */
function replace(place, make) {
  const temporary = `${place}.${String(process.pid)}`;
  rmSync(temporary, { force: true });
  make(temporary);
  renameSync(temporary, place);
}

/**
 * @param {string} root
 * @param {string} library folder with lib/
 * @param {string} binding the compiled file
 */
export function linkIntoPackage(root, library, binding) {
  const links = linksFolder(root);
  mkdirSync(links, { recursive: true });
  mkdirSync(path.dirname(bindingFile(root)), { recursive: true });
  for (const name of librariesIn(library)) {
    replace(path.join(links, name), (temporary) => {
      symlinkSync(path.join(library, 'lib', name), temporary);
    });
  }
  replace(bindingFile(root), (temporary) => {
    copyFileSync(binding, temporary);
  });
}

/** @param {string} folder of a library in the cache, whose compiled bindings are to be made anew */
export function forgetBindings(folder) {
  for (const name of readdirSync(folder).filter((entry) => entry.startsWith(KEPT_BINDING))) {
    rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}

/** @param {string} root where a binding was found not to work, which must not be tried by the app */
export function removeBinding(root) {
  rmSync(bindingFile(root), { force: true });
}

/**
 * @param {string} root
 * @returns {boolean} whether the binding and every library it needs are still where they were laid
 */
export function bindingIsLaid(root) {
  const links = linksFolder(root);
  if (!existsSync(bindingFile(root)) || !existsSync(links)) return false;
  return readdirSync(links).every((name) => existsSync(path.join(links, name))); // existsSync follows the links
}
