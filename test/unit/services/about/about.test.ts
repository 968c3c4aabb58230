import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAbout } from '../../../../src/main/services/about/index.ts';

describe('what the program is made of', () => {
  it('names every library that it needs, with version and licence', () => {
    const about = readAbout(join(import.meta.dirname, '../../../..'), { node: '24' });
    expect(about.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(about.runtime).toEqual({ node: '24' });
    const licences = new Map(about.licences.map(({ name, licence }) => [name, licence]));
    expect(licences.get('react')).toBe('MIT');
    expect(licences.get('@tensorflow/tfjs')).toBe('Apache-2.0');
    expect(licences.get('libtensorflow')).toBe('Apache-2.0');
    expect(about.licences.every(({ version, licence }) => version !== '' && licence !== '')).toBe(true);
  });
});
