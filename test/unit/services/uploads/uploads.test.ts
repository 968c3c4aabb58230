import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UPLOAD_LIMITS } from '../../../../src/shared/contract/app/importing.ts';
import { Uploads } from '../../../../src/main/services/uploads/index.ts';
import { temporaryFolder } from '../../../integration/store/support.ts';

const OWN = String(process.pid);

async function* body(...chunks: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    await Promise.resolve();
    yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  }
}

const uploads = (folder = join(temporaryFolder(), 'incoming')) => ({ folder, uploads: new Uploads(folder) });

describe('files that a page sends', () => {
  it('keep their names, which become no path', async () => {
    const { folder, uploads: all } = uploads();
    const id = all.begin(['../../evil.jpg', 'a/IMG_1.jpg']);
    await all.put(id, 0, body('one'));
    await all.put(id, 1, body('t', 'wo'));
    const files = all.filesOf(id);
    expect(files.map(({ fileName }) => fileName)).toEqual(['../../evil.jpg', 'a/IMG_1.jpg']);
    expect(files.map(({ path }) => readFileSync(path, 'utf8'))).toEqual(['one', 'two']);
    expect(files.every(({ path }) => path.startsWith(join(folder, OWN, id)))).toBe(true);
  });

  it('must all arrive before they are read', async () => {
    const { uploads: all } = uploads();
    const id = all.begin(['1.jpg', '2.jpg']);
    await all.put(id, 1, body('two'));
    expect(() => all.filesOf(id)).toThrow('1 of 2 files did not arrive');
  });

  it('are refused where they were not announced', async () => {
    const { uploads: all } = uploads();
    const id = all.begin(['1.jpg']);
    await expect(all.put(id, 1, body(''))).rejects.toMatchObject({ code: 'UPLOAD_UNKNOWN' });
    await expect(all.put(id, -1, body(''))).rejects.toMatchObject({ code: 'UPLOAD_UNKNOWN' });
    await expect(all.put('other', 0, body(''))).rejects.toMatchObject({ code: 'UPLOAD_UNKNOWN' });
  });

  it('leave nothing where they break off or are too large', async () => {
    const { folder, uploads: all } = uploads();
    const id = all.begin(['1.jpg', '2.jpg']);
    async function* broken(): AsyncGenerator<Uint8Array> {
      await Promise.resolve();
      yield Buffer.from('half');
      throw new Error('the page is gone');
    }
    await expect(all.put(id, 0, broken())).rejects.toThrow('the page is gone');
    const megabytes = new Uint8Array(64 * 1024 * 1024);
    const tooMany = Array.from({ length: UPLOAD_LIMITS.bytesPerFile / megabytes.length + 1 }, () => megabytes);
    await expect(all.put(id, 1, body(...tooMany))).rejects.toMatchObject({ code: 'UPLOAD_TOO_LARGE' });
    expect(readdirSync(join(folder, OWN, id))).toEqual([]);
  });

  it('are thrown away on request', async () => {
    const { folder, uploads: all } = uploads();
    const id = all.begin(['1.jpg']);
    await all.put(id, 0, body('one'));
    all.drop(id);
    expect(existsSync(join(folder, OWN, id))).toBe(false);
    expect(() => all.filesOf(id)).toThrow('does not expect');
  });

  it('of a program that runs no more are thrown away, those of one that runs stay', () => {
    const { folder } = uploads();
    const { pid: ended } = spawnSync(process.execPath, ['--version']);
    for (const program of ['left', String(ended), String(process.ppid)]) {
      mkdirSync(join(folder, program), { recursive: true });
      writeFileSync(join(folder, program, '0'), 'patient');
    }
    uploads(folder);
    expect(readdirSync(folder)).toEqual([String(process.ppid)]);
  });
});
