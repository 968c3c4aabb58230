import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeNpy } from '../../../src/main/reports/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'epsiloscope-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** The parts of an NPY 1.0 file as numpy.lib.format describes them. */
function readNpy(path: string) {
  const bytes = readFileSync(path);
  const headerLength = bytes.readUInt16LE(8);
  return {
    magic: bytes.subarray(0, 8).toString('latin1'),
    header: bytes.subarray(10, 10 + headerLength).toString('latin1'),
    dataAt: 10 + headerLength,
    data: bytes.subarray(10 + headerLength),
  };
}

describe('an NPY file', () => {
  it('holds float32 in C order, little-endian, after a header that numpy reads', async () => {
    const path = join(folder, 'a.npy');
    await writeNpy(path, Float32Array.from([0, 0.5, 1, -2, 3e-5, 255]), [1, 2, 3]);
    const { magic, header, dataAt, data } = readNpy(path);
    expect(magic).toBe('\x93NUMPY\x01\x00');
    expect(header.trimEnd()).toBe("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 3), }");
    expect(header.endsWith('\n')).toBe(true);
    expect(dataAt % 64).toBe(0);
    expect([0, 4, 8, 12, 16, 20].map((at) => data.readFloatLE(at))).toEqual(
      [0, 0.5, 1, -2, 3e-5, 255].map((value) => Math.fround(value)),
    );
    expect(data.length).toBe(24);
  });

  it('holds int64, and writes the shape of a vector as a tuple of one', async () => {
    const path = join(folder, 'labels.npy');
    await writeNpy(path, BigInt64Array.from([4n, -1n]), [2]);
    const { header, data } = readNpy(path);
    expect(header.trimEnd()).toBe("{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }");
    expect([data.readBigInt64LE(0), data.readBigInt64LE(8)]).toEqual([4n, -1n]);
  });

  it('is whole where it is larger than one piece', async () => {
    const values = Float32Array.from({ length: 600_000 }, (_, at) => at);
    const path = join(folder, 'large.npy');
    await writeNpy(path, values, [600, 1000]);
    const { data } = readNpy(path);
    expect(data.equals(Buffer.from(values.buffer))).toBe(true);
  });

  it('takes a view of a larger array for what it is', async () => {
    const path = join(folder, 'view.npy');
    await writeNpy(path, Float32Array.from([9, 1, 2, 9]).subarray(1, 3), [2]);
    const { data } = readNpy(path);
    expect([data.readFloatLE(0), data.readFloatLE(4)]).toEqual([1, 2]);
    expect(data.length).toBe(8);
  });

  it('refuses a shape that the values do not have', async () => {
    await expect(writeNpy(join(folder, 'a.npy'), new Float32Array(6), [2, 2])).rejects.toThrow('2x2');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves no part of itself where its name is taken by a folder', async () => {
    const taken = join(folder, 'taken.npy');
    mkdirSync(join(taken, 'inside'), { recursive: true });
    await expect(writeNpy(taken, new Float32Array(1), [1])).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(['taken.npy']);
  });
});
