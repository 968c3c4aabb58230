import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findProgram } from '../../../../tools/bootstrap/processes.mjs';
import { bindingFile } from '../../../../tools/native/binding.mjs';
import { layOutNative, nativeIsSettled, readSettlement } from '../../../../tools/native/layOut.mjs';
import { fillCache } from '../../../../tools/native/library.mjs';
import { NativeUnavailable } from '../../../../tools/native/nativeUnavailable.mjs';
import { makeLibrary, makeSetup, makeWheel, TINY_VERSION } from './tinyTensorflow.ts';

const canBuild = ['python3', 'g++'].every((name) => findProgram([name], process.env) !== undefined);

let shared: string;
let library: string;
let wheel: ReturnType<typeof makeWheel>;
let filledCache: string;
let folder: string;
let setup: ReturnType<typeof makeSetup>;

beforeAll(async () => {
  if (!canBuild) return;
  shared = mkdtempSync(path.join(tmpdir(), 'epsiloscope-tiny-'));
  library = makeLibrary(path.join(shared, 'library'));
  wheel = makeWheel(library, path.join(shared, 'wheels'));
  const first = makeSetup(path.join(shared, 'first'), wheel);
  await layOutNative(first, process.execPath);
  filledCache = path.dirname(first.recipe.folder);
});

afterAll(() => {
  if (canBuild) rmSync(shared, { recursive: true });
});

beforeEach((context) => {
  if (!canBuild) context.skip('needs Python 3 and g++ on PATH');
  folder = mkdtempSync(path.join(tmpdir(), 'epsiloscope-native-'));
  setup = makeSetup(folder, wheel);
  return () => {
    rmSync(folder, { recursive: true });
  };
});

const layOut = () => layOutNative(setup, process.execPath);
const settlement = () => readSettlement(setup.root);
const cacheHolds = () => (existsSync(path.join(folder, 'cache')) ? readdirSync(path.join(folder, 'cache')) : []);

/** Puts the library into this test's cache as an earlier setup, of another clone, left it there. */
const fillFromEarlier = () => {
  cpSync(filledCache, path.join(folder, 'cache'), { recursive: true });
};

/** A PATH on which exactly these programs are found. */
function onlyPrograms(...names: string[]): string {
  const bin = mkdtempSync(path.join(folder, 'bin-'));
  for (const name of names) {
    const program = findProgram([name], process.env);
    if (program !== undefined) symlinkSync(program, path.join(bin, name));
  }
  return bin;
}

/** The answer where the native library cannot be had: said, remembered, nothing left half-made. */
async function expectAbsent(reason: RegExp, remedy: RegExp): Promise<void> {
  await layOut();
  expect(settlement()).toMatchObject({
    status: 'absent',
    reason: expect.stringMatching(reason) as string,
    remedy: expect.stringMatching(remedy) as string,
  });
  expect(setup.said()).toMatch(
    /Audits run on WebAssembly instead, about 10 times slower\. To get it, .*epsiloscope setup/,
  );
  expect(existsSync(bindingFile(setup.root))).toBe(false);
  expect(cacheHolds().filter((name) => name.startsWith('.staging'))).toEqual([]);
  expect(nativeIsSettled(setup)).toBe(true);
}

describe('from the wheel', () => {
  test('the library is fetched, checked, unpacked, linked to, and tried; the next start has nothing to do', async () => {
    expect(nativeIsSettled(setup)).toBe(false);
    await layOut();
    expect(settlement()).toMatchObject({ status: 'laid', source: 'cache', libtensorflow: TINY_VERSION });
    expect(cacheHolds()).toEqual(['libtensorflow']);
    expect(readdirSync(setup.recipe.folder).map((name) => name.replace(/-.*/, ''))).toEqual([
      'binding',
      'include',
      'lib',
      'manifest.json',
    ]);
    expect(nativeIsSettled(setup)).toBe(true);
    expect(setup.said()).toMatch(/downloading .*\n.*unpacking .*\n(.*\n)*.*compiling .*\n(.*\n)*.*native engine ready/);
  });

  test('another clone, or a new node_modules, finds it in the cache: no download, no compiler', async () => {
    fillFromEarlier();
    setup.env = { ...setup.env, EPSILOSCOPE_OFFLINE: '1', PATH: onlyPrograms() };
    await layOut();
    expect(settlement()).toMatchObject({ status: 'laid', libtensorflow: TINY_VERSION });
  });
});

describe('where it cannot be had the app goes on without', () => {
  test('no C++ compiler: nothing is even downloaded', async () => {
    setup.env['PATH'] = onlyPrograms('python3');
    await expectAbsent(/no C\+\+ compiler/, /apt install g\+\+/);
    expect(cacheHolds()).toEqual([]);
  });

  test('no Python', async () => {
    setup.env['PATH'] = onlyPrograms('g++');
    await expectAbsent(/no Python/, /apt install python3-pip/);
  });

  test('a Python without pip', async () => {
    const bin = onlyPrograms('g++');
    writeFileSync(path.join(bin, 'python3'), '#!/bin/sh\necho "No module named pip" >&2\nexit 1\n', { mode: 0o755 });
    setup.env['PATH'] = bin;
    await expectAbsent(/no pip/, /apt install python3-pip/);
  });

  test('no network, or a mirror without the wheel', async () => {
    setup.env['PIP_FIND_LINKS'] = path.join(folder, 'empty');
    await expectAbsent(/pip could not download libtensorflow \(ERROR: Could not find a version/, /network connection/);
  });

  test('downloads forbidden', async () => {
    setup.env['EPSILOSCOPE_OFFLINE'] = '1';
    await expectAbsent(/EPSILOSCOPE_OFFLINE=1 forbids/, /EPSILOSCOPE_LIBTENSORFLOW/);
    expect(cacheHolds()).toEqual([]);
  });

  test('another file than the pinned one', async () => {
    setup.recipe.sha256 = '0'.repeat(64);
    await expectAbsent(new RegExp(`SHA-256 ${wheel.sha256}, expected 0{64}.*thrown away`), /try again/);
    expect(cacheHolds()).toEqual([]);
  });

  test('a disk without the room for it', async () => {
    const filling = fillCache(setup.recipe, setup.env, setup.reporter, Number.MAX_SAFE_INTEGER);
    await expect(filling).rejects.toThrow(NativeUnavailable);
    await expect(filling).rejects.toThrow(/GB free, and unpacking libtensorflow takes 9007199\.3 GB/);
    expect(cacheHolds()).toEqual([]);
  });

  test('a cache that cannot be written', async () => {
    writeFileSync(path.join(folder, 'cache'), 'a file where the folder should be');
    await layOut();
    expect(settlement()).toMatchObject({ status: 'absent', reason: expect.stringMatching(/cache/) as string });
  });

  test('a library that does not work: its binding is taken away again', async () => {
    fillFromEarlier();
    writeFileSync(setup.loadTest, 'throw new Error("illegal instruction");');
    await expectAbsent(/does not work on this machine \(Error: illegal instruction\)/, /EPSILOSCOPE_LIBTENSORFLOW/);
  });

  test('nothing is tried again until something has changed', async () => {
    setup.env['PATH'] = onlyPrograms('python3');
    await layOut();
    expect(nativeIsSettled(setup)).toBe(true);
    setup.env['PATH'] = onlyPrograms('python3', 'g++');
    expect(nativeIsSettled(setup)).toBe(false);
  });
});

describe('a damaged cache is made anew', () => {
  test('a library that lost its end', async () => {
    fillFromEarlier();
    truncateSync(path.join(setup.recipe.folder, 'lib', 'libtensorflow_cc.so.2'), 100);
    await layOut();
    expect(setup.said()).toMatch(/what the cache holds does not work \(.*\); making it anew/);
    expect(settlement()).toMatchObject({ status: 'laid', libtensorflow: TINY_VERSION });
  });

  test('a compiled binding that lost its end: the library is kept', async () => {
    fillFromEarlier();
    const kept = readdirSync(setup.recipe.folder).find((name) => name.startsWith('binding')) ?? '';
    truncateSync(path.join(setup.recipe.folder, kept, 'tfjs_binding.node'), 100);
    setup.env['EPSILOSCOPE_OFFLINE'] = '1';
    await layOut();
    expect(settlement()).toMatchObject({ status: 'laid', libtensorflow: TINY_VERSION });
  });

  test('a cache that was deleted while node_modules points to it is noticed', async () => {
    fillFromEarlier();
    await layOut();
    expect(nativeIsSettled(setup)).toBe(true);
    rmSync(setup.recipe.folder, { recursive: true });
    expect(nativeIsSettled(setup)).toBe(false);
  });
});

describe('a folder that EPSILOSCOPE_LIBTENSORFLOW names', () => {
  test('is used before anything else, and nothing is written into it', async () => {
    const named = makeLibrary(path.join(folder, 'named'), '2.18.0-named');
    const before = readdirSync(named, { recursive: true });
    setup.env['EPSILOSCOPE_LIBTENSORFLOW'] = named;
    await layOut();
    expect(settlement()).toMatchObject({ status: 'laid', source: 'EPSILOSCOPE_LIBTENSORFLOW', folder: named });
    expect(settlement()?.libtensorflow).toBe('2.18.0-named');
    expect(readdirSync(named, { recursive: true })).toEqual(before);
    expect(cacheHolds()).toEqual([]);
  });

  test('naming another one, or none, lays out anew', async () => {
    setup.env['EPSILOSCOPE_LIBTENSORFLOW'] = library;
    await layOut();
    expect(nativeIsSettled(setup)).toBe(true);
    setup.env['EPSILOSCOPE_LIBTENSORFLOW'] = '';
    expect(nativeIsSettled(setup)).toBe(false);
  });

  test('that holds no library is refused, and no other is taken in its place', async () => {
    setup.env['EPSILOSCOPE_LIBTENSORFLOW'] = folder;
    await expect(layOut()).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/does not hold/) as string,
    });
    expect(nativeIsSettled(setup)).toBe(false);
    expect(cacheHolds()).toEqual([]);
  });

  test('whose library does not load is refused', async () => {
    const named = makeLibrary(path.join(folder, 'named'));
    appendFileSync(setup.loadTest, 'throw new Error("no such GPU");');
    setup.env['EPSILOSCOPE_LIBTENSORFLOW'] = named;
    await expect(layOut()).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/no such GPU/) as string,
    });
    expect(existsSync(bindingFile(setup.root))).toBe(false);
  });
});

test('a binding that somebody built in place is accepted where no other can be had', async () => {
  fillFromEarlier();
  await layOut();
  rmSync(path.join(setup.root, 'node_modules', '.cache'), { recursive: true });
  setup.recipe.folder = path.join(folder, 'elsewhere');
  setup.env['EPSILOSCOPE_OFFLINE'] = '1';
  await layOut();
  expect(settlement()).toMatchObject({ status: 'laid', source: 'node_modules', libtensorflow: TINY_VERSION });
});
