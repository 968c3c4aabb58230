/** tools/cluster/shard.sbatch as Slurm runs it, with a command in place of the app. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';

const SCRIPT = join(import.meta.dirname, '../../../tools/cluster/shard.sbatch');

let folder: string;
let local: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'epsiloscope-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  local = join(folder, 'local');
  mkdirSync(local);
});

/** Begins the job; the command finds the path of its workspace in `$7`. */
function job(command: string) {
  const app = join(folder, 'app.sh');
  writeFileSync(app, command);
  const slurm = { SLURM_CPUS_PER_TASK: '2', SLURM_ARRAY_TASK_ID: '3', SLURM_ARRAY_TASK_COUNT: '8' };
  const env = { ...process.env, ...slurm, TMPDIR: local, EPSILOSCOPE: `bash ${app}` };
  const child = spawn('bash', [SCRIPT, join(folder, 'out'), '--data', 'images'], { env });
  return { child, lines: createInterface(child.stdout), ended: ending(child) };
}

/** Exit code, and the signal where one ended it. */
const ending = (child: ChildProcess) =>
  new Promise<readonly [number | null, NodeJS.Signals | null]>((resolve) => {
    child.on('close', (code, signal) => {
      resolve([code, signal]);
    });
  });

describe.skipIf(process.platform === 'win32')('a shard on Slurm', () => {
  it('is computed in a workspace on the local disk, which is gone when it is done', async () => {
    const { ended } = job(`mkdir "$7" && cp -r ${local} ${folder}/seen && printf '%s\\n' "$@" >${folder}/arguments`);
    expect(await ended).toEqual([0, null]);
    const [workspace = ''] = readdirSync(join(folder, 'seen'));
    expect(readFileSync(join(folder, 'arguments'), 'utf8').split('\n')).toEqual([
      ...['reproduce', '--data', 'images', '--out', join(folder, 'out')],
      ...['--workspace', join(local, workspace, 'workspace'), '--shard', '3/8', ''],
    ]);
    expect(readdirSync(local)).toEqual([]);
  });

  it('that fails says so to Slurm, and leaves no copy of an image', async () => {
    const { ended } = job('mkdir "$7" && exit 2');
    expect(await ended).toEqual([2, null]);
    expect(readdirSync(local)).toEqual([]);
  });

  it('that its time limit ends is stopped in time, and leaves no copy of an image', async () => {
    const { child, lines, ended } = job(
      `trap 'touch ${folder}/stopped; kill "$waiting"; exit 130' TERM
       mkdir "$7"
       sleep 600 & waiting=$!
       echo begun
       wait`,
    );
    await once(lines, 'line');
    // As --signal=B:TERM does: to the script alone.
    child.kill('SIGTERM');
    expect(await ended).toEqual([143, null]);
    expect(existsSync(join(folder, 'stopped'))).toBe(true);
    expect(readdirSync(local)).toEqual([]);
  });

  it('is ended with all that it started: npx passes no signal on', async () => {
    const { child, lines, ended } = job(`sleep 600 & echo $! >${folder}/outlives; echo begun; wait`);
    await once(lines, 'line');
    child.kill('SIGTERM');
    expect(await ended).toEqual([143, null]);
    const pid = Number(readFileSync(join(folder, 'outlives'), 'utf8'));
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
