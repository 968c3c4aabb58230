import { createHash } from 'node:crypto';
import os from 'node:os';
import * as tf from '@tensorflow/tfjs';
import type { EngineFacts } from '../../../shared/contract/engine.ts';
import { badInput, failed } from '../../../shared/kernel/errors.ts';
import { sha256 } from '../../../shared/kernel/ids.ts';
import { cpuFacts } from './cpu.ts';
import { describeNativeBackend, type GpuTrial, hasNvidiaDriver, loadNativeBackend, tryGpu } from './native.ts';
import { registerWasmGradients } from './wasmGradients/index.ts';

/** The ways to the native library, passed in so that a machine without it can be tried on one that has it. */
export interface NativeAccess {
  load(): void;
  hasGpuDriver(): boolean;
  tryGpu(): GpuTrial;
}

const nativeAccess: NativeAccess = { load: loadNativeBackend, hasGpuDriver: hasNvidiaDriver, tryGpu };

type Started = Pick<EngineFacts, 'backend' | 'device' | 'threads' | 'notes'> & {
  readonly libraries: Readonly<Record<string, string>>;
};

/**
 * Starts the fastest backend that really computes here: native TensorFlow on a GPU, on the CPU, else wasm; never
 * tfjs's plain JavaScript, which is 10 to 100 times slower than wasm. Once per process: libtensorflow reads its
 * settings when it is loaded.
 *
 * Environment: `EPSILOSCOPE_BACKEND` (`native` or `wasm`) forces one; `EPSILOSCOPE_THREADS` sets the CPU threads
 * (default: the cores that this process may use). Thread counts change the last bits of sums, hence they are
 * pinned, and part of the fingerprint.
 *
 * @throws EpsiloscopeError BACKEND_UNKNOWN, THREADS_INVALID, NATIVE_UNAVAILABLE (only when forced)
 */
export async function startBackend(native: NativeAccess = nativeAccess): Promise<EngineFacts> {
  const wanted = wantedBackend();
  const threads = wantedThreads();
  const started = wanted === 'wasm' ? await startWasm([FORCED_WASM]) : await startNativeOrWasm(native, threads, wanted);
  const cpu = cpuFacts();
  const versions = { tfjs: tf.version.tfjs, node: process.versions.node, ...started.libraries };
  const fingerprint = {
    cpu: cpu.name,
    extensions: cpu.extensions,
    backend: started.backend,
    device: started.device,
    threads: started.threads,
    tfjs: tf.version.tfjs,
    libraries: started.libraries,
    oneDnn: process.env['TF_ENABLE_ONEDNN_OPTS'] ?? 'default',
  };
  return {
    backend: started.backend,
    device: started.device,
    versions,
    cpu: cpu.name,
    threads: started.threads,
    notes: started.notes,
    numericsFingerprint: sha256(createHash('sha256').update(JSON.stringify(fingerprint)).digest('hex')),
  };
}

async function startNativeOrWasm(native: NativeAccess, threads: number, wanted: 'native' | 'any'): Promise<Started> {
  try {
    return await startNative(native, threads);
  } catch (error) {
    const reason = error instanceof Error ? firstLine(error.message) : String(error);
    if (wanted === 'native') {
      throw failed('NATIVE_UNAVAILABLE', {
        happened: `EPSILOSCOPE_BACKEND asks for the native engine, but it cannot be loaded: ${reason}`,
        kept: 'Everything that was stored before.',
        toDo: `${HOW_TO_GET_NATIVE} Or unset EPSILOSCOPE_BACKEND to compute with the slower wasm engine.`,
      });
    }
    return startWasm([
      `The native engine cannot be loaded: ${reason}`,
      'Computing with wasm instead gives the same results but for rounding, and takes about 10 times as long.',
      HOW_TO_GET_NATIVE,
    ]);
  }
}

const FORCED_WASM =
  'EPSILOSCOPE_BACKEND asks for wasm, which takes about 10 times as long as the native engine; unset it to let the ' +
  'fastest one be chosen.';

const HOW_TO_GET_NATIVE =
  'To get the native engine: run "npm start" with pip, a C++ compiler and network at hand, or name the folder of an ' +
  'unpacked libtensorflow 2.18 archive in EPSILOSCOPE_LIBTENSORFLOW; "epsiloscope doctor" says which part is missing.';

const GPU_NOT_USED: Readonly<Record<Exclude<GpuTrial, 'gpu'>, string>> = {
  cpu: 'There is an NVIDIA driver, but libtensorflow sees no GPU (a CPU build, or no CUDA 12 libraries): computing on the CPU.',
  failed:
    'There is an NVIDIA driver, but a trial convolution on the GPU failed (often cuDNN 9 is missing): computing on the CPU.',
};

async function startNative(native: NativeAccess, threads: number): Promise<Started> {
  process.env['TF_NUM_INTRAOP_THREADS'] = String(threads);
  process.env['TF_NUM_INTEROP_THREADS'] = String(threads);
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
  const trial = native.hasGpuDriver() ? native.tryGpu() : null;
  if (trial !== 'gpu') process.env['CUDA_VISIBLE_DEVICES'] = '-1';
  native.load();
  await activate('tensorflow');
  tryGradient();
  const { libtensorflow, device } = describeNativeBackend();
  const notes = trial === 'cpu' || trial === 'failed' ? [GPU_NOT_USED[trial]] : [];
  return { backend: 'tensorflow', device, threads, notes, libraries: { libtensorflow } };
}

async function startWasm(notes: readonly string[]): Promise<Started> {
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  registerWasmGradients();
  await activate('wasm');
  tryGradient();
  // One thread: tfjs's threaded build needs a browser's workers (tensorflow/tfjs #3830).
  return { backend: 'wasm', device: 'CPU', threads: 1, notes, libraries: { wasm: wasm.version_wasm } };
}

async function activate(name: 'tensorflow' | 'wasm'): Promise<void> {
  const accepted = await tf.setBackend(name);
  await tf.ready();
  if (!accepted || tf.getBackend() !== name) throw new Error(`The ${name} backend of tfjs did not start.`);
}

/** A small convolution with its gradient: a library that loads but cannot compute must not be reported as in use. */
function tryGradient(): void {
  const gradient = tf.tidy(() => {
    const filter = tf.ones<tf.Rank.R4>([3, 3, 3, 2]);
    const loss = (x: tf.Tensor): tf.Tensor => tf.sum(tf.conv2d(x as tf.Tensor4D, filter, 1, 'valid'));
    return tf
      .grad(loss)(tf.ones([1, 3, 3, 3]))
      .dataSync();
  });
  // One window covers the image; each value is read once by each of the two outputs.
  if (gradient.some((value) => value !== 2)) throw new Error('A trial gradient came out wrong.');
}

function wantedBackend(): 'native' | 'wasm' | 'any' {
  const wanted = process.env['EPSILOSCOPE_BACKEND'] ?? '';
  if (wanted === '') return 'any';
  if (wanted === 'native' || wanted === 'wasm') return wanted;
  throw badInput('BACKEND_UNKNOWN', {
    happened: `EPSILOSCOPE_BACKEND is "${wanted}", which names no backend.`,
    kept: 'Everything that was stored before.',
    toDo: 'Set it to "native" or "wasm", or unset it to let the fastest one be chosen.',
  });
}

function wantedThreads(): number {
  const wanted = process.env['EPSILOSCOPE_THREADS'] ?? '';
  const threads = wanted === '' ? os.availableParallelism() : Number(wanted);
  if (Number.isInteger(threads) && threads >= 1 && threads <= 1024) return threads;
  throw badInput('THREADS_INVALID', {
    happened: `EPSILOSCOPE_THREADS is "${wanted}", which is no number of threads.`,
    kept: 'Everything that was stored before.',
    toDo: 'Set it to a whole number from 1 to 1024, or unset it to use every core.',
  });
}

const firstLine = (text: string): string => text.split('\n')[0] ?? text;
