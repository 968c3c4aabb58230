import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs';

const require = createRequire(import.meta.url);
const PACKAGE = '@tensorflow/tfjs-node-gpu';

/**
 * tfjs-node calls `util` functions that Node 23 removed (tensorflow/tfjs #8425, #8609, #8746);
 * they must exist before the package is loaded.
 */
function restoreRemovedUtilFunctions(): void {
  const removed: Record<string, (value: unknown) => boolean> = {
    isNullOrUndefined: (value) => value === null || value === undefined,
    isArray: (value) => Array.isArray(value),
  };
  for (const [name, implementation] of Object.entries(removed)) {
    if (!(name in util)) Object.defineProperty(util, name, { value: implementation, configurable: true });
  }
}

/** Registers the `tensorflow` backend. Throws where the binding or libtensorflow cannot be loaded. */
export function loadNativeBackend(): void {
  // Informational lines of libtensorflow would break a terminal's progress bar; warnings stay.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '1';
  restoreRemovedUtilFunctions();
  require(PACKAGE);
}

/** What the loaded binding says of itself. Call after `loadNativeBackend`, with its backend set. */
export function describeNativeBackend(): { libtensorflow: string; device: 'CPU' | 'GPU' } {
  const backend = tf.backend() as unknown as {
    readonly binding: { readonly TF_Version: string };
    /** Whether the context's device list, made at load, holds a GPU: the binding then puts every tensor on it. */
    readonly isUsingGpuDevice: boolean;
  };
  return {
    libtensorflow: backend.binding.TF_Version,
    device: backend.isUsingGpuDevice ? 'GPU' : 'CPU',
  };
}

/** Whether this machine has an NVIDIA driver at all. Says nothing of whether libtensorflow can use it. */
export function hasNvidiaDriver(): boolean {
  if (process.platform === 'win32') return existsSync('C:\\Windows\\System32\\nvcuda.dll');
  // The second is how the Windows Subsystem for Linux passes a GPU through.
  return process.platform === 'linux' && (existsSync('/dev/nvidiactl') || existsSync('/dev/dxg'));
}

const COMPUTED_ON_CPU = 3;

/**
 * A missing or unfit CUDA library shows at the first convolution only, and can end the process; and a process
 * that has loaded libtensorflow cannot go back to the CPU. So a throw-away process tries it first.
 */
const GPU_PROBE = `
  const util = require('node:util');
  util.isNullOrUndefined ??= (value) => value == null;
  util.isArray ??= Array.isArray;
  require(process.argv[1]);
  const tf = require(process.argv[2]);
  const loss = (x) => tf.sum(tf.relu(tf.conv2d(x, tf.ones([3, 3, 3, 4]), 1, 'same')));
  const gradient = tf.grad(loss)(tf.ones([2, 8, 8, 3])).dataSync();
  process.exitCode = tf.backend().isUsingGpuDevice && gradient.every(Number.isFinite) ? 0 : ${COMPUTED_ON_CPU};`;

/** Where the trial convolution ran; `failed` where it ended with an error or a crash. */
export type GpuTrial = 'gpu' | 'cpu' | 'failed';

/** Runs a convolution and its gradient in a process of its own, to learn whether the GPU computes them. */
export function tryGpu(): GpuTrial {
  const args = ['-e', GPU_PROBE, require.resolve(PACKAGE), require.resolve('@tensorflow/tfjs')];
  const { status } = spawnSync(process.execPath, args, {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', TF_FORCE_GPU_ALLOW_GROWTH: 'true' },
    stdio: 'ignore',
    timeout: 120_000,
  });
  if (status === 0) return 'gpu';
  return status === COMPUTED_ON_CPU ? 'cpu' : 'failed';
}
