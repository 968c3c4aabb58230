import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bootstrap } from './bootstrap.mjs';
import { launch } from './launch.mjs';
import { stopRunningPrograms } from './processes.mjs';
import { createReporter } from './reporter.mjs';
import { SetupError } from './setupError.mjs';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** @type {readonly NodeJS.Signals[]} */
const STOPPING = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const COMMAND_LINE = path.join(ROOT, 'src', 'main', 'hosts', 'cli', 'index.ts');

/**
 * Ends the programs at work and then this one, which lets go of its lock and its half-made folders as it exits.
 *
 * @param {NodeJS.Signals} signal
 */
async function stop(signal) {
  await stopRunningPrograms();
  console.error('\nepsiloscope: interrupted during setup; the next start goes on from here');
  process.exit(128 + constants.signals[signal]);
}

/**
 * @param {unknown} error
 * @returns {number} the exit code
 */
function explain(error) {
  if (error instanceof SetupError) {
    console.error(`epsiloscope: ${error.message}`);
    return error.exitCode;
  }
  if (error instanceof Error && 'syscall' in error) {
    console.error(
      `epsiloscope: the setup stopped: ${error.message}. What was finished is kept; put this right and start again.`,
    );
    return 1;
  }
  throw error;
}

/**
 * Sets up what is missing, with Ctrl-C ending the programs that do the work too.
 *
 * @param {{ anew?: boolean }} [options]
 * @returns {Promise<string | undefined>} the Node.js to go on with; undefined where the exit code is set already
 */
export async function prepare(options) {
  for (const signal of STOPPING) process.on(signal, stop);
  try {
    return await bootstrap({ root: ROOT, env: process.env, reporter: createReporter() }, options);
  } catch (error) {
    process.exitCode = explain(error);
    return undefined;
  } finally {
    for (const signal of STOPPING) process.off(signal, stop);
  }
}

/** @param {readonly string[]} args of the command `epsiloscope`; `setup` alone is answered here */
export async function main(args) {
  const isSetup = args[0] === 'setup';
  const node = await prepare({ anew: isSetup });
  if (node === undefined || isSetup) return;
  try {
    await launch(node, COMMAND_LINE, args);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.exitCode = explain(error);
  }
}
