import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { provenFolder, textFile, writeFiles } from '../../../../src/main/hosts/cli/outFolder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'epsiloscope-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const read = (name: string) => readFileSync(join(folder, name), 'utf8');

/** A file whose writing meets the disk's end half-way. */
const tooLarge = (name: string) => ({
  name,
  write: async (path: string) => {
    await writeFile(path, 'half');
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  },
});

describe('the folder for results', () => {
  it('is made with all folders above it, and left empty', async () => {
    const out = await provenFolder(join(folder, 'a', 'b'));
    expect(readdirSync(out)).toEqual([]);
  });

  it('is refused where a file stands in its way', async () => {
    writeFileSync(join(folder, 'file'), '');
    for (const path of ['file', 'file/out']) {
      await expect(provenFolder(join(folder, path))).rejects.toMatchObject({
        code: 'OUT_NOT_WRITABLE',
        kind: 'badInput',
      });
    }
  });
});

describe('writing results', () => {
  it('puts each under its name, in folders where it has one', async () => {
    await writeFiles(folder, [textFile('arrays/a.txt', ['one ', 'two']), textFile('last.json', '{}')], []);
    expect(read('arrays/a.txt')).toBe('one two');
    expect(readdirSync(folder).sort()).toEqual(['arrays', 'last.json']);
  });

  it('replaces those of an earlier run, and removes those that do not go with the new ones', async () => {
    mkdirSync(join(folder, 'arrays'));
    writeFileSync(join(folder, 'arrays', 'old.npy'), '');
    writeFileSync(join(folder, 'audit.json'), 'old');
    writeFileSync(join(folder, 'notes.txt'), 'of the person');
    await writeFiles(folder, [textFile('audit.json', 'new')], ['arrays/old.npy']);
    expect(read('audit.json')).toBe('new');
    expect(read('notes.txt')).toBe('of the person');
    expect(readdirSync(join(folder, 'arrays'))).toEqual([]);
  });

  it('leaves all of an earlier run and no part of the new one where the disk is full', async () => {
    writeFileSync(join(folder, 'results.csv'), 'old');
    const files = [textFile('results.csv', 'new'), tooLarge('audit.json')];
    await expect(writeFiles(folder, files, ['results.csv'])).rejects.toMatchObject({
      code: 'DISK_FULL',
      kind: 'failed',
    });
    expect(readdirSync(folder)).toEqual(['results.csv']);
    expect(read('results.csv')).toBe('old');
  });

  it('sweeps up after a run that was killed while it wrote', async () => {
    mkdirSync(join(folder, '.unfinished-abc'));
    await writeFiles(folder, [textFile('audit.json', '{}')], []);
    expect(readdirSync(folder)).toEqual(['audit.json']);
  });
});
