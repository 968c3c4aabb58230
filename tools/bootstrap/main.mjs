import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bootstrap } from './bootstrap.mjs';
import { launch } from './launch.mjs';
import { stopRunningPrograms } from './processes.mjs';
import { createReporter } from './reporter.mjs';
import { SetupError } from './setupError.mjs';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COMMAND_LINE = path.join(ROOT, 'src', 'main', 'hosts', 'cli', 'index.ts');

/** @param {NodeJS.Signals} signal */
function stop(signal) {
  stopRunningPrograms();
  console.error('\nepsiloscope: interrupted during setup; the next start goes on from here');
  process.exit(signal === 'SIGINT' ? 130 : 143);
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
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    return await bootstrap({ root: ROOT, env: process.env, reporter: createReporter() }, options);
  } catch (error) {
    process.exitCode = explain(error);
    return undefined;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
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
