import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { findProgram, isAlive, reasonIn, run, stopRunningPrograms } from '../../../../tools/bootstrap/processes.mjs';

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

  test('ends early, with what it started in its turn, when all running programs are stopped', async () => {
    const waitForever = 'setInterval(() => {}, 1000)';
    const script = `
      const child = require('node:child_process').spawn(process.execPath, ['-e', '${waitForever}']);
      require('node:fs').writeFileSync(process.argv[1], String(child.pid));
      ${waitForever}`;
    const note = path.join(folder, 'child');
    const running = run(process.execPath, ['-e', script, note]);
    await vi.waitFor(() => {
      expect(readFileSync(note, 'utf8')).toMatch(/^\d+$/);
    }, PATIENCE);
    await stopRunningPrograms();
    expect((await running).code).toBe(128);
    await vi.waitFor(() => {
      expect(isAlive(Number(readFileSync(note, 'utf8')))).toBe(false);
    }, PATIENCE);
  });
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
