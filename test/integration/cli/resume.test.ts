import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PATIENCE, readAudit, run, someImages, start, tinyModels, WASM, workFolder, type Cohort } from './support.ts';

const work = workFolder();
afterAll(work.remove);

let cohort: Cohort;
let models: string;
let unbroken: string;
const auditInto = (out: string) => [
  ...['audit', cohort.images, '--labels', cohort.labels, '--models', models],
  ...['--epsilons', '2,4', '--seed', '3', '--out', join(work.folder, out)],
];
const contentOf = (out: string) => readAudit(join(work.folder, out)).contentSha256;
const resumed = (out: string) => readAudit(join(work.folder, out)).run.resumed;

/** The first pieces of work are stored, the last ones not begun. */
const MIDWAY = /^[1-5]\d %: tiny-/m;

beforeAll(async () => {
  models = await tinyModels(work.folder);
  cohort = someImages(work.folder, 6);
  const { code, err } = await run(auditInto('unbroken'));
  if (code !== 0) throw new Error(err);
  unbroken = contentOf('unbroken');
}, PATIENCE.timeout);

/** Process ids of the children of a process whose command line has this; Linux only. */
function childrenOf(pid: number, having: string): number[] {
  const parentAndCommand = (child: string) => {
    try {
      const parent = /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${child}/status`, 'utf8'))?.[1];
      return { parent: Number(parent), command: readFileSync(`/proc/${child}/cmdline`, 'utf8') };
    } catch {
      // It has ended meanwhile.
      return { parent: NaN, command: '' };
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      const { parent, command } = parentAndCommand(name);
      return parent === pid && command.includes(having);
    })
    .map(Number);
}

const noProc = existsSync('/proc/self/status') ? null : 'needs /proc, to find the engine among the processes';
const noSignals = process.platform === 'win32' ? 'Windows has no such signals' : null;

describe('an audit that is broken off goes on to the content of an unbroken one', PATIENCE, () => {
  it('after kill -9 of the command', async () => {
    const command = start(auditInto('killed'));
    await command.said(MIDWAY);
    command.kill('SIGKILL');
    expect((await command.finished).signal).toBe('SIGKILL');
    expect(readdirSync(join(work.folder, 'killed'))).toEqual(['workspace']);

    expect((await run(auditInto('killed'))).code).toBe(0);
    expect(contentOf('killed')).toBe(unbroken);
    expect(resumed('killed')).toBe(true);
  });

  it.skipIf(noProc !== null)(`after kill -9 of the engines, by itself (${noProc ?? 'Linux'})`, async () => {
    const command = start(auditInto('engine'), { ...WASM, EPSILOSCOPE_ENGINES: '2' });
    await command.said(MIDWAY);
    const engines = childrenOf(command.pid, 'worker/engine.ts');
    expect(engines).toHaveLength(2);
    for (const pid of engines) process.kill(pid, 'SIGKILL');

    const { code, err } = await command.finished;
    expect(err).not.toContain('ENGINE_DIED');
    expect(code).toBe(0);
    expect(contentOf('engine')).toBe(unbroken);
  });

  it.skipIf(noSignals !== null)(`after Ctrl-C, which ends it with 130 (${noSignals ?? 'POSIX'})`, async () => {
    const command = start(auditInto('interrupted'));
    await command.said(MIDWAY);
    command.kill('SIGINT');
    const { code, err } = await command.finished;
    expect(err).toContain('Stopping. What is stored stays');
    expect(err).toMatch(/Kept: \d+ of \d+ pieces of work, in the workspace/);
    expect(err).toContain(`To go on:\n  epsiloscope ${auditInto('interrupted').join(' ')}`);
    expect(code).toBe(130);
    expect(readdirSync(join(work.folder, 'interrupted'))).toEqual(['workspace']);

    expect((await run(auditInto('interrupted'))).code).toBe(0);
    expect(contentOf('interrupted')).toBe(unbroken);
    expect(resumed('interrupted')).toBe(true);
  });
});

describe('a second Ctrl-C', PATIENCE, () => {
  it.skipIf(noProc !== null)(`ends the command at once, though its engine hangs (${noProc ?? 'Linux'})`, async () => {
    const command = start(auditInto('hanging'));
    await command.said(MIDWAY);
    const [engine = NaN] = childrenOf(command.pid, 'worker/engine.ts');
    process.kill(engine, 'SIGSTOP');
    command.kill('SIGINT');
    await command.said(/Ctrl-C again ends at once/);
    command.kill('SIGINT');
    expect((await command.finished).code).toBe(130);
    process.kill(engine, 'SIGKILL');
  });
});

describe('two runs at once', PATIENCE, () => {
  it.skipIf(noSignals !== null)(
    `are one too many: the second is told who works there (${noSignals ?? 'POSIX'})`,
    async () => {
      const first = start(auditInto('shared'));
      await first.said(MIDWAY);
      // Stands still, and holds the workspace, while the second one tries.
      first.kill('SIGSTOP');
      const second = await run(auditInto('shared'));
      first.kill('SIGCONT');
      expect(second.err).toContain(`The workspace is in use by epsiloscope audit (process ${first.pid} on `);
      expect(second.code).toBe(1);
      expect((await first.finished).code).toBe(0);
      expect(contentOf('shared')).toBe(unbroken);
    },
  );
});
