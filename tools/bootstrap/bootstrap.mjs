import path from 'node:path';
import { layOutNative, nativeIsSettled } from '../native/layOut.mjs';
import { withLock } from './lock.mjs';
import { findNode24 } from './node24.mjs';
import { installPackages, linkPackagedNode, packagesAreInstalled } from './packages.mjs';

/**
 * @typedef {object} Setup
 * @property {string} root absolute path of the project's folder
 * @property {NodeJS.ProcessEnv} env
 * @property {import('./reporter.mjs').Reporter} reporter
 */

/**
 * Brings the project's folder to where the app runs: packages, Node.js 24, native library. Does nothing, in
 * milliseconds, where all of it is there. Safe to run twice at once, and after a run that was broken off anywhere.
 *
 * @param {Setup} setup
 * @param {{ anew?: boolean }} [options] anew: test the native library again, and try again to lay it out
 * @returns {Promise<string>} absolute path of the Node.js that runs the app
 * @throws {import('./setupError.mjs').SetupError}
 */
export async function bootstrap(setup, { anew = false } = {}) {
  const { root, env, reporter } = setup;
  const isReady = () => packagesAreInstalled(root) && nativeIsSettled(setup);
  if (!anew && isReady()) return findNode24(root, env);

  const onWait = (/** @type {number} */ holder) => {
    reporter.say(`another start (process ${String(holder)}) is setting this folder up; waiting for it`);
  };
  return withLock(path.join(root, '.bootstrap.lock'), onWait, async () => {
    if (!packagesAreInstalled(root)) await installPackages(root, env, reporter);
    await linkPackagedNode(root, env);
    const node = await findNode24(root, env);
    if (anew || !nativeIsSettled(setup)) await layOutNative(setup, node);
    return node;
  });
}
