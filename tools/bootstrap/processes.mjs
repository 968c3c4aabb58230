import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

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
 * Runs a program to its end, without input.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<{ code: number, output: string }>} exit code (127 where it could not be started, 128 where a signal
 *   ended it) and the end of what it wrote to both its streams
 */
export function run(program, args, options = {}) {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    const keep = (/** @type {string} */ text) => (output = (output + text).slice(-OUTPUT_KEPT));
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.on('error', (error) => {
      running.delete(child);
      resolve({ code: 127, output: error.message });
    });
    child.on('close', (code) => {
      running.delete(child);
      resolve({ code: code ?? 128, output });
    });
  });
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
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'inherit', 'inherit'] });
    running.add(child);
    const end = (/** @type {number} */ code) => {
      running.delete(child);
      resolve(code);
    };
    child.on('error', (error) => {
      console.error(error.message);
      end(127);
    });
    child.on('close', (code) => {
      end(code ?? 128);
    });
  });
}

/** Ends every program that `run` or `runVisibly` started and that still runs. */
export function stopRunningPrograms() {
  for (const child of running) child.kill('SIGTERM');
}

/**
 * @param {string} output of a program that failed
 * @returns {string} the line that says why: its first `error:`, else its last words
 */
export function reasonIn(output) {
  const lines = output.split('\n').map((line) => line.trim());
  return lines.find((line) => /error:/i.test(line)) ?? lines.findLast((line) => line !== '') ?? 'it said nothing';
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
