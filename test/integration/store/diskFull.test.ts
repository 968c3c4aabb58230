import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { saveAnnotation } from '../../../src/main/services/annotations/index.ts';
import { openCase } from '../../../src/main/services/cases/index.ts';
import {
  addReviewer,
  allRevisions,
  finishedUnits,
  hashOf,
  openRun,
  openWorkspace,
  recordUnit,
  verifyLog,
  type Workspace,
} from '../../../src/main/store/index.ts';
import { addCases, annotationByHand, caseByHand } from '../../support/reviewLab.ts';
import { noTinyDisk, openedWorkspace, options, tinyDisk } from './support.ts';

const diskFull = expect.objectContaining({ code: 'DISK_FULL', kind: 'failed' }) as Error;
const unit = { result: {}, data: Buffer.alloc(50_000, 7) };

describe.skipIf(noTinyDisk !== null)(`a full disk (${noTinyDisk ?? 'a real one of 2 MB'})`, () => {
  it('is said, keeps all that was acknowledged, and does no harm once there is space again', async () => {
    const disk = tinyDisk('2m');
    const { db, close } = await openWorkspace(disk.folder, options());
    const run = openRun(db, hashOf('plan'), {});
    const acknowledged: string[] = [];
    expect(() => {
      for (;;) {
        const key = `unit-${acknowledged.length}`;
        recordUnit(db, run.id, key, unit);
        acknowledged.push(key);
      }
    }).toThrow(diskFull);
    expect(acknowledged.length).toBeGreaterThan(5);
    expect([...finishedUnits(db, run.id)]).toEqual(expect.arrayContaining(acknowledged));
    close();

    disk.remount('size=8m');
    const again = await openedWorkspace(disk.folder);
    expect(finishedUnits(again.db, run.id).size).toBe(acknowledged.length);
    expect(verifyLog(again.db).intact).toBe(true);
    recordUnit(again.db, run.id, 'one-more', unit);
  });

  it('is said while annotating; every acknowledged revision stays, and saving goes on once there is space', async () => {
    const disk = tinyDisk('2m');
    const workspace = await openWorkspace(disk.folder, options());
    const { db } = workspace;
    const [caseId = ''] = addCases(db, [caseByHand('IMG_1')]);
    const viewpoint = { reviewerId: addReviewer(db, { name: 'Ada', role: '' }).id, blind: false, pair: null };
    const save = (to: Workspace, base: number) => {
      const content = annotationByHand({ comment: `${base} ${'long '.repeat(3_900)}` });
      return saveAnnotation(to, viewpoint, { caseId, reviewerId: viewpoint.reviewerId, base, content });
    };
    let acknowledged = 0;
    expect(() => {
      for (;;) acknowledged = save(workspace, acknowledged).revision;
    }).toThrow(diskFull);
    expect(acknowledged).toBeGreaterThan(5);
    expect(allRevisions(db, caseId)).toHaveLength(acknowledged);
    expect(openCase(workspace, viewpoint, caseId).annotation.revision).toBe(acknowledged);
    workspace.close();

    disk.remount('size=8m');
    const again = await openedWorkspace(disk.folder);
    expect(allRevisions(again.db, caseId)).toHaveLength(acknowledged);
    expect(verifyLog(again.db).intact).toBe(true);
    expect(save(again, acknowledged)).toMatchObject({ revision: acknowledged + 1 });
  });

  it('refuses an image that has no room, and leaves no part of it', async () => {
    const { images, folder } = await openedWorkspace(tinyDisk('2m').folder);
    await expect(images.put(Buffer.alloc(4_000_000, 1))).rejects.toThrow(diskFull);
    expect(readdirSync(join(folder, 'images', 'incoming'))).toEqual([]);
    await expect(images.put(Buffer.alloc(100_000, 2))).resolves.toBeDefined();
  });

  it('is said when a workspace is made there', async () => {
    await expect(openWorkspace(tinyDisk('16k').folder, options())).rejects.toThrow(diskFull);
  });
});
