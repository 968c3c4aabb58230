import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findProgram, run } from '../../../../tools/bootstrap/processes.mjs';

const LAUNCH_MODULE = pathToFileURL(path.resolve('tools/bootstrap/launch.mjs')).href;

let folder: string;
let otherNode: string;
let report: string;
let interruptible: string;
let launcher: string;

/** Under a terminal: presses Ctrl-C once the program is ready, then ends it, and prints all that it wrote. */
const PRESS_CTRL_C = `
import os, pty, signal, sys
process, terminal = pty.fork()
if process == 0:
    os.execv(sys.argv[1], sys.argv[1:])
written = b''
def read_until(word):
    global written
    while word not in written:
        written += os.read(terminal, 1000)
read_until(b'ready')
os.kill(process, signal.SIGSTOP)  # so that a second signal cannot melt into the first, which the child has by then
os.write(terminal, b'\\x03')
read_until(b'interrupted')
os.kill(process, signal.SIGCONT)
for answer in (b'asked', b'times'):
    os.kill(process, signal.SIGTERM)
    read_until(answer)
print(written.decode(), os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
`;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'epsiloscope-launch-'));
  const file = (name: string, content: string) => {
    writeFileSync(path.join(folder, name), content);
    return path.join(folder, name);
  };
  // The same program by another path stands for "another Node.js than the running one".
  otherNode = path.join(folder, 'node');
  symlinkSync(process.execPath, otherNode);
  report = file(
    'report.ts',
    `const args: string[] = process.argv.slice(2);
     console.log(JSON.stringify({ args, script: process.argv[1], processId: process.pid }));
     process.exitCode = 7;`,
  );
  // SIGTERM is always passed on. When the second one arrives, whatever was passed on before the first has arrived too.
  interruptible = file(
    'interruptible.mjs',
    `let count = 0;
     process.on('SIGINT', () => { count += 1; console.log('interrupted'); });
     process.once('SIGTERM', () => {
       process.once('SIGTERM', () => { console.log(count + ' times'); process.exit(130); });
       console.log('asked');
     });
     setInterval(() => {}, 1000);
     console.log('ready');`,
  );
  launcher = file(
    'launcher.mjs',
    `import { launch } from ${JSON.stringify(LAUNCH_MODULE)};
     const [node, script, ...args] = process.argv.slice(2);
     await launch(node, script, args);`,
  );
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('running the app', () => {
  test.each([
    ['in this process, where it is the right Node.js', () => process.execPath],
    ['in a child of the right Node.js', () => otherNode],
  ])('%s: arguments, script path and exit code are as if it had been started directly', async (_how, node) => {
    const { code, output } = await run(process.execPath, [launcher, node(), report, '--epsilons', '1,2']);
    expect(code).toBe(7);
    expect(JSON.parse(output)).toMatchObject({ args: ['--epsilons', '1,2'], script: report });
  });

  test('in this process there is nothing in between that a kill could hit', async () => {
    const child = spawn(process.execPath, [launcher, process.execPath, report]);
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    await new Promise((resolve) => child.on('close', resolve));
    expect(JSON.parse(output)).toMatchObject({ processId: child.pid });
  });

  test('a Node.js that cannot be started is said', async () => {
    const { code, output } = await run(process.execPath, [launcher, path.join(folder, 'missing'), report]);
    expect(code).toBe(1);
    expect(output).toMatch(/SetupError: Node\.js 24 could not be started \(.*ENOENT\)/);
  });

  test('a child that a signal ended makes this process end by the same one', async () => {
    const dying = path.join(folder, 'dying.mjs');
    writeFileSync(dying, "process.kill(process.pid, 'SIGKILL');");
    const child = spawn(process.execPath, [launcher, otherNode, dying]);
    const signal = await new Promise((resolve) =>
      child.on('close', (_code, endedBy) => {
        resolve(endedBy);
      }),
    );
    expect(signal).toBe('SIGKILL');
  });
});

describe('an interruption reaches the child exactly once', () => {
  test('sent to this process without a terminal', async () => {
    const child = spawn(process.execPath, [launcher, otherNode, interruptible], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let written = '';
    child.stdout.on('data', (data: Buffer) => {
      written += data.toString();
      if (data.toString().includes('ready')) child.kill('SIGINT');
      if (/interrupted|asked/.test(data.toString())) child.kill('SIGTERM');
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(written).toContain('1 times');
    expect(code).toBe(130);
  });

  test('by Ctrl-C on a terminal', (context) => {
    const python = findProgram(['python3'], process.env);
    if (python === undefined) return context.skip('needs Python 3 to make a terminal');
    const args = ['-c', PRESS_CTRL_C, process.execPath, launcher, otherNode, interruptible];
    const output = execFileSync(python, args, { encoding: 'utf8' });
    expect(output).toContain('1 times');
    expect(output.trim()).toMatch(/130$/);
  });
});
