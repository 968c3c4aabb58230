import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare, ROOT } from '../bootstrap/main.mjs';
import { run, runVisibly, stopRunningPrograms } from '../bootstrap/processes.mjs';

/** @typedef {import('./countingReporter.mjs').TestCounts} TestCounts */

/** @type {readonly (readonly [name: string, program: string, ...args: string[]])[]} */
const STEPS = [
  ['types', 'tsc', '-b'],
  ['format', 'prettier', '--check', '.'],
  ['lint', 'eslint', '.'],
  ['layers', 'depcruise', 'src'],
  ['dead code', 'knip'],
];
const COUNTING_REPORTER = fileURLToPath(new URL('countingReporter.mjs', import.meta.url));

/** @param {string} node the Node.js under which every tool runs */
function environment(node) {
  const folders = [path.dirname(node), path.join(ROOT, 'node_modules', '.bin'), process.env['PATH'] ?? ''];
  return { ...process.env, PATH: folders.join(path.delimiter) };
}

/** @param {string} program of a package */
const programOf = (program) => path.join(ROOT, 'node_modules', '.bin', program);

/**
 * @param {string} name
 * @param {boolean} passed
 * @param {number} started as `performance.now()` said
 */
function announce(name, passed, started) {
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${passed ? 'passed' : 'FAILED'}  ${name} (${seconds} s)`);
}

/**
 * @param {(typeof STEPS)[number]} step
 * @param {NodeJS.ProcessEnv} env
 */
async function passes([name, program, ...args], env) {
  const started = performance.now();
  const { code, output } = await run(programOf(program), args, { cwd: ROOT, env });
  if (code !== 0) console.log(output.trimEnd());
  announce(name, code === 0, started);
  return code === 0;
}

/**
 * Every test, once. A run that ends badly without a failed test (out of memory, say) counts as one failure.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} filters parts of the names of test files; none for all
 * @returns {Promise<TestCounts>}
 */
async function runTests(env, filters) {
  const started = performance.now();
  const folder = mkdtempSync(path.join(tmpdir(), 'epsiloscope-test-'));
  const file = path.join(folder, 'counts.json');
  const args = ['run', '--reporter=default', `--reporter=${COUNTING_REPORTER}`, ...filters];
  const testEnv = { ...env, EPSILOSCOPE_TEST_COUNTS: file };
  try {
    const code = await runVisibly(programOf('vitest'), args, { cwd: ROOT, env: testEnv });
    /** @type {TestCounts} */
    const counts = JSON.parse(readFileSync(file, 'utf8'));
    announce('tests', code === 0, started);
    return { ...counts, failed: code === 0 ? counts.failed : Math.max(1, counts.failed) };
  } catch (error) {
    announce('tests', false, started);
    console.log(`The test run left no counts: ${String(error)}`);
    return { passed: 0, failed: 1, skipped: [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Sets up what is missing, then runs every check; the last line counts steps and tests together.
 *
 * @param {readonly string[]} filters as `npm test -- FILTER` gives them
 */
export async function main(filters) {
  const node = await prepare();
  if (node === undefined) return;
  process.once('SIGINT', () => {
    void stopRunningPrograms().then(() => process.exit(130));
  });
  const env = environment(node);
  let passed = 0;
  let failed = 0;
  for (const step of STEPS) {
    if (await passes(step, env)) passed += 1;
    else failed += 1;
  }
  const tests = await runTests(env, filters);
  for (const skipped of tests.skipped) console.log(`skipped  ${skipped}`);
  failed += tests.failed;
  console.log(
    `${String(passed + tests.passed)} passed, ${String(failed)} failed, ${String(tests.skipped.length)} skipped`,
  );
  process.exitCode = failed === 0 ? 0 : 1;
}
