import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { run } from '../../../../tools/bootstrap/processes.mjs';
import { makeWhole } from '../../../../tools/native/staging.mjs';

let parent: string;
let target: string;

beforeEach(() => {
  parent = mkdtempSync(path.join(tmpdir(), 'epsiloscope-staging-'));
  target = path.join(parent, 'cache', 'library');
});

afterEach(() => {
  rmSync(parent, { recursive: true });
});

function fill(staging: string, content: string): string {
  const made = path.join(staging, 'made');
  mkdirSync(made);
  writeFileSync(path.join(made, 'file'), content);
  return made;
}

describe('a folder appears whole or not at all', () => {
  test('not before all of it is there', async () => {
    await makeWhole(target, (staging) => {
      const made = fill(staging, 'content');
      expect(existsSync(target)).toBe(false);
      return Promise.resolve(made);
    });
    expect(readFileSync(path.join(target, 'file'), 'utf8')).toBe('content');
    expect(readdirSync(path.dirname(target))).toEqual(['library']);
  });

  test('not where the work fails, which leaves nothing behind', async () => {
    const failing = makeWhole(target, (staging) => {
      fill(staging, 'half');
      return Promise.reject(new Error('disk full'));
    });
    await expect(failing).rejects.toThrow('disk full');
    expect(readdirSync(path.dirname(target))).toEqual([]);
  });

  test('once, where two make it at the same time', async () => {
    const both = Promise.withResolvers<undefined>();
    let ready = 0;
    const make = (content: string) =>
      makeWhole(target, async (staging) => {
        const made = fill(staging, content);
        ready += 1;
        if (ready === 2) both.resolve(undefined);
        await both.promise;
        return made;
      });
    await Promise.all([make('one'), make('two')]);
    expect(['one', 'two']).toContain(readFileSync(path.join(target, 'file'), 'utf8'));
    expect(readdirSync(path.dirname(target))).toEqual(['library']);
  });
});

test('what a killed process left half-made is cleared away; what a living one makes is not', async () => {
  const { output: dead } = await run(process.execPath, ['-e', 'process.stdout.write(String(process.pid))']);
  const living = `.staging-${process.ppid}-abc`;
  for (const name of [`.staging-${dead}-abc`, living]) mkdirSync(path.join(parent, 'cache', name), { recursive: true });
  await makeWhole(target, (staging) => Promise.resolve(fill(staging, 'content')));
  expect(readdirSync(path.dirname(target)).sort()).toEqual([living, 'library']);
});
