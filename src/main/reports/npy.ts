import { rename, rm, writeFile } from 'node:fs/promises';

/** Values in C order: float32, or int64. */
export type NpyValues = Float32Array | BigInt64Array;

const MAGIC = Buffer.from('\x93NUMPY\x01\x00', 'latin1');
const HEADER_LENGTH_BYTES = 2;
/** The data starts at a multiple of this, so that it can be mapped into memory. */
const ALIGNMENT = 64;
const CHUNK_BYTES = 1024 * 1024;

/**
 * Writes an array in NPY format 1.0 (numpy.lib.format), little-endian, for `numpy.load` and its like. The file gets its
 * name when it is whole; until then it is `<path>.part`.
 *
 * @param shape its product is the number of values
 * @throws the file system's error, after the part was removed
 */
export async function writeNpy(path: string, values: NpyValues, shape: readonly number[]): Promise<void> {
  const count = shape.reduce((product, length) => product * length, 1);
  if (count !== values.length) throw new Error(`${values.length} values cannot have the shape ${shape.join('x')}.`);
  const part = `${path}.part`;
  try {
    await writeFile(part, pieces(values, shape), { flush: true });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

function* pieces(values: NpyValues, shape: readonly number[]): Generator<Uint8Array> {
  yield header(values, shape);
  const bytes = littleEndianBytes(values);
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}

function header(values: NpyValues, shape: readonly number[]): Buffer {
  const type = values instanceof Float32Array ? '<f4' : '<i8';
  // Python's tuple of one is written with a comma.
  const tuple = shape.length === 1 ? `${shape[0] ?? 0},` : shape.join(', ');
  const dictionary = `{'descr': '${type}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const before = MAGIC.length + HEADER_LENGTH_BYTES;
  const padded = Math.ceil((before + dictionary.length + 1) / ALIGNMENT) * ALIGNMENT - before;
  const length = Buffer.alloc(HEADER_LENGTH_BYTES);
  length.writeUInt16LE(padded);
  return Buffer.concat([MAGIC, length, Buffer.from(`${dictionary.padEnd(padded - 1)}\n`, 'latin1')]);
}

const HOST_IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function littleEndianBytes(values: NpyValues): Uint8Array {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  if (HOST_IS_LITTLE_ENDIAN) return bytes;
  const swapped = Buffer.from(bytes);
  return values instanceof Float32Array ? swapped.swap32() : swapped.swap64();
}
