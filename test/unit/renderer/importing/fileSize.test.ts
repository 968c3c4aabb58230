import { describe, expect, it } from 'vitest';
import { fileSize } from '../../../../src/renderer/src/features/importing/fileSize.ts';

describe('sizes of files', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [1.44 * 1024 ** 2, '1.4 MiB'],
    [312 * 1024 ** 2, '312 MiB'],
    [5 * 1024 ** 5, '5120 TiB'],
  ])('%d is %s', (bytes, words) => {
    expect(fileSize(bytes)).toBe(words);
  });
});
