import { afterEach, describe, expect, it, vi } from 'vitest';
import { type NativeAccess, startBackend } from '../../../../src/main/engine/backend/index.ts';
import { loadNativeBackend, tryGpu } from '../../../../src/main/engine/backend/native.ts';

const withoutLibrary: NativeAccess = {
  load: () => {
    throw new Error('libtensorflow_cc.so.2: cannot open shared object file\nRequire stack:\n- somewhere');
  },
  hasGpuDriver: () => false,
  tryGpu: () => 'failed',
};

function nativeCanLoad(): boolean {
  try {
    loadNativeBackend();
    return true;
  } catch {
    return false;
  }
}

describe('choosing the backend', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('falls to wasm where libtensorflow cannot be loaded, and says why, what it costs and how to get it', async () => {
    vi.stubEnv('EPSILOSCOPE_BACKEND', '');
    const facts = await startBackend(withoutLibrary);
    expect(facts).toMatchObject({ backend: 'wasm', device: 'CPU', threads: 1 });
    expect(facts.notes).toEqual([
      'The native engine cannot be loaded: libtensorflow_cc.so.2: cannot open shared object file',
      expect.stringContaining('about 10 times as long'),
      expect.stringContaining('EPSILOSCOPE_LIBTENSORFLOW'),
    ]);
  });

  it('refuses instead when the native one is demanded', async () => {
    vi.stubEnv('EPSILOSCOPE_BACKEND', 'native');
    await expect(startBackend(withoutLibrary)).rejects.toMatchObject({
      code: 'NATIVE_UNAVAILABLE',
      explanation: { happened: expect.stringContaining('cannot open shared object file') as string },
    });
  });

  it.each([
    ['EPSILOSCOPE_BACKEND', 'cuda', 'BACKEND_UNKNOWN'],
    ['EPSILOSCOPE_THREADS', 'many', 'THREADS_INVALID'],
    ['EPSILOSCOPE_THREADS', '0', 'THREADS_INVALID'],
    ['EPSILOSCOPE_THREADS', '1.5', 'THREADS_INVALID'],
  ])('refuses %s=%s as %s', async (variable, value, code) => {
    vi.stubEnv(variable, value);
    await expect(startBackend(withoutLibrary)).rejects.toMatchObject({ code, kind: 'badInput' });
  });

  it('gives the same fingerprint for the same numerics', async () => {
    vi.stubEnv('EPSILOSCOPE_BACKEND', 'wasm');
    const [first, second] = [await startBackend(), await startBackend(withoutLibrary)];
    expect(second.numericsFingerprint).toBe(first.numericsFingerprint);
  });

  describe.skipIf(!nativeCanLoad())('with libtensorflow (skipped where it is not laid out)', () => {
    it('computes with it, and reports its version, device and pinned threads', async () => {
      vi.stubEnv('EPSILOSCOPE_BACKEND', 'native');
      vi.stubEnv('EPSILOSCOPE_THREADS', '1');
      const facts = await startBackend();
      expect(facts).toMatchObject({ backend: 'tensorflow', threads: 1 });
      expect(facts.versions['libtensorflow']).toMatch(/^2\.\d+\.\d+/);
      expect(process.env).toMatchObject({ TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1' });
    });

    it('fingerprints the number of threads and the backend', async () => {
      const fingerprint = async (backend: string, threads: string) => {
        vi.stubEnv('EPSILOSCOPE_BACKEND', backend);
        vi.stubEnv('EPSILOSCOPE_THREADS', threads);
        return (await startBackend()).numericsFingerprint;
      };
      const all = [await fingerprint('native', '1'), await fingerprint('native', '2'), await fingerprint('wasm', '1')];
      expect(new Set(all).size).toBe(3);
    });

    it.each([
      ['cpu', 'sees no GPU'],
      ['failed', 'trial convolution on the GPU failed'],
    ] as const)('stays on the CPU, and says why, where the GPU trial gives "%s"', async (trial, reason) => {
      const driverOnly: NativeAccess = { load: loadNativeBackend, hasGpuDriver: () => true, tryGpu: () => trial };
      const facts = await startBackend(driverOnly);
      expect(facts.device).toBe('CPU');
      expect(facts.notes).toEqual([expect.stringContaining(reason)]);
    });

    it('learns from a throw-away process that a hidden GPU does not compute', () => {
      vi.stubEnv('CUDA_VISIBLE_DEVICES', '-1');
      expect(tryGpu()).toBe('cpu');
    });
  });
});
