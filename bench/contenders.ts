import { fork, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { EngineFacts } from '../src/shared/contract/engine.ts';
import type { ContenderRequest, Measurement, Task, WorkerRequest } from './protocol.ts';

/** A process that is measured. It does one task at a time and rests while the others do theirs. */
export interface Contender {
  readonly id: ContenderId;
  readonly threads: number;
  readonly versions: Readonly<Record<string, string>>;
  measure(task: Task): Promise<Measurement>;
  close(): void;
}

export const CONTENDER_IDS = ['native', 'wasm', 'torch-nchw', 'torch-channels-last'] as const;
export type ContenderId = (typeof CONTENDER_IDS)[number];

export interface NotRun {
  readonly what: string;
  readonly why: string;
}

/** Writes the untrained nets as packages into a folder that must not exist yet; in a process that then ends. */
export async function writeUntrainedPackages(folder: string): Promise<void> {
  const worker = startWorker({});
  try {
    await worker.ready;
    await worker.ask({ kind: 'writeUntrained', folder });
  } finally {
    worker.process.kill();
  }
}

/** @param inputs folder that {@link Inputs} were written to */
export async function startEngine(backend: 'native' | 'wasm', inputs: string): Promise<Contender> {
  const worker = startWorker({ EPSILOSCOPE_BACKEND: backend });
  const { versions, threads } = await worker.ready;
  await worker.ask({ kind: 'inputs', folder: inputs });
  return {
    id: backend,
    threads,
    versions,
    measure: async (task) => (await worker.ask(task)) as Measurement,
    close: () => {
      worker.process.kill();
    },
  };
}

interface Worker {
  readonly process: ChildProcess;
  readonly ready: Promise<EngineFacts>;
  ask(request: WorkerRequest): Promise<unknown>;
}

type WorkerReply = { readonly ready: EngineFacts } | { readonly result: unknown } | { readonly error: string };

function startWorker(environment: NodeJS.ProcessEnv): Worker {
  const child = fork(join(import.meta.dirname, 'worker.ts'), [], {
    serialization: 'advanced',
    execArgv: [],
    env: { ...process.env, ...environment },
  });
  const next = () =>
    new Promise<WorkerReply>((resolve, reject) => {
      const ended = (code: number | null, signal: string | null) => {
        reject(
          new Error(`The ${environment['EPSILOSCOPE_BACKEND'] ?? ''} worker ended: ${code ?? signal ?? 'unknown'}.`),
        );
      };
      child.once('exit', ended);
      child.once('message', (reply: WorkerReply) => {
        child.off('exit', ended);
        resolve(reply);
      });
    });
  const ready = next().then((reply) => {
    if (!('ready' in reply)) throw new Error('The worker did not say that it is ready.');
    return reply.ready;
  });
  const ask = async (request: WorkerRequest) => {
    const answered = next();
    child.send(request);
    const reply = await answered;
    if ('result' in reply) return reply.result;
    throw new Error('error' in reply ? reply.error : 'The worker answered out of turn.');
  };
  return { process: child, ready, ask };
}

/** The Python that torchattacks runs in, or why there is none. */
export function findPeerPython(root: string): { readonly python: string } | { readonly why: string } {
  const named = process.env['EPSILOSCOPE_BENCH_PYTHON'];
  const own = join(root, '.venv', 'bin', 'python');
  const python = named ?? (existsSync(own) ? own : 'python3');
  const probe = spawnSync(python, ['-c', 'import numpy, torch, torchattacks'], { encoding: 'utf8' });
  if (probe.status === 0) return { python };
  const reason = probe.error?.message ?? probe.stderr.trim().split('\n').at(-1) ?? '';
  return { why: `${python} cannot import torch and torchattacks (${reason}); see bench/requirements.txt` };
}

/** @param inputs folder that {@link Inputs} were written to */
export async function startPeer(
  python: string,
  layout: 'nchw' | 'channels_last',
  threads: number,
  inputs: string,
): Promise<Contender> {
  const script = join(import.meta.dirname, 'peer.py');
  const child = spawn(python, [script, '--threads', String(threads), '--layout', layout], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OMP_NUM_THREADS: String(threads) },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const line = await lines.next();
    if (line.done) throw new Error(`${script} ended before its answer.`);
    return JSON.parse(line.value) as { ready?: Record<string, string>; result?: Measurement };
  };
  const ask = (request: ContenderRequest) => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    return next();
  };
  const { ready } = await next();
  await ask({ kind: 'inputs', folder: inputs });
  return {
    id: layout === 'nchw' ? 'torch-nchw' : 'torch-channels-last',
    threads,
    versions: ready ?? {},
    measure: async (task) => {
      const { result } = await ask(task);
      if (!result) throw new Error(`${script} gave no result.`);
      return result;
    },
    close: () => {
      child.stdin.end();
    },
  };
}
