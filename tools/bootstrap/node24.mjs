import { existsSync } from 'node:fs';
import path from 'node:path';
import { canRunTheApp } from './nodeVersion.mjs';
import { findProgram, run } from './processes.mjs';
import { SetupError } from './setupError.mjs';

/** How npm names the operating systems in the packages that carry a Node.js. */
const PACKAGED_SYSTEMS = new Map([
  ['linux', 'linux'],
  ['win32', 'win'],
]);

/**
 * @param {string} root the project's folder
 * @returns {string} where this platform's packaged Node.js lies once it is installed
 */
export function packagedNode(root) {
  const system = PACKAGED_SYSTEMS.get(process.platform) ?? process.platform;
  const program = process.platform === 'win32' ? 'node.exe' : 'node';
  return path.join(root, 'node_modules', `node-${system}-${process.arch}`, 'bin', program);
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | undefined>}
 */
async function systemNode(env) {
  const node = findProgram(['node'], env);
  if (node === undefined) return undefined;
  const { code, output } = await run(node, ['--version']);
  return code === 0 && canRunTheApp(output.trim().replace(/^v/, '')) ? node : undefined;
}

/**
 * The packaged Node 24 comes first, so that everyone computes on the same version; the running one counts as that
 * where it is a Node 24 too, since npm's scripts and npx put the packaged one first on PATH.
 *
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} the absolute path of a Node.js that can run the app
 * @throws {SetupError} where this platform has none
 */
export async function findNode24(root, env) {
  const version = process.versions.node;
  if (canRunTheApp(version) && version.startsWith('24.')) return process.execPath;
  const packaged = packagedNode(root);
  if (existsSync(packaged)) return packaged;
  if (canRunTheApp(version)) return process.execPath;
  const found = await systemNode(env);
  if (found !== undefined) return found;
  throw new SetupError(
    `Epsiloscope runs on Node.js 24.15 or newer. This is Node.js ${version}, and no packaged Node.js 24 exists for ` +
      `${process.platform} on ${process.arch}. The packages that were installed are kept. Install Node.js 24 from ` +
      'nodejs.org, put it on PATH and start again.',
    2,
  );
}
