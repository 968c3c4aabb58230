import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { nodeImagingLauncher } from '../../../../src/main/hosts/node/imagingLauncher.ts';
import { createImageDecoder, type ImageDecoder } from '../../../../src/main/imaging/index.ts';
import { importImages, previewImport } from '../../../../src/main/services/import/index.ts';
import {
  hashOf,
  listCases,
  listImages,
  listOriginalNames,
  openWorkspace,
  verifyLog,
  type Workspace,
} from '../../../../src/main/store/index.ts';
import { sql } from '../../../../src/main/store/db/schema.ts';
import { systemClock } from '../../../../src/shared/kernel/clock.ts';

const HEADER = 'lesion_id,image_id,dx,dx_type,age,sex,localization';
const LABELS = [
  HEADER,
  'Lesion-Miller,IMG_Miller_1,mel,histo,50,female,back',
  'Lesion-Miller,IMG_Miller_2,mel,histo,50,female,back',
  'Lesion-Smith,IMG_Smith,nv,follow_up,40,male,trunk',
];

let decoder: ImageDecoder;
let originals: string;
let directory: string;
let labelsCsv: string;
let workspace: Workspace;

const writeLabels = (...lines: string[]) => {
  writeFileSync(labelsCsv, `${lines.join('\n')}\n`);
};

async function writeImage(name: string, red: number): Promise<void> {
  const pixels = { create: { width: 40, height: 32, channels: 3 as const, background: { r: red, g: 90, b: 60 } } };
  await sharp(pixels).jpeg().toFile(join(originals, name));
}

beforeAll(async () => {
  const entry = join(import.meta.dirname, '../../../../src/main/hosts/worker/imaging.ts');
  decoder = createImageDecoder(nodeImagingLauncher(entry));
  originals = mkdtempSync(join(tmpdir(), 'epsiloscope-'));
  await Promise.all([writeImage('IMG_Miller_1.jpg', 10), writeImage('IMG_Miller_2.JPEG', 20)]);
  await Promise.all([writeImage('IMG_Smith.jpg', 30), writeImage('unnamed.jpg', 40)]);
});

afterAll(() => {
  decoder.close();
  rmSync(originals, { recursive: true });
});

beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'epsiloscope-'));
  directory = join(folder, 'images');
  labelsCsv = join(folder, 'labels.csv');
  cpSync(originals, directory, { recursive: true });
  writeLabels(...LABELS);
  workspace = await openWorkspace(join(folder, 'workspace'), { clock: systemClock, command: 'epsiloscope test' });
  onTestFinished(() => {
    workspace.close();
    rmSync(folder, { recursive: true });
  });
});

const run = async (options: Partial<Parameters<typeof importImages>[2]> = {}) =>
  importImages(workspace, await previewImport(directory, labelsCsv), { decoder, ...options });

const logLength = () => {
  const verdict = verifyLog(workspace.db);
  return verdict.intact ? verdict.head.seq : NaN;
};

describe('the preview of an import', () => {
  it('counts what the CSV names and finds', async () => {
    const plan = await previewImport(directory, labelsCsv);
    expect(plan).toMatchObject({
      dialect: 'ham10000',
      rows: 3,
      perDiagnosis: { akiec: 0, bcc: 0, bkl: 0, df: 0, mel: 2, nv: 1, vasc: 0 },
      unlabelled: 0,
      refused: [],
      unnamedFiles: 1,
    });
    expect(plan.images.map(({ fileName }) => fileName)).toEqual([
      'IMG_Miller_1.jpg',
      'IMG_Miller_2.JPEG',
      'IMG_Smith.jpg',
    ]);
  });

  it('finds an image under each extension, in any case', async () => {
    const names = ['a.jpg', 'b.JPG', 'c.jpeg', 'd.Png', 'e.tif', 'f.TIFF', 'g.bmp', 'h.webp'];
    for (const name of names) writeFileSync(join(directory, name), name);
    writeLabels('image_id,dx', ...'abcdefgh'.split('').map((id) => `${id},nv`));
    const plan = await previewImport(directory, labelsCsv);
    expect(plan.images.map(({ fileName }) => fileName)).toEqual(names);
  });

  it('finds a name with an umlaut, however it is composed', async () => {
    writeFileSync(join(directory, 'Mu\u0308ller.jpg'), '');
    writeLabels('image_id,dx', 'M\u00fcller,nv');
    expect((await previewImport(directory, labelsCsv)).images).toHaveLength(1);
  });

  it('names a row without a file, and one with two', async () => {
    writeFileSync(join(directory, 'IMG_Smith.png'), '');
    writeFileSync(join(directory, 'not-an-image.txt'), '');
    writeLabels(...LABELS, 'L,not-an-image,nv,,,,', 'L,a/../IMG_Smith,nv,,,,');
    expect((await previewImport(directory, labelsCsv)).refused).toMatchObject([
      { row: 4, imageId: 'IMG_Smith', code: 'FILE_AMBIGUOUS' },
      { row: 5, imageId: 'not-an-image', code: 'FILE_MISSING' },
      { row: 6, imageId: 'a/../IMG_Smith', code: 'ID_UNSAFE' },
    ]);
  });

  it('refuses an empty folder, and one that is not there', async () => {
    const empty = join(directory, 'empty');
    mkdirSync(empty);
    await expect(previewImport(empty, labelsCsv)).rejects.toMatchObject({ code: 'FOLDER_WITHOUT_IMAGES' });
    await expect(previewImport(join(empty, 'no'), labelsCsv)).rejects.toMatchObject({ code: 'FOLDER_UNREADABLE' });
    await expect(previewImport(labelsCsv, labelsCsv)).rejects.toMatchObject({ code: 'FOLDER_UNREADABLE' });
  });
});

describe('an import', () => {
  it('makes a case of each row, with the bytes of its file', async () => {
    const progress: number[] = [];
    const outcome = await run({ onProgress: ({ done, total }) => progress.push(done / total) });
    expect(outcome).toEqual({ cases: 3, images: 3, alreadyKnown: 0, changed: [], refused: [] });
    expect(progress).toEqual([1 / 3, 2 / 3, 1]);
    const names = listOriginalNames(workspace.db);
    expect(names.map(({ imageId }) => imageId)).toEqual(['IMG_Miller_1', 'IMG_Miller_2', 'IMG_Smith']);
    for (const [at, record] of listCases(workspace.db).entries()) {
      expect(names[at]?.caseId).toBe(record.id);
      const bytes = readFileSync(join(directory, names[at]?.fileName ?? ''));
      expect((await workspace.images.read(record.imageSha256)).equals(bytes)).toBe(true);
    }
    expect(listImages(workspace.db)[0]).toMatchObject({ format: 'jpeg', width: 40, height: 32 });
  });

  it('gives images of one lesion one random key, also in a later import', async () => {
    writeLabels(...LABELS.slice(0, 2), ...LABELS.slice(3));
    await run();
    writeLabels(...LABELS);
    await run();
    const keys = listCases(workspace.db).map(({ lesionKey }) => lesionKey);
    const [first, smith, second] = keys;
    expect(keys).toHaveLength(3);
    expect(second).toBe(first);
    expect(smith).not.toBe(first);
  });

  it('takes two ids of one picture as two cases of one original', async () => {
    cpSync(join(directory, 'IMG_Smith.jpg'), join(directory, 'IMG_Smith_again.jpg'));
    writeLabels(...LABELS, 'Lesion-Smith,IMG_Smith_again,nv,follow_up,40,male,trunk');
    expect(await run()).toMatchObject({ cases: 4, images: 3 });
  });

  it('made again adds nothing, also where a file has another name', async () => {
    await run();
    const before = logLength();
    renameSync(join(directory, 'IMG_Smith.jpg'), join(directory, 'IMG_Smith.JPG'));
    expect(await run()).toEqual({ cases: 0, images: 0, alreadyKnown: 3, changed: [], refused: [] });
    expect(listCases(workspace.db)).toHaveLength(3);
    expect(logLength()).toBe(before);
  });

  it('made again brings back an original that was lost', async () => {
    await run();
    const [first] = listImages(workspace.db);
    const sha256 = first?.sha256 ?? hashOf('');
    rmSync(workspace.images.pathOf(sha256));
    expect(await run()).toMatchObject({ cases: 0, alreadyKnown: 3 });
    expect((await workspace.images.read(sha256)).length).toBe(first?.bytes);
  });

  it('reports another label of a known image, and leaves the stored one', async () => {
    await run();
    writeLabels(HEADER, 'Lesion-Smith,IMG_Smith,mel,follow_up,,male,trunk');
    expect((await run()).changed).toEqual([
      { row: 2, imageId: 'IMG_Smith', field: 'dx', stored: 'nv', offered: 'mel' },
    ]);
    expect(listCases(workspace.db).map(({ dx }) => dx)).toEqual(['mel', 'mel', 'nv']);
  });

  it('refuses another picture under a known id', async () => {
    await run();
    cpSync(join(directory, 'unnamed.jpg'), join(directory, 'IMG_Smith.jpg'));
    const { refused, alreadyKnown } = await run();
    expect(alreadyKnown).toBe(2);
    expect(refused).toMatchObject([{ row: 4, imageId: 'IMG_Smith', code: 'ID_TAKEN' }]);
  });

  it('refuses a file that is no image, names it, and takes the others', async () => {
    truncateSync(join(directory, 'IMG_Miller_1.jpg'), 200);
    writeFileSync(join(directory, 'IMG_Smith.jpg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    const { cases, refused } = await run();
    expect(cases).toBe(1);
    expect(refused).toMatchObject([
      { row: 2, imageId: 'IMG_Miller_1', code: expect.stringMatching(/^IMAGE_(TRUNCATED|DAMAGED)$/) as string },
      { row: 4, imageId: 'IMG_Smith', code: 'IMAGE_FORMAT_NOT_ACCEPTED' },
    ]);
    expect(readdirSync(join(workspace.folder, 'images'))).toHaveLength(2);
  });

  it('of which nothing can be taken says why, and leaves the workspace as it was', async () => {
    const before = logLength();
    writeLabels('image_id,dx', 'nobody,nv', 'IMG_Smith,wart');
    await expect(run()).rejects.toMatchObject({
      code: 'NOTHING_ACCEPTED',
      kind: 'badInput',
      message: expect.stringMatching(/row 2 \(nobody\).* row 3 \(IMG_Smith\).*wart/) as string,
    });
    expect(logLength()).toBe(before);
  });

  it.each([1, 2, 3])(
    'that is interrupted after image %i leaves the workspace as it was; the next one does it all',
    async (after) => {
      const before = logLength();
      const controller = new AbortController();
      const onProgress = ({ done }: { done: number }) => {
        if (done === after) controller.abort();
      };
      await expect(run({ signal: controller.signal, onProgress })).rejects.toMatchObject({ code: 'INTERRUPTED' });
      expect(listCases(workspace.db)).toEqual([]);
      expect(listImages(workspace.db)).toEqual([]);
      expect(logLength()).toBe(before);
      expect(await run()).toMatchObject({ cases: 3, images: 3 });
    },
  );

  it('that fails in the decoder itself adds nothing', async () => {
    const failure = new Error('defect');
    const broken = { inspectImage: () => Promise.reject(failure) };
    await expect(run({ decoder: broken })).rejects.toBe(failure);
    expect(listCases(workspace.db)).toEqual([]);
  });

  it('stands in the log with counts and the hash of its cases, and with no name of the hospital', async () => {
    await run();
    const row = workspace.db.first(sql.selectFrom('log').select(['act', 'details']).orderBy('seq', 'desc'));
    const details = { dialect: 'ham10000', images: 3, cases: 3, refused: 0, casesSha256: expect.any(String) as string };
    expect(row?.act).toBe('images.imported');
    expect(JSON.parse(row?.details ?? '')).toEqual(details);
  });

  it('puts names of the hospital into one table only', async () => {
    await run();
    const planted = /Miller|Smith/;
    const tables = ['workspace', 'images', 'cases', 'models', 'runs', 'work_units', 'log'] as const;
    for (const table of tables)
      expect(JSON.stringify(workspace.db.all(sql.selectFrom(table).selectAll()))).not.toMatch(planted);
    const files = readdirSync(workspace.folder, { recursive: true }).join('\n');
    expect(files).not.toMatch(planted);
    expect(JSON.stringify(listOriginalNames(workspace.db))).toMatch(planted);
  });

  it('decodes and stores the same bytes, even of a file that grows meanwhile', async () => {
    const inspected: string[] = [];
    const growing: typeof decoder.inspectImage = async (source, options) => {
      if ('bytes' in source) inspected.push(hashOf(source.bytes));
      for (const name of readdirSync(directory)) appendFileSync(join(directory, name), 'more');
      return decoder.inspectImage(source, options);
    };
    await run({ decoder: { inspectImage: growing } });
    expect(listImages(workspace.db).map(({ sha256 }) => sha256)).toEqual(inspected.sort());
  });
});
