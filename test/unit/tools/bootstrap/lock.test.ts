import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withLock } from '../../../../tools/bootstrap/lock.mjs';
import { run } from '../../../../tools/bootstrap/processes.mjs';

const LOCK_MODULE = pathToFileURL(path.resolve('tools/bootstrap/lock.mjs')).href;

let folder: string;
let lock: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'epsiloscope-lock-'));
  lock = path.join(folder, 'lock');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const noWaiting = (holder: number) => {
  throw new Error(`waited for ${holder}`);
};

describe('one at a time', () => {
  test('processes that want the same lock never work at once', async () => {
    const log = path.join(folder, 'log');
    const script = `
      import { appendFileSync } from 'node:fs';
      import { withLock } from ${JSON.stringify(LOCK_MODULE)};
      await withLock(${JSON.stringify(lock)}, () => {}, async () => {
        appendFileSync(${JSON.stringify(log)}, 'in ');
        await new Promise(setImmediate);
        appendFileSync(${JSON.stringify(log)}, 'out ');
      });`;
    const runs = [1, 2, 3].map(() => run(process.execPath, ['--input-type=module', '-e', script]));
    const codes = (await Promise.all(runs)).map(({ code }) => code);
    expect(codes).toEqual([0, 0, 0]);
    expect(readFileSync(log, 'utf8')).toBe('in out '.repeat(3));
  });

  test('the one that waits is told whom it waits for', async () => {
    const first = Promise.withResolvers<undefined>();
    const holder = withLock(lock, noWaiting, () => first.promise);
    const told: number[] = [];
    const waiter = withLock(
      lock,
      (processId) => {
        told.push(processId);
        first.resolve(undefined);
      },
      () => Promise.resolve('second'),
    );
    expect(await waiter).toBe('second');
    await holder;
    expect(told).toEqual([process.pid]);
  });

  test('nothing is left behind, whether the work ends well or not', async () => {
    await withLock(lock, noWaiting, () => Promise.resolve());
    await expect(withLock(lock, noWaiting, () => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full');
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a holder that died', () => {
  test('holds nothing', async () => {
    const { output } = await run(process.execPath, ['-e', 'console.log(process.pid)']);
    writeFileSync(lock, `${output.trim()} left-behind\n`);
    expect(await withLock(lock, noWaiting, () => Promise.resolve('done'))).toBe('done');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('holds nothing either when another process has its id now', async () => {
    writeFileSync(lock, `${process.pid} from-before-a-restart\n`);
    utimesSync(lock, new Date(0), new Date(0));
    expect(await withLock(lock, noWaiting, () => Promise.resolve('done'))).toBe('done');
  });

  test('leaves no lock when it exits in the middle of its work', async () => {
    const script = `
      import { withLock } from ${JSON.stringify(LOCK_MODULE)};
      await withLock(${JSON.stringify(lock)}, () => {}, async () => process.exit(5));`;
    expect((await run(process.execPath, ['--input-type=module', '-e', script])).code).toBe(5);
    expect(existsSync(lock)).toBe(false);
  });
});
