import { createCipheriv, createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A stream of uniform numbers that depends on its key alone. */
export interface RandomStream {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, bound). */
  integer(bound: number): number;
  /** Standard normal (Box and Muller 1958). */
  normal(): number;
}

/**
 * The only source of random numbers in the engine. The key names everything that the draw may depend on,
 * for attacks `(seed, image hash, attack, restart, step)`; so a draw never depends on the order of the work
 * or on the other images of a batch, and a resumed run repeats it.
 */
export function randomStream(...key: readonly (string | number)[]): RandomStream {
  const digest = createHash('sha256').update(JSON.stringify(key)).digest();
  // xoroshiro128+ must not start from the all-zero state; SHA-256 gives it with probability 2^-128.
  const generator = xoroshiro128plusFromState([0, 4, 8, 12].map((at) => digest.readInt32LE(at)));
  const next = () => uniformFloat64(generator);
  return {
    next,
    integer: (bound) => Math.floor(next() * bound),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}

/**
 * Uniform random bytes that depend on their key alone, for where a stream's one number at a time is too slow (half a
 * million take 1 ms in place of 20): AES-256 in counter mode (NIST SP 800-38A) over zeros, its key the hash of the key.
 */
export function randomBytes(count: number, ...key: readonly (string | number)[]): Uint8Array {
  const digest = createHash('sha256').update(JSON.stringify(key)).digest();
  return createCipheriv('aes-256-ctr', digest, Buffer.alloc(16)).update(new Uint8Array(count));
}
