import { describe, expect, it } from 'vitest';
import { ArrayStore } from '../../../../src/main/services/examine/index.ts';
import { hashOf } from '../../../../src/main/store/index.ts';

/** Bytes of this length that no other number gives. */
const bytesOf = (number: number, length = 10) => new Uint8Array(length).fill(number);

describe('the arrays of a session', () => {
  it('are found by the hash of their bytes', () => {
    const store = new ArrayStore();
    const hash = store.put(bytesOf(7));
    expect(hash).toBe(hashOf(bytesOf(7)));
    expect(store.get(hash)).toEqual(bytesOf(7));
    expect(store.get(hashOf('nothing'))).toBeUndefined();
  });

  it('hold no more memory than their own, and do not follow what becomes of the original', () => {
    const store = new ArrayStore();
    const message = bytesOf(1, 1000);
    const hash = store.put(message.subarray(500, 510));
    message.fill(2);
    expect(store.get(hash)).toEqual(bytesOf(1));
    expect(store.get(hash)?.buffer.byteLength).toBe(10);
  });

  it('go where there are too many bytes, those used least recently first', () => {
    const store = new ArrayStore(30);
    const [first, second, third] = [1, 2, 3].map((number) => store.put(bytesOf(number)));
    if (!first || !second || !third) throw new Error('expected hashes');
    store.get(first);
    const fourth = store.put(bytesOf(4));
    expect([first, second, third, fourth].map((hash) => store.get(hash) !== undefined)).toEqual([
      true,
      false,
      true,
      true,
    ]);
    store.put(bytesOf(1));
    store.put(bytesOf(5, 20));
    expect([first, third, fourth].map((hash) => store.get(hash) !== undefined)).toEqual([true, false, false]);
  });

  it('keep what was put last, however large', () => {
    const store = new ArrayStore(30);
    const small = store.put(bytesOf(1));
    const large = store.put(bytesOf(2, 100));
    expect([store.get(small), store.get(large)]).toEqual([undefined, bytesOf(2, 100)]);
    const next = store.put(bytesOf(3));
    expect([store.get(large), store.get(next)]).toEqual([undefined, bytesOf(3)]);
  });

  it('are counted once however often they are put', () => {
    const store = new ArrayStore(30);
    const hashes = [1, 1, 1, 1, 2, 2, 3].map((number) => store.put(bytesOf(number)));
    expect(hashes.every((hash) => store.get(hash) !== undefined)).toBe(true);
  });
});
