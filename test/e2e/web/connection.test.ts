/** How the page in a browser comes to the program, stays with it, and learns that it is gone. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page, WebSocketRoute } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Program } from '../../../src/main/api/host.ts';
import { loopbackCapabilities } from '../../../src/main/hosts/loopback/host.ts';
import { writeRedirectFile } from '../../../src/main/hosts/loopback/redirectFile.ts';
import { type LoopbackServer, startLoopbackServer } from '../../../src/main/hosts/loopback/server.ts';
import { nodeImagingLauncher } from '../../../src/main/hosts/node/imagingLauncher.ts';
import { nodeEngineLauncher } from '../../../src/main/hosts/node/launcher.ts';
import { createProgram } from '../../../src/main/program.ts';
import { smallApp } from '../../integration/program/support.ts';
import { buildApp, ROOT } from '../support/build.ts';
import { noBrowser, startBrowser } from './support/browser.ts';

const WORKERS = join(ROOT, 'src', 'main', 'hosts', 'worker');

let folder: string;
let program: Program;
let server: LoopbackServer;
let browser: Browser;
let context: BrowserContext;
let page: Page;

const library = (of: Page) => of.getByText('ISIC_0001769').first().waitFor();
const says = (of: Page, text: string | RegExp) => of.getByText(text).first().waitFor();

describe.skipIf(noBrowser !== null)(`the page in a browser (${noBrowser ?? 'Chromium'})`, () => {
  beforeAll(async () => {
    await buildApp();
    folder = mkdtempSync(join(tmpdir(), 'epsiloscope-connection-'));
    program = createProgram({
      host: loopbackCapabilities(''),
      engineLauncher: (added) =>
        nodeEngineLauncher(join(WORKERS, 'engine.ts'), { EPSILOSCOPE_BACKEND: 'wasm', ...added }),
      imagingLauncher: nodeImagingLauncher(join(WORKERS, 'imaging.ts')),
      engines: { processes: 1, threads: '1' },
      appFolder: await smallApp(folder),
      userFolder: join(folder, 'home'),
      runtime: {},
    });
    await program.open({ kind: 'demo' });
    browser = await startBrowser();
  }, 180_000);

  afterAll(async () => {
    await browser.close();
    await program.close();
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    server = await startLoopbackServer({
      program,
      page: join(ROOT, 'out', 'renderer'),
      onPage: () => undefined,
    });
    context = await browser.newContext();
    page = await context.newPage();
  });

  afterEach(async () => {
    await context.close();
    await server.close();
  });

  /** As the system's browser does it. */
  async function openByFile(): Promise<string> {
    const address = server.newPageAddress();
    const file = writeRedirectFile(address);
    try {
      await page.goto(`file://${file.path}`);
      await page.waitForURL(`${server.origin}/**`);
      await library(page);
    } finally {
      file.remove();
    }
    return address;
  }

  it('comes from the file, and its address forgets the code', async () => {
    const code = new URL(await openByFile()).hash.replace('#code=', '');
    expect(await page.evaluate(() => window.location.href)).not.toContain(code);
    expect(await page.evaluate(() => document.cookie)).toBe('');
    expect(await page.evaluate(() => localStorage.length)).toBe(0);
    expect(await page.evaluate(() => document.referrer)).toBe('');
    await page.goBack().catch(() => null);
    expect(page.url()).not.toContain(code);
  });

  it('is there again after it was loaded again', async () => {
    await openByFile();
    await page.reload();
    await library(page);
    await page.reload();
    await library(page);
  });

  it('is not opened a second time with the same code, nor by its address alone', async () => {
    const address = await openByFile();
    const second = await (await browser.newContext()).newPage();
    await second.goto(address);
    await says(second, /opened too late, or for the second time/);
    await second.goto('about:blank');
    await second.goto(server.origin);
    await says(second, /opened by hand/);
    await second.context().close();
    await library(page);
  });

  it('makes room for a page that was opened later, and says so', async () => {
    await openByFile();
    const second = await context.newPage();
    await second.goto(server.newPageAddress());
    await library(second);
    await says(page, /opened again in another tab/);
  });

  it('comes back by itself where the connection was lost for a moment, and hears the news again', async () => {
    const sockets: WebSocketRoute[] = [];
    await page.routeWebSocket(/\/api$/, (socket) => {
      socket.connectToServer();
      sockets.push(socket);
    });
    await openByFile();
    await sockets[0]?.close({ code: 4000 });
    await expect.poll(() => sockets.length, { timeout: 20_000 }).toBe(2);
    // Until it listens again nobody is told, so it is told more than once.
    await expect
      .poll(
        async () => {
          program.menu('shortcuts');
          return page.getByRole('dialog').count();
        },
        { timeout: 20_000 },
      )
      .toBe(1);
    expect(await page.getByText('The program answers no more').count()).toBe(0);
  });

  it('is told that the program has ended', async () => {
    await openByFile();
    await server.close();
    await says(page, 'The program answers no more');
    await says(page, /the program has ended/);
    server = await startLoopbackServer({ program, page: join(ROOT, 'out', 'renderer'), onPage: () => undefined });
  });

  it('gives up after some seconds where the program is gone without a word', async () => {
    await page.routeWebSocket(/\/api$/, (socket) => {
      if (lines === 0) socket.connectToServer();
      lines += 1;
      if (lines > 1) void socket.close({ code: 4000 });
      else first = socket;
    });
    let lines = 0;
    let first: WebSocketRoute | null = null;
    await openByFile();
    await (first as WebSocketRoute | null)?.close({ code: 4000 });
    await page.getByText('The program answers no more').waitFor({ timeout: 30_000 });
    expect(lines).toBeGreaterThan(3);
  });
});
