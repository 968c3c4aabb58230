import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** @type {Map<import('node:child_process').ChildProcess, Promise<number>>} */
const running = new Map();
let stopping = false;

/** What waits for a program that was stopped waits for ever: this process is about to exit. */
const never = () => /** @type {Promise<never>} */ (new Promise(() => undefined));

/** What a program said is kept for a message; only the end of it matters. */
const OUTPUT_KEPT = 20_000;

/** @param {string} file */
function isExecutableFile(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * @param {readonly string[]} names programs, the preferred one first; an absolute path stands for itself
 * @param {NodeJS.ProcessEnv} env whose PATH is searched
 * @returns {string | undefined} the absolute path of the first that exists
 */
export function findProgram(names, env) {
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const endings = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  const candidates = names.flatMap((name) =>
    path.isAbsolute(name) ? [name] : folders.flatMap((folder) => endings.map((end) => path.join(folder, name + end))),
  );
  return candidates.find(isExecutableFile);
}

/**
 * Runs a program in a process group of its own, so that stopping it stops what it started in its turn.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @param {(text: string) => void} keep given what the program writes, where its output is not passed on
 * @returns {Promise<number>} exit code: 127 where it could not be started, 128 where a signal ended it
 */
async function start(program, args, options, keep) {
  if (stopping) return never();
  const child = spawn(program, args, { ...options, detached: process.platform !== 'win32' });
  child.stdout?.setEncoding('utf8').on('data', keep);
  child.stderr?.setEncoding('utf8').on('data', keep);
  /** @type {Promise<number>} */
  const ended = new Promise((resolve) => {
    child.on('error', (error) => {
      keep(error.message);
      resolve(127);
    });
    child.on('close', (code) => {
      resolve(code ?? 128);
    });
  });
  running.set(child, ended);
  const code = await ended;
  running.delete(child);
  return stopping ? never() : code;
}

/**
 * Runs a program to its end, without input.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<{ code: number, output: string }>} exit code (127 where it could not be started, 128 where a signal
 *   ended it) and the end of what it wrote to both its streams
 */
export async function run(program, args, options = {}) {
  let output = '';
  const keep = (/** @type {string} */ text) => void (output = (output + text).slice(-OUTPUT_KEPT));
  const code = await start(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }, keep);
  return { code, output };
}

/**
 * Runs a program to its end, without input, its output going where this process's goes.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<number>} exit code, as `run` gives it
 */
export function runVisibly(program, args, options) {
  return start(program, args, { ...options, stdio: ['ignore', 'inherit', 'inherit'] }, console.error);
}

/**
 * Ends every program that still runs, waits until it has (what comes next may use the same files), and lets no other
 * begin. For the moment before this process exits: who waited for one of them waits for ever.
 */
export async function stopRunningPrograms() {
  stopping = true;
  for (const child of running.keys()) {
    try {
      if (child.pid !== undefined) process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGTERM');
    } catch {
      // It has ended by itself in this moment.
    }
  }
  await Promise.all(running.values());
}

/**
 * @param {string} output of a program that failed
 * @returns {string} the line that says why: its first `error:` with words after it, else its last line
 */
export function reasonIn(output) {
  const lines = output.split('\n').map((line) => line.trim());
  return (
    lines.find((line) => /error: (?!exception:)/i.test(line)) ??
    lines.findLast((line) => line !== '') ??
    'it said nothing'
  );
}

/**
 * @param {unknown} error
 * @returns {unknown} the system's code, such as `ENOENT`
 */
export const codeOf = (error) => (error instanceof Error && 'code' in error ? error.code : undefined);

/**
 * @param {number} processId
 * @returns {boolean} whether a process has this id now
 */
export function isAlive(processId) {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
