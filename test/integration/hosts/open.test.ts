/** `epsiloscope open` as a person starts it: where it opens, what it says, how it ends. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildApp, ROOT } from '../../e2e/support/build.ts';

const ENTRY = join(ROOT, 'src', 'main', 'hosts', 'cli', 'index.ts');
const PATIENCE = { timeout: 60_000 };
/** Root is treated otherwise: what all others get is shown as nobody. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const inDesktop = process.platform === 'linux';

let folder: string;
let workspace: string;
const started: ChildProcessByStdio<null, Readable, Readable>[] = [];

beforeAll(buildApp, 120_000);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'epsiloscope-open-test-'));
  workspace = join(folder, 'workspace');
  mkdirSync(join(folder, 'bin'));
  if (isRoot) chownSync(folder, NOBODY, NOBODY);
});

afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

interface Opened {
  readonly pid: number;
  /** What it has said so far. */
  readonly said: () => string;
  readonly signal: (name: NodeJS.Signals) => void;
  readonly code: Promise<number | null>;
}

function open(args: readonly string[], env: NodeJS.ProcessEnv = {}, user: { uid?: number; gid?: number } = {}): Opened {
  const child = spawn(process.execPath, [ENTRY, 'open', ...args], {
    env: {
      ...process.env,
      DISPLAY: '',
      WAYLAND_DISPLAY: '',
      ...env,
      HOME: folder,
      EPSILOSCOPE_HOME: join(folder, 'own'),
      EPSILOSCOPE_BACKEND: 'wasm',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  });
  started.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  }
  return {
    pid: child.pid ?? NaN,
    said: () => said,
    signal: (name) => child.kill(name),
    code: once(child, 'close').then(([code]) => code as number | null),
  };
}

/** Puts a program of this name before all others. */
function program(name: string, script: string): void {
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'bin', name), 0o755);
}

const filePath = (said: string): string => new URL(/file:\S+/.exec(said)?.[0] ?? 'file:///none').pathname;

describe('in a browser', () => {
  it('says which file to open, and why not Electron; ends with Ctrl-C, and leaves nothing behind', async () => {
    const run = open(['--no-open', '--workspace', workspace]);
    await expect.poll(run.said, PATIENCE).toContain('Open this file in a browser within 30 s: file:///');
    expect(run.said()).toContain('Opening in the browser (asked for). Ctrl-C ends Epsiloscope.');
    const path = filePath(run.said());
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const secret = /#code=([\w-]+)/.exec(readFileSync(path, 'utf8'))?.[1] ?? '';
    expect(secret).toHaveLength(43);
    expect(readFileSync(`/proc/${run.pid}/cmdline`, 'utf8')).not.toContain(secret);
    expect(readFileSync(`/proc/${run.pid}/environ`, 'utf8')).not.toContain(secret);
    run.signal('SIGINT');
    expect(await run.code).toBe(0);
    expect(existsSync(dirname(path))).toBe(false);
    expect(run.said()).not.toContain(secret);
  }, 120_000);

  it('is chosen without a display, which it says', async () => {
    const run = open(['--workspace', workspace]);
    await expect.poll(run.said, PATIENCE).toMatch(/Opening in the browser \(this session has no display\)/);
    await expect.poll(run.said, PATIENCE).toContain('Open this file in a browser');
    run.signal('SIGTERM');
    expect(await run.code).toBe(0);
  }, 120_000);

  it('opens none where the workspace cannot be opened, and says why in three parts', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    const run = open(['--no-open', '--workspace', file]);
    expect(await run.code).toBeGreaterThan(0);
    expect(run.said()).toMatch(/\nKept: .+\nTo do: .+/);
    expect(run.said()).toContain('a file lies where its folder was to be');
    expect(run.said()).not.toContain('file:///');
  }, 120_000);

  it('opens none while another program has the workspace', async () => {
    const first = open(['--no-open', '--workspace', workspace]);
    await expect.poll(first.said, PATIENCE).toContain('file:///');
    const second = open(['--no-open', '--workspace', workspace], { EPSILOSCOPE_HOME: join(folder, 'other') });
    expect(await second.code).toBeGreaterThan(0);
    expect(second.said()).toMatch(/\nKept: .+\nTo do: .+/);
    first.signal('SIGINT');
    expect(await first.code).toBe(0);
  }, 120_000);
});

describe('in Electron', () => {
  it('or not at all is refused without a display', async () => {
    const run = open(['--electron']);
    expect(await run.code).toBe(2);
    expect(run.said()).toContain('(NO_DISPLAY)');
  });

  it('and in a browser at once is refused', async () => {
    const run = open(['--electron', '--browser']);
    expect(await run.code).toBe(2);
    expect(run.said()).toContain("option '--browser' cannot be used with option '--electron'");
  });
});

describe.skipIf(!inDesktop)('with an Electron that cannot start', () => {
  const BROKEN = 'echo "error while loading shared libraries: libgtk-3.so.0" >&2; exit 127';
  const desktop = () => ({
    DISPLAY: ':1',
    PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
    ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'bin'),
  });

  it('the browser is opened in its place, on a file that says nothing by its name', async () => {
    program('electron', BROKEN);
    program('xdg-open', `echo "$@" > ${join(folder, 'opened')}`);
    const run = open(['--workspace', workspace], desktop(), isRoot ? { uid: NOBODY, gid: NOBODY } : {});
    await expect
      .poll(run.said, PATIENCE)
      .toContain('Opening in the browser (Electron could not start: error while loading shared libraries');
    await expect.poll(() => existsSync(join(folder, 'opened')), PATIENCE).toBe(true);
    const opened = () => readFileSync(join(folder, 'opened'), 'utf8').trim();
    await expect.poll(opened, PATIENCE).toMatch(/\/open\.html$/);
    expect(readFileSync(opened(), 'utf8')).toMatch(/url=http:\/\/127\.0\.0\.1:\d+\/#code=[\w-]{43}"/);
    run.signal('SIGINT');
    expect(await run.code).toBe(0);
  }, 120_000);

  it('a system without a browser is told which file to open', async () => {
    program('electron', BROKEN);
    program('xdg-open', 'exit 3');
    const run = open(['--workspace', workspace], desktop(), isRoot ? { uid: NOBODY, gid: NOBODY } : {});
    await expect.poll(run.said, PATIENCE).toContain('Open this file in a browser within 30 s: file:///');
    run.signal('SIGINT');
    expect(await run.code).toBe(0);
  }, 120_000);

  it('who asked for Electron is told what it said', async () => {
    program('electron', BROKEN);
    const run = open(['--electron'], desktop());
    expect(await run.code).toBe(1);
    expect(run.said()).toMatch(/Electron could not start: error while loading[\s\S]*\(ELECTRON_FAILED\)/);
  });
});
