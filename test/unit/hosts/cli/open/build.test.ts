/** A small script in the place of electron-vite, run by the real Node.js. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../../../../src/main/hosts/cli/open/build.ts';

let appFolder: string;
let said: string[];

const inApp = (...parts: string[]) => join(appFolder, ...parts);
const build = (signal = new AbortController().signal) =>
  ensureBuilt({ appFolder, signal, say: (line) => said.push(line) });
const built = () => readFileSync(inApp('out', 'index.html'), 'utf8');

/** Copies the source into the folder that it is told. */
const BUILDS = `
  const fs = require('node:fs');
  const out = process.argv[process.argv.indexOf('--outDir') + 1];
  fs.mkdirSync(out, { recursive: true });
  fs.copyFileSync('src/page.txt', out + '/index.html');`;

const builder = (script: string) => {
  mkdirSync(inApp('node_modules', 'electron-vite', 'bin'), { recursive: true });
  writeFileSync(inApp('node_modules', 'electron-vite', 'bin', 'electron-vite.js'), script);
};

beforeEach(() => {
  appFolder = mkdtempSync(join(tmpdir(), 'epsiloscope-build-'));
  mkdirSync(inApp('src'));
  writeFileSync(inApp('src', 'page.txt'), 'first');
  writeFileSync(inApp('electron.vite.config.ts'), '');
  writeFileSync(inApp('package-lock.json'), '');
  builder(BUILDS);
  said = [];
});

afterEach(() => {
  rmSync(appFolder, { recursive: true, force: true });
});

describe('the page', () => {
  it('is built where it is missing, and then not again', async () => {
    await build();
    expect(built()).toBe('first');
    await build();
    expect(said).toEqual(['Building the page, a few seconds ...']);
  });

  it.each([
    [
      'changed',
      () => {
        writeFileSync(inApp('src', 'page.txt'), 'second');
        utimesSync(inApp('src', 'page.txt'), 4e9, 4e9);
      },
    ],
    [
      'came',
      () => {
        writeFileSync(inApp('src', 'page.txt'), 'second');
        writeFileSync(inApp('src', 'more.txt'), '');
      },
    ],
  ])('is built anew where a source %s', async (_name, change) => {
    await build();
    writeFileSync(inApp('out', 'left-over.js'), '');
    change();
    await build();
    expect(built()).toBe('second');
    expect(readdirSync(inApp('out'))).not.toContain('left-over.js');
  });

  it('that cannot be built says why, and leaves the one before as it was', async () => {
    await build();
    writeFileSync(inApp('src', 'more.txt'), '');
    builder(`console.error('src/page.txt: it makes no sense'); process.exit(1);`);
    await expect(build()).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      explanation: { happened: 'The page could not be built: src/page.txt: it makes no sense' },
    });
    expect(built()).toBe('first');
    expect(readdirSync(inApp('node_modules', '.cache', 'epsiloscope'))).toEqual([]);
  });

  it('whose building is broken off is built by the next start', async () => {
    builder(`require('node:fs').writeFileSync('begun', ''); setInterval(() => undefined, 1000);`);
    const controller = new AbortController();
    const building = build(controller.signal);
    building.catch(() => undefined);
    await expect.poll(() => existsSync(inApp('begun')), { timeout: 20_000 }).toBe(true);
    controller.abort();
    await expect(building).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(existsSync(inApp('out'))).toBe(false);
    builder(BUILDS);
    await build();
    expect(built()).toBe('first');
  });
});
