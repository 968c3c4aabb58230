import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createImageDecoder, type ImageDecoder } from '../../../../src/main/imaging/index.ts';
import { FolderGrants } from '../../../../src/main/services/grants/index.ts';
import { ImportDesk } from '../../../../src/main/services/importing/index.ts';
import { Uploads } from '../../../../src/main/services/uploads/index.ts';
import { listCases, listOriginalNames } from '../../../../src/main/store/index.ts';
import { openedWorkspace, temporaryFolder } from '../../../integration/store/support.ts';
import { launchImaging } from '../../../support/imageDecoders.ts';

const DEMO = join(import.meta.dirname, '../../../../resources/demo/images');
const IMAGES = ['ISIC_0000000', 'ISIC_0000001'].map((name) => `${name}.jpg`);

let decoder: ImageDecoder;
let grants: FolderGrants;
let uploads: Uploads;
let desk: ImportDesk;
let folder: string;

beforeAll(() => {
  decoder = createImageDecoder(launchImaging());
});

afterAll(() => {
  decoder.close();
});

beforeEach(() => {
  grants = new FolderGrants();
  uploads = new Uploads(join(temporaryFolder(), 'incoming'));
  desk = new ImportDesk(grants, uploads);
  folder = temporaryFolder();
});

/** Two real photographs, in a folder of the chosen one. */
function writeImages(): void {
  mkdirSync(join(folder, 'part 1'));
  for (const name of IMAGES) writeFileSync(join(folder, 'part 1', name), demoImage(name));
}

const demoImage = (name: string) => readFileSync(join(DEMO, DEMO_NAMES.get(name) ?? name));
const DEMO_NAMES = new Map([
  ['ISIC_0000000.jpg', 'ISIC_0006671.jpg'],
  ['ISIC_0000001.jpg', 'ISIC_0012151.jpg'],
]);

const chosen = () => ({ kind: 'folder', grant: grants.grant(folder).grant }) as const;
const control = { signal: new AbortController().signal, onProgress: () => undefined };

describe('an import that the page asks for', () => {
  it('reads the table that names most images, in any folder of the chosen one', async () => {
    writeImages();
    writeFileSync(join(folder, 'few.csv'), 'image_id,dx\nISIC_0000000,mel\n');
    writeFileSync(join(folder, 'labels.csv'), 'image_id,dx\nISIC_0000000,mel\nISIC_0000001,nv\nISIC_9,nv\n');
    const preview = await desk.preview(chosen(), null);
    expect(preview).toMatchObject({
      labelFiles: ['labels.csv', 'few.csv'],
      dialect: 'plain',
      images: 2,
      perDiagnosis: { mel: 1, nv: 1 },
      refused: [{ row: 4, imageId: 'ISIC_9', code: 'FILE_MISSING' }],
      firstImages: ['ISIC_0000000', 'ISIC_0000001'],
    });
    expect(await desk.preview(chosen(), 'few.csv')).toMatchObject({ images: 1, unnamedFiles: 1 });
    await expect(desk.preview(chosen(), '../labels.csv')).rejects.toMatchObject({ code: 'LABELS_UNKNOWN' });
  });

  it('takes images without a table as they are, nothing known of them', async () => {
    writeImages();
    const workspace = await openedWorkspace();
    const { plan, ...preview } = await desk.preview(chosen(), null);
    expect(preview).toMatchObject({ labelFiles: [], dialect: 'none', images: 2, unlabelled: 2 });
    expect(desk.sizeOf(plan)).toBe(2);
    const report = await desk.run(workspace, plan, decoder, control);
    expect(report).toEqual({ cases: 2, images: 2, alreadyKnown: 0, refused: [] });
    expect(listCases(workspace.db)).toMatchObject([{ dx: null, dataset: 'none' }, { dx: null }]);
    expect(listOriginalNames(workspace.db).map(({ fileName }) => fileName)).toEqual([
      'part 1/ISIC_0000000.jpg',
      'part 1/ISIC_0000001.jpg',
    ]);
    await expect(desk.run(workspace, plan, decoder, control)).rejects.toMatchObject({ code: 'PLAN_UNKNOWN' });
  });

  it('says what is wrong with the table where none can be read', async () => {
    writeImages();
    writeFileSync(join(folder, 'labels.csv'), 'name,what\nx,y\n');
    await expect(desk.preview(chosen(), null)).rejects.toMatchObject({ kind: 'badInput' });
  });

  it('reads sent files, refuses the broken ones by row, and throws all of them away afterwards', async () => {
    const workspace = await openedWorkspace();
    const names = ['drop/IMG_1.jpg', 'drop/IMG_2.jpg', 'drop/labels.csv'];
    const id = uploads.begin(names);
    const contents = [
      demoImage('ISIC_0000000.jpg'),
      Buffer.from('no image'),
      Buffer.from('image_id,dx\nIMG_1,mel\nIMG_2,nv\n'),
    ];
    for (const [index, bytes] of contents.entries()) await uploads.put(id, index, pieces(bytes));
    const { plan } = await desk.preview({ kind: 'upload', id }, null);
    const report = await desk.run(workspace, plan, decoder, control);
    expect(report).toMatchObject({ cases: 1, refused: [{ row: 3, imageId: 'IMG_2' }] });
    expect(() => uploads.filesOf(id)).toThrow('does not expect');
  });

  it('takes a folder only by a grant of the dialog', async () => {
    const stranger = { kind: 'folder', grant: '00000000-0000-4000-8000-000000000000' } as const;
    await expect(desk.preview(stranger, null)).rejects.toMatchObject({ code: 'FOLDER_NOT_CHOSEN' });
  });
});

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield bytes;
}
