import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { findProgram, isAlive, reasonIn, run } from '../../../../tools/bootstrap/processes.mjs';

/** How long a busy machine may take to start or end a process, in ms. */
const PATIENCE = 30_000;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'epsiloscope-processes-'));
  mkdirSync(path.join(folder, 'first', 'tool'), { recursive: true }); // a folder is no program
  mkdirSync(path.join(folder, 'second'));
  for (const name of ['tool', 'other']) {
    writeFileSync(path.join(folder, 'second', name), '#!/bin/sh\n');
    chmodSync(path.join(folder, 'second', name), 0o755);
  }
  writeFileSync(path.join(folder, 'second', 'notes'), 'not executable', { mode: 0o644 });
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('finding a program', () => {
  const env = () => ({ PATH: [path.join(folder, 'first'), path.join(folder, 'second')].join(path.delimiter) });

  test('takes the first name that PATH has as an executable file', () => {
    expect(findProgram(['missing', 'notes', 'tool', 'other'], env())).toBe(path.join(folder, 'second', 'tool'));
  });

  test('takes an absolute path as it is', () => {
    const tool = path.join(folder, 'second', 'other');
    expect(findProgram([tool], { PATH: '' })).toBe(tool);
  });

  test('finds nothing on an empty or missing PATH', () => {
    expect(findProgram(['tool'], { PATH: '' })).toBeUndefined();
    expect(findProgram(['tool'], {})).toBeUndefined();
  });
});

describe('running a program', () => {
  test('gives its exit code and what it wrote to both streams', async () => {
    const script = 'console.log("to stdout"); console.error("to stderr"); process.exitCode = 3';
    const { code, output } = await run(process.execPath, ['-e', script]);
    expect(code).toBe(3);
    expect(output).toContain('to stdout\n');
    expect(output).toContain('to stderr\n');
  });

  test('gives 127 and the reason where it cannot be started', async () => {
    const { code, output } = await run(path.join(folder, 'missing'), []);
    expect(code).toBe(127);
    expect(output).toContain('ENOENT');
  });
});

/** Starts a program that starts another, stops all once the other runs, and tells its process id. */
const STOPPING = `
  import { existsSync, readFileSync } from 'node:fs';
  import { run, stopRunningPrograms } from ${JSON.stringify(pathToFileURL(path.resolve('tools/bootstrap/processes.mjs')).href)};
  const forever = 'setInterval(() => {}, 1000)';
  const parent = \`
    const child = require('node:child_process').spawn(process.execPath, ['-e', '\${forever}']);
    require('node:fs').writeFileSync(process.argv[1], child.pid + ' ');
    \${forever}\`;
  const note = process.argv[1];
  run(process.execPath, ['-e', parent, note]).then(() => console.log('went on after the stop'));
  while (!existsSync(note) || !readFileSync(note, 'utf8').endsWith(' ')) await new Promise(setImmediate);
  await stopRunningPrograms();
  run(process.execPath, ['-e', 'console.log(1)']).then(() => console.log('began after the stop'));
  await new Promise(setImmediate);
  process.exit(130);
`;

test('stopping ends the programs and what they started in their turn; nothing goes on or begins after it', async () => {
  const note = path.join(folder, 'note');
  const { code, output } = await run(process.execPath, ['--input-type=module', '-e', STOPPING, note]);
  expect({ code, output }).toEqual({ code: 130, output: '' });
  await vi.waitFor(() => {
    expect(isAlive(Number(readFileSync(note, 'utf8')))).toBe(false);
  }, PATIENCE);
});

test('a process is alive while it runs, and not after', async () => {
  const { output } = await run(process.execPath, ['-e', 'console.log(process.pid)']);
  expect(isAlive(process.pid)).toBe(true);
  expect(isAlive(Number(output))).toBe(false);
});

test.each([
  [
    "a compiler's",
    'x.cc: In function f\nx.cc:1:10: fatal error: a.h: No such file\ncompilation terminated.\n',
    'x.cc:1:10: fatal error: a.h: No such file',
  ],
  ["Node.js's", '  throw new Error("no")\n\nError: no\n    at x.js:1\n\nNode.js v24.21.0\n', 'Error: no'],
  [
    "pip's",
    'WARNING: Retrying\nERROR: Could not find a version\nERROR: No matching distribution\n',
    'ERROR: Could not find a version',
  ],
  [
    "pip's own crash",
    'ERROR: Exception:\nTraceback\nOSError: [Errno 28] No space left\n',
    'OSError: [Errno 28] No space left',
  ],
  ["a program's without a marked error", 'one\nNo module named pip\n\n', 'No module named pip'],
  ['no', '', 'it said nothing'],
])('the reason in %s words', (_whose, output, reason) => {
  expect(reasonIn(output)).toBe(reason);
});
