import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noTinyDisk, tinyDisk } from '../store/support.ts';
import { PATIENCE, readAudit, run, someImages, tinyModels, workFolder, type Cohort } from './support.ts';

const work = workFolder();
afterAll(work.remove);

let cohort: Cohort;
let models: string;
beforeAll(async () => {
  if (noTinyDisk !== null) return;
  cohort = someImages(work.folder, 4);
  models = await tinyModels(work.folder);
});

const audit = (...more: string[]) =>
  run(['audit', cohort.images, '--labels', cohort.labels, '--models', models, '--epsilons', '4', ...more]);

describe.skipIf(noTinyDisk !== null)(`a full disk (${noTinyDisk ?? 'a real one'})`, PATIENCE, () => {
  it('for the results leaves none of them half-written, and all that was computed', async () => {
    const disk = tinyDisk('64k');
    const args = ['--workspace', join(work.folder, 'workspace'), '--export-arrays', '--out', disk.folder];
    const { code, err } = await audit(...args);
    expect(err).toContain(`The disk that holds ${disk.folder} is full.`);
    expect(err).toContain('Kept: Everything that was computed');
    expect(code).toBe(1);
    expect(readdirSync(disk.folder)).toEqual([]);

    disk.remount('size=4m');
    const again = await audit(...args);
    expect(again.out).toContain('Nothing was computed: all of this was on file.');
    expect(readAudit(disk.folder).content.cases).toHaveLength(4);
  });

  it('for the workspace is said, and the same command goes on once there is space', async () => {
    const disk = tinyDisk('300k');
    const { code, err } = await audit('--out', disk.folder);
    expect(err).toContain('(DISK_FULL)');
    expect(code).toBe(1);

    disk.remount('size=16m');
    expect((await audit('--out', disk.folder)).code).toBe(0);
    expect(readAudit(disk.folder).content.cases).toHaveLength(4);
  });

  it('that can only be read is refused before any work', async () => {
    const disk = tinyDisk('1m');
    disk.remount('ro');
    const { code, err } = await audit('--out', join(disk.folder, 'out'));
    expect(err).toContain('(OUT_NOT_WRITABLE)');
    expect(err).not.toContain('%:');
    expect(code).toBe(2);
  });
});
