/** Real scripts in the place of Electron's own downloader, run by the real Node.js. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ElectronSearch, findElectron } from '../../../../../src/main/hosts/cli/open/electronRuntime.ts';

const HOUR = 3600 * 1000;
/** Lays Electron's program out as its downloader does, `path.txt` last. */
const DOWNLOADS = `
  const fs = require('node:fs');
  fs.mkdirSync(__dirname + '/dist');
  fs.writeFileSync(__dirname + '/dist/electron', '');
  fs.writeFileSync(__dirname + '/path.txt', 'electron');`;
const FAILS = `console.error('Error: getaddrinfo ENOTFOUND github.com'); process.exit(1);`;

let appFolder: string;
let said: string[];

const electron = () => join(appFolder, 'node_modules', 'electron');
const downloader = (script: string) => {
  writeFileSync(join(electron(), 'install.js'), script);
};

const find = (changes: Partial<ElectronSearch> = {}) =>
  findElectron({
    appFolder,
    environment: {},
    insist: false,
    signal: new AbortController().signal,
    say: (line) => said.push(line),
    now: 0,
    ...changes,
  });

beforeEach(() => {
  appFolder = mkdtempSync(join(tmpdir(), 'epsiloscope-electron-'));
  mkdirSync(electron(), { recursive: true });
  said = [];
});

afterEach(() => {
  rmSync(appFolder, { recursive: true, force: true });
});

describe('Electron', () => {
  it('is the one that is named', async () => {
    const folder = join(appFolder, 'named');
    mkdirSync(folder);
    const environment = { ELECTRON_OVERRIDE_DIST_PATH: folder };
    expect(await find({ environment })).toEqual({
      missing: 'ELECTRON_OVERRIDE_DIST_PATH names a folder without Electron',
    });
    writeFileSync(join(folder, 'electron'), '');
    expect(await find({ environment })).toEqual({ program: join(folder, 'electron') });
  });

  it('is fetched once, and said to be', async () => {
    downloader(DOWNLOADS);
    expect(await find()).toEqual({ program: join(electron(), 'dist', 'electron') });
    expect(said).toEqual(['Fetching Electron, once (about 120 MB) ...']);
    downloader(FAILS);
    expect(await find()).toEqual({ program: join(electron(), 'dist', 'electron') });
    expect(said).toHaveLength(1);
  });

  it('is not fetched offline', async () => {
    downloader(DOWNLOADS);
    expect(await find({ environment: { EPSILOSCOPE_OFFLINE: '1' } })).toMatchObject({
      missing: 'Electron is not here, and EPSILOSCOPE_OFFLINE=1 forbids its download',
    });
    expect(existsSync(join(electron(), 'dist'))).toBe(false);
  });

  it('that cannot be had is not tried for again until the next day, but where the person insists', async () => {
    downloader(FAILS);
    const reason = 'Error: getaddrinfo ENOTFOUND github.com';
    expect(await find()).toEqual({ missing: `Electron could not be had (${reason})` });
    downloader(DOWNLOADS);
    expect(await find({ now: 23 * HOUR })).toEqual({
      missing: `Electron could not be had (${reason}); --electron tries again`,
    });
    expect(await find({ now: 23 * HOUR, insist: true })).toHaveProperty('program');
  });

  it('is tried for the next day', async () => {
    downloader(FAILS);
    await find();
    downloader(DOWNLOADS);
    expect(await find({ now: 24 * HOUR })).toHaveProperty('program');
  });

  it('is missing where its package is', async () => {
    expect(await find()).toEqual({ missing: 'Electron is not installed' });
  });

  it('is left where the person gives up, and tried for at the next start', async () => {
    downloader(`require('node:fs').writeFileSync(__dirname + '/begun', ''); setInterval(() => undefined, 1000);`);
    const controller = new AbortController();
    const finding = find({ signal: controller.signal });
    await expect.poll(() => existsSync(join(electron(), 'begun')), { timeout: 20_000 }).toBe(true);
    controller.abort();
    expect(await finding).toHaveProperty('missing');
    expect(existsSync(join(appFolder, 'node_modules', '.cache', 'epsiloscope', 'electron.json'))).toBe(false);
  });

  it('with an unreadable note of a failure is tried for', async () => {
    downloader(FAILS);
    await find();
    const note = join(appFolder, 'node_modules', '.cache', 'epsiloscope', 'electron.json');
    writeFileSync(note, readFileSync(note, 'utf8').slice(0, 5));
    downloader(DOWNLOADS);
    expect(await find()).toHaveProperty('program');
  });
});
