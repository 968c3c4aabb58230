import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { modelInput } from '../../../../src/main/imaging/decode.ts';
import { saveAnnotation } from '../../../../src/main/services/annotations/index.ts';
import { frameOf, openCase } from '../../../../src/main/services/cases/index.ts';
import type { Viewpoint } from '../../../../src/main/services/library/index.ts';
import { addReviewer, hashOf, recordVerdicts } from '../../../../src/main/store/index.ts';
import { openedWorkspace } from '../../../integration/store/support.ts';
import { preprocessing } from '../../../support/imageDecoders.ts';
import {
  addCases,
  ANOTHER_MODEL,
  answer,
  caseByHand,
  imageOf,
  PAIR,
  verdictByHand,
} from '../../../support/reviewLab.ts';

const LESION = { lesionId: 'LESION_1', dx: 'mel', dxType: 'histo', age: 45, sex: 'female', site: 'back' } as const;

async function lesion() {
  const workspace = await openedWorkspace();
  const { db } = workspace;
  const ids = addCases(db, [
    ...[caseByHand('IMG_1', LESION), caseByHand('IMG_2', LESION), caseByHand('IMG_3')],
    caseByHand('IMG_4', { lesionId: 'LESION_1', image: 'IMG_1' }),
  ]);
  const [ada, grace] = ['Ada', 'Grace'].map((name) => addReviewer(db, { name, role: '' }));
  const seeing: Viewpoint = { reviewerId: ada?.id ?? null, blind: false, pair: PAIR };
  return { workspace, ids, ada, grace, seeing };
}

describe('a case', () => {
  it('is shown with its names, facts, frame and the other images of its lesion', async () => {
    const { workspace, ids, seeing } = await lesion();
    const { lesionId, age, sex, site } = LESION;
    expect(openCase(workspace, seeing, ids[0] ?? '')).toEqual({
      ...{ caseId: ids[0], imageId: 'IMG_1', fileName: 'IMG_1.jpg', lesionId, age, sex, site, dataset: 'plain' },
      image: { sha256: hashOf('IMG_1'), width: 400, height: 300, format: 'jpeg' },
      frame: { x: 50, y: 0, side: 300 },
      siblings: [
        { caseId: ids[1], imageId: 'IMG_2', imageSha256: hashOf('IMG_2') },
        { caseId: ids[3], imageId: 'IMG_4', imageSha256: hashOf('IMG_1') },
      ],
      annotation: expect.objectContaining({ revision: 0, reviewerId: seeing.reviewerId }) as object,
      unblinded: { reference: 'mel', confirmation: 'histo', verdicts: [], others: [] },
    });
    expect(openCase(workspace, seeing, ids[2] ?? '')).toMatchObject({ lesionId: null, siblings: [] });
  });

  it('has the verdicts as they were stored, those of the pair first', async () => {
    const { workspace, ids, seeing } = await lesion();
    const verdicts = [
      ...[
        verdictByHand(ANOTHER_MODEL, 'nv'),
        verdictByHand(PAIR.second, 'bkl'),
        verdictByHand(PAIR.first, 'mel', [0.75, 'nv']),
      ],
    ];
    recordVerdicts(
      workspace.db,
      verdicts.map((verdict) => ({ imageSha256: imageOf({ image: 'IMG_1' }), verdict })),
    );
    const shown = (viewpoint: Viewpoint) => openCase(workspace, viewpoint, ids[0] ?? '').unblinded?.verdicts;
    expect(shown(seeing)).toEqual(verdicts.toReversed());
    expect(
      shown({ ...seeing, pair: { first: PAIR.second, second: ANOTHER_MODEL } })?.map(({ verdict }) => verdict),
    ).toEqual([...['bkl', 'nv', 'mel']]);
    expect(openCase(workspace, seeing, ids[3] ?? '').unblinded?.verdicts).toHaveLength(3);
  });

  it('says nothing of models, reference and others while it is read blind, all once it is answered', async () => {
    const { workspace, ids, grace, seeing } = await lesion();
    const caseId = ids[0] ?? '';
    const blind: Viewpoint = { ...seeing, blind: true };
    const save = (viewpoint: Viewpoint, dx: 'mel' | 'nv') =>
      saveAnnotation(workspace, viewpoint, {
        caseId,
        reviewerId: viewpoint.reviewerId ?? '',
        base: 0,
        content: answer(dx),
      });
    save({ ...seeing, reviewerId: grace?.id ?? null }, 'nv');
    const before = openCase(workspace, blind, caseId);
    expect(before.unblinded).toBeNull();
    expect(JSON.stringify({ ...before, image: null })).not.toMatch(/mel|nv|histo|Grace/);
    save(blind, 'mel');
    expect(openCase(workspace, blind, caseId)).toMatchObject({
      annotation: { revision: 1, answeredBlind: true },
      unblinded: { reference: 'mel', others: [{ reviewer: grace, content: answer('nv') }] },
    });
  });

  it('that there is not is refused', async () => {
    const { workspace, seeing } = await lesion();
    const unknown = expect.objectContaining({ code: 'CASE_UNKNOWN', kind: 'badInput' }) as Error;
    expect(() => openCase(workspace, seeing, 'nowhere')).toThrow(unknown);
  });
});

describe('the frame', () => {
  it.each([
    [
      { width: 400, height: 300 },
      { x: 50, y: 0, side: 300 },
    ],
    [
      { width: 300, height: 405 },
      { x: 0, y: 52, side: 300 },
    ],
    [
      { width: 32, height: 32 },
      { x: 0, y: 0, side: 32 },
    ],
  ])('of %o is %o', (size, frame) => {
    expect(frameOf(size)).toEqual(frame);
  });

  it.each([
    [45, 32],
    [32, 45],
  ])('is what models are given of a photograph of %i x %i', async (width, height) => {
    const pixels = new Uint8Array(width * height * 3);
    const at = (x: number, y: number) => (y * width + x) * 3;
    for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) pixels.set([x, y, 0], at(x, y));
    const photograph = await sharp(pixels, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
    const { x, y, side } = frameOf({ width, height });
    const input = await modelInput(photograph, { height: side, width: side, preprocessing });
    expect([...input.slice(0, 3)]).toEqual([x, y, 0]);
    expect([...input.slice(-3)]).toEqual([x + side - 1, y + side - 1, 0]);
  });
});
