/** `epsiloscope open --electron`, from the terminal to the window and back. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildApp, ROOT } from '../support/build.ts';
import { whyNotHere } from './support/app.ts';
import { startDisplay } from './support/display.ts';

const notHere = whyNotHere();
const PATIENCE = { timeout: 60_000 };

it.skipIf(notHere !== null)(
  `the command opens the app in Electron, says so, and ends it with Ctrl-C (${notHere ?? 'under Xvfb'})`,
  async () => {
    await buildApp();
    const home = mkdtempSync(join(tmpdir(), 'epsiloscope-home-'));
    const display = await startDisplay();
    const entry = join(ROOT, 'src', 'main', 'hosts', 'cli', 'index.ts');
    const workspace = join(home, 'clinic');
    const program = spawn(process.execPath, [entry, 'open', '--electron', '--workspace', workspace], {
      env: { ...process.env, DISPLAY: display.name, EPSILOSCOPE_HOME: home, EPSILOSCOPE_BACKEND: 'wasm' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [program.stdout, program.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    }
    try {
      await expect.poll(() => said, PATIENCE).toMatch(/Opening in Electron \(.+\)\./);
      await expect.poll(() => existsSync(join(workspace, 'epsiloscope.db')), PATIENCE).toBe(true);
      const ended = once(program, 'close');
      program.kill('SIGINT');
      expect(await ended).toEqual([0, null]);
      expect(existsSync(join(home, 'window.json'))).toBe(true);
    } finally {
      program.kill('SIGKILL');
      display.close();
      rmSync(home, { recursive: true, force: true });
    }
  },
  180_000,
);
