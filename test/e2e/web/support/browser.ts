/** Debian's Chromium, led by Playwright. Whatever the page does that no page of the app may do is written down. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from '@playwright/test';
import type { RunningProgram } from './program.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

const executable = findBrowser();

/** Why there is no browser to test in, or null. */
export const noBrowser: string | null =
  executable === null ? `skipped: no ${NAMES.join(', ')} on PATH; EPSILOSCOPE_CHROMIUM names another` : null;

function findBrowser(): string | null {
  const named = process.env['EPSILOSCOPE_CHROMIUM'] ?? '';
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const places = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [named, ...places].find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return path !== '';
  } catch {
    return false;
  }
}

/** Long enough also where the machine has much else to do; nothing that goes well waits for it. */
export const PATIENCE = { timeout: 60_000 };

/** For a test as a whole. */
export const SLOW = { timeout: 180_000 };

export const startBrowser = (): Promise<Browser> =>
  // Chromium refuses its outer sandbox to root.
  chromium.launch({ executablePath: executable ?? '', args: ['--no-sandbox'] });

export interface OpenedPage {
  readonly page: Page;
  /**
   * What the page wrote to its console as an error or a warning, what it threw, violations of its policy, and requests to
   * anybody but the program.
   */
  readonly complaints: string[];
  /** All that came from the program: answers, and messages over the WebSocket. Pictures are left out. */
  readonly received: string[];
  close(): Promise<void>;
}

/** Opens the page of a program as the person does: by the file that the program names. */
export async function openPage(
  browser: Browser,
  program: RunningProgram,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const address = await program.redirectFile;
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, ...options });
  context.setDefaultTimeout(PATIENCE.timeout);
  const page = await context.newPage();
  const complaints = collectComplaints(page, address);
  const received = collectReceived(page);
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) => {
      console.error(`policy violated: ${effectiveDirective}, ${blockedURI}, ${sample}`);
    });
  });
  await page.goto(address);
  await page.waitForURL(/^http:\/\/127\.0\.0\.1:/);
  return { page, complaints, received, close: () => context.close() };
}

function collectComplaints(page: Page, address: string): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => {
    complaints.push(error.message);
  });
  let origin: string | null = null;
  const check = (url: string) => {
    const { protocol, host } = new URL(url);
    if (url === address || protocol === 'data:' || protocol === 'blob:') return;
    // The first one is that to which the program's file leads.
    origin ??= host;
    if (host !== origin || !origin.startsWith('127.0.0.1:')) complaints.push(`request to ${url}`);
  };
  page.on('request', (request) => {
    check(request.url());
  });
  page.on('websocket', (socket) => {
    check(socket.url());
  });
  return complaints;
}

function collectReceived(page: Page): string[] {
  const received: string[] = [];
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => {
      received.push(payload.toString());
    });
  });
  page.on('response', (response) => {
    if (!/json|text\/plain/.test(response.headers()['content-type'] ?? '')) return;
    void response.text().then(
      (text) => received.push(text),
      // Of a page that was left.
      () => undefined,
    );
  });
  return received;
}
