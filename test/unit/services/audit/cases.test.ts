import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Diagnosis } from '../../../../src/shared/domain/diagnosis.ts';
import { systemClock } from '../../../../src/shared/kernel/clock.ts';
import { auditableCases } from '../../../../src/main/services/audit/cases.ts';
import { hashOf, insertCases, insertImages, openWorkspace, type Workspace } from '../../../../src/main/store/index.ts';

interface Imported {
  readonly imageId: string;
  readonly picture: string;
  readonly lesionId: string | null;
  readonly dx?: Diagnosis | null;
}

/** A workspace with these cases, imported in this order; ids and lesion keys are random, as those of an import are. */
async function workspaceWith(imported: readonly Imported[]): Promise<Workspace> {
  const folder = mkdtempSync(join(tmpdir(), 'epsiloscope-'));
  const workspace = await openWorkspace(folder, { clock: systemClock, command: 'epsiloscope test' });
  onTestFinished(() => {
    workspace.close();
    rmSync(folder, { recursive: true });
  });
  const lesionKeys = new Map(imported.map(({ lesionId }) => [lesionId, randomUUID()]));
  const cases = imported.map(({ picture, lesionId, dx = 'nv' }) => ({
    id: randomUUID(),
    imageSha256: hashOf(picture),
    lesionKey: lesionId === null ? randomUUID() : (lesionKeys.get(lesionId) ?? ''),
    dx,
    dxType: null,
    age: null,
    sex: null,
    site: null,
    dataset: 'ham10000',
  }));
  const names = imported.map(({ imageId, lesionId }, at) => ({
    caseId: cases[at]?.id ?? '',
    imageId,
    fileName: `${imageId}.jpg`,
    lesionId,
  }));
  const images = new Set(cases.map(({ imageSha256 }) => imageSha256));
  const counts = { images: images.size, cases: cases.length, refused: 0 };
  const details = { dialect: 'ham10000', ...counts, casesSha256: hashOf('not looked at here') } as const;
  workspace.db.change({ act: 'images.imported', details }, (transaction) => {
    insertImages(
      transaction,
      [...images].map((sha256) => ({ sha256, bytes: 1, format: 'jpeg', width: 64, height: 64 })),
    );
    insertCases(transaction, cases, names);
  });
  return workspace;
}

const short = (picture: string) => hashOf(picture).slice(0, 12);

const IMPORTED: readonly Imported[] = [
  { imageId: 'Miller_1', picture: 'one', lesionId: 'Miller', dx: 'mel' },
  { imageId: 'Miller_2', picture: 'two', lesionId: 'Miller', dx: 'mel' },
  { imageId: 'Smith', picture: 'three', lesionId: null, dx: null },
];

describe('the cases of a workspace, as an audit names them', () => {
  it('are named by their picture, and their lesion by the first of its pictures', async () => {
    const cases = auditableCases((await workspaceWith(IMPORTED)).db, false);
    const ofMiller = ['one', 'two'].map(short).sort()[0] ?? '';
    const byOriginal = new Map(cases.map((one) => [one.originalId, one]));
    expect(byOriginal.get('Miller_1')).toEqual({
      imageId: `img-${short('one')}`,
      imageSha256: hashOf('one'),
      lesionId: `lesion-${ofMiller}`,
      label: 4,
      originalId: 'Miller_1',
    });
    expect(byOriginal.get('Miller_2')?.lesionId).toBe(`lesion-${ofMiller}`);
    expect(byOriginal.get('Smith')).toMatchObject({ lesionId: null, label: null });
    expect(cases.map(({ imageSha256 }) => imageSha256)).toEqual(['one', 'two', 'three'].map(hashOf).sort());
  });

  it('are named alike in every workspace, in whatever order they were imported', async () => {
    const twins = [
      { imageId: 'twin_b', picture: 'one', lesionId: 'Other' },
      { imageId: 'twin_a', picture: 'one', lesionId: null },
    ];
    const all = [...IMPORTED, ...twins];
    const [first, second] = await Promise.all([workspaceWith(all), workspaceWith([...all].reverse())]);
    expect(auditableCases(second.db, false)).toEqual(auditableCases(first.db, false));
    expect(auditableCases(second.db, true)).toEqual(auditableCases(first.db, true));
  });

  it('are told apart where two have the same picture, in the order of their original ids', async () => {
    const { db } = await workspaceWith([
      { imageId: 'z', picture: 'same', lesionId: 'Z' },
      { imageId: 'a', picture: 'same', lesionId: 'A' },
      { imageId: 'm', picture: 'same', lesionId: 'A' },
    ]);
    const name = short('same');
    expect(
      auditableCases(db, false).map(({ originalId, imageId, lesionId }) => [originalId, imageId, lesionId]),
    ).toEqual([
      ['a', `img-${name}`, `lesion-${name}`],
      ['m', `img-${name}-2`, `lesion-${name}`],
      ['z', `img-${name}-3`, `lesion-${name}-3`],
    ]);
  });

  it('show nothing of the labels file but their labels, unless it is asked for', async () => {
    const { db } = await workspaceWith(IMPORTED);
    const shown = auditableCases(db, false).map((one) => ({ ...one, originalId: undefined }));
    expect(JSON.stringify(shown)).not.toMatch(/Miller|Smith/);
  });

  it('keep their original ids where that is asked for; a lesion that has none gets none', async () => {
    const cases = auditableCases((await workspaceWith(IMPORTED)).db, true);
    const names = new Map(cases.map(({ imageId, lesionId }) => [imageId, lesionId]));
    expect(names).toEqual(
      new Map([
        ['Miller_1', 'Miller'],
        ['Miller_2', 'Miller'],
        ['Smith', null],
      ]),
    );
  });

  it('are refused where there are none', async () => {
    const { db } = await workspaceWith([]);
    expect(() => auditableCases(db, false)).toThrow(expect.objectContaining({ code: 'WORKSPACE_EMPTY' }) as Error);
  });
});
