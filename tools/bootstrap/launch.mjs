import { spawn } from 'node:child_process';
import module from 'node:module';
import { pathToFileURL } from 'node:url';
import { SetupError } from './setupError.mjs';

/** @type {readonly NodeJS.Signals[]} */
const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * A terminal sends Ctrl-C (and its own end) to every process of the foreground itself; passing it on as well would
 * tell the child twice, which programs take for "now, at once".
 *
 * @param {NodeJS.Signals} signal
 */
function childWasToldByTheTerminal(signal) {
  const hasTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  return signal !== 'SIGTERM' && hasTerminal;
}

/**
 * @param {string} node
 * @param {string} script
 * @param {readonly string[]} args
 * @returns {Promise<void>}
 */
function launchAsChild(node, script, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [script, ...args], { stdio: 'inherit' });
    const passOn = (/** @type {NodeJS.Signals} */ signal) => {
      if (!childWasToldByTheTerminal(signal)) child.kill(signal);
    };
    for (const signal of PASSED_ON) process.on(signal, passOn);
    child.on('error', (error) => {
      reject(new SetupError(`Node.js 24 could not be started (${error.message}). Run \`npx epsiloscope setup\`.`));
    });
    child.on('exit', (code, signal) => {
      for (const passed of PASSED_ON) process.off(passed, passOn);
      // Dying of the child's signal tells the caller's shell what happened (130 for Ctrl-C).
      if (signal !== null) process.kill(process.pid, signal);
      process.exitCode = code ?? 1;
      resolve();
    });
  });
}

/**
 * Runs a script of the app as if it had been started directly. Where this process already is the right Node.js it
 * becomes the app: then there is no process in between that a `kill -9` could hit in its place.
 *
 * @param {string} node the program that `findNode24` found
 * @param {string} script absolute path of a TypeScript or JavaScript module
 * @param {readonly string[]} args
 */
export async function launch(node, script, args) {
  if (node !== process.execPath) {
    await launchAsChild(node, script, args);
    return;
  }
  process.argv = [process.execPath, script, ...args];
  // Half of a start went into compiling the same modules again.
  module.enableCompileCache();
  await import(pathToFileURL(script).href);
}
