/** Starts the program over the loopback host and opens its page in Chromium, as a person would: for screenshots and benches. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, chromium } from '@playwright/test';

const PROGRAM = join(import.meta.dirname, 'epsiloscope.mjs');
const CHROMIUM = '/usr/bin/chromium';

export interface StartedProgram {
  /** Of its first process. */
  readonly pid: number;
  /** File to open in a browser, once, within 30 s. */
  readonly address: string;
  /** Ends it, and waits for that. */
  close(): Promise<void>;
}

/**
 * @param home the person's own folder of the program
 * @param workspace folder of the workspace to open; left out: the demo
 * @throws Error with the program's last words where it does not come so far
 */
export async function startProgram(home: string, workspace?: string): Promise<StartedProgram> {
  const args = ['open', '--browser', '--no-open', ...(workspace === undefined ? [] : ['--workspace', workspace])];
  const env = { ...process.env, EPSILOSCOPE_HOME: home };
  const child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  const said: string[] = [];
  const address = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      const found = /file:\/\/\S+/.exec(line);
      if (found !== null) resolve(found[0]);
    });
    child.once('exit', () => {
      reject(new Error(`Epsiloscope ended before its page could be opened: ${said.slice(-5).join(' ')}`));
    });
  });
  return {
    pid: child.pid ?? 0,
    address,
    close: async () => {
      child.kill('SIGINT');
      await ended;
    },
  };
}

/**
 * Chromium without a window: EPSILOSCOPE_CHROMIUM names its program, else the system's, else the one that Playwright fetched.
 *
 * @param args of its command line, beside those that are always needed
 */
export function launchChromium(args: readonly string[] = []): Promise<Browser> {
  const named = process.env['EPSILOSCOPE_CHROMIUM'] ?? (existsSync(CHROMIUM) ? CHROMIUM : undefined);
  // Chromium refuses its sandbox to root.
  const forRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({
    args: [...args, ...forRoot],
    ...(named === undefined ? {} : { executablePath: named }),
  });
}
