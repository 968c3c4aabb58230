import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { findPart, PARTS, type DataPart } from '../../../../src/main/services/splits/index.ts';
import { writeOfficialHam10000, writeSplitList, type OfficialImage } from '../../../support/officialHam10000.ts';

const image = (id: string, dx: string, part: OfficialImage['part'], half: 1 | 2): OfficialImage => ({
  ...{ id, dx, part, half },
  bytes: Buffer.from(`image ${id}`),
});
const IMAGES = [
  image('ISIC_1', 'mel', 'train', 1),
  image('ISIC_2', 'nv', 'train', 2),
  image('ISIC_3', 'bcc', 'val', 1),
  image('ISIC_4', 'df', 'test', 2),
  image('ISIC_5', 'nv', 'test', 1),
  // In no part, and with a diagnosis that would be refused.
  image('ISIC_6', 'unheard of', null, 2),
];

let folder: string;
let splitList: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'epsiloscope-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  splitList = writeSplitList(join(folder, 'list.csv'), IMAGES);
});

const planOf = async (part: DataPart) => (await findPart(folder, part, splitList)).read();
/** `id diagnosis file` of each image of a part. */
const imagesOf = async (part: DataPart) =>
  (await planOf(part)).images.map(
    ({ label, fileName }) => `${label.imageId} ${label.facts.dx ?? '-'} ${join(folder, fileName).slice(folder.length)}`,
  );

describe('HAM10000 as it is downloaded', () => {
  it.each([
    ['from Kaggle', {}],
    ['from Kaggle, in small letters', { folders: ['ham10000_images_part_1', 'ham10000_images_part_2'] }],
    ['from Dataverse, tabular', { metadata: 'HAM10000_metadata.tab', delimiter: '\t' }],
    ['from Dataverse, the original', { metadata: 'HAM10000_metadata' }],
    ['with the original under the name of the tabular file', { metadata: 'HAM10000_metadata.tab' }],
  ] as const)('%s is parted by the list', async (_, names) => {
    writeOfficialHam10000(folder, IMAGES, names);
    const [first, second] = 'folders' in names ? names.folders : ['HAM10000_images_part_1', 'HAM10000_images_part_2'];
    expect(await imagesOf('train')).toEqual([`ISIC_1 mel /${first}/ISIC_1.jpg`, `ISIC_2 nv /${second}/ISIC_2.jpg`]);
    expect(await imagesOf('val')).toEqual([`ISIC_3 bcc /${first}/ISIC_3.jpg`]);
    expect(await imagesOf('test')).toEqual([`ISIC_4 df /${second}/ISIC_4.jpg`, `ISIC_5 nv /${first}/ISIC_5.jpg`]);
  });

  it('leaves aside what the list does not name, whatever is wrong with it', async () => {
    writeOfficialHam10000(folder, IMAGES);
    expect(await planOf('test')).toMatchObject({ rows: 2, refused: [], unnamedFiles: 0, dialect: 'ham10000' });
  });

  it('knows the lesion of each image', async () => {
    writeOfficialHam10000(folder, IMAGES);
    expect((await planOf('val')).images[0]?.label.facts.lesionId).toBe('HAM_ISIC_3');
  });

  it('may have both folders twice, as Kaggle gives them', async () => {
    writeOfficialHam10000(folder, IMAGES, { folders: ['ham10000_images_part_1', 'ham10000_images_part_2'] });
    writeOfficialHam10000(folder, IMAGES);
    expect(await imagesOf('val')).toHaveLength(1);
  });

  it.each(['images', '.'])('may have all images in one folder (%s)', async (name) => {
    writeOfficialHam10000(folder, IMAGES, { folders: [name, name] });
    expect(await imagesOf('train')).toHaveLength(2);
  });

  it('without one of its images is refused by name, before a label is read', async () => {
    writeOfficialHam10000(folder, IMAGES);
    rmSync(join(folder, 'HAM10000_images_part_2', 'ISIC_4.jpg'));
    writeFileSync(join(folder, 'HAM10000_metadata.csv'), 'no labels');
    await expect(findPart(folder, 'test', splitList)).rejects.toMatchObject({
      code: 'SPLIT_INCOMPLETE',
      explanation: { happened: `1 images of the test part are not in ${folder}: ISIC_4.` },
    });
  });

  it('without a row of its metadata is refused by name', async () => {
    writeOfficialHam10000(folder, IMAGES);
    const metadata = join(folder, 'HAM10000_metadata.csv');
    writeFileSync(metadata, readFileSync(metadata, 'utf8').replace(/.*ISIC_3.*\n/, ''));
    await expect(planOf('val')).rejects.toMatchObject({
      code: 'SPLIT_INCOMPLETE',
      explanation: { happened: `1 images of the val part have no row in ${metadata}: ISIC_3.` },
    });
  });

  it('is named by the list, which is what a look at it is logged with', async () => {
    writeOfficialHam10000(folder, IMAGES);
    expect((await findPart(folder, 'test', splitList)).namedBy).toBe(splitList);
  });

  it('is not looked for without a list', async () => {
    writeOfficialHam10000(folder, IMAGES);
    await expect(findPart(folder, 'val', null)).rejects.toMatchObject({ code: 'SPLIT_MISSING' });
  });
});

describe('a folder with CSV files of its own', () => {
  const OWN = ['image_id,dx', 'ISIC_6,nv', ''].join('\n');

  it('is taken by these, whatever the list says', async () => {
    writeOfficialHam10000(folder, IMAGES);
    writeFileSync(join(folder, 'val.csv'), OWN);
    expect(await imagesOf('val')).toEqual(['ISIC_6 nv /HAM10000_images_part_2/ISIC_6.jpg']);
    expect((await findPart(folder, 'val', splitList)).namedBy).toBe(join(folder, 'val.csv'));
  });

  it('that lacks one of them is not parted by the list instead', async () => {
    writeOfficialHam10000(folder, IMAGES);
    writeFileSync(join(folder, 'val.csv'), OWN);
    await expect(findPart(folder, 'test', splitList)).rejects.toMatchObject({ code: 'SPLIT_MISSING' });
  });

  it.each(['images', '.'])('holds its images in %s', async (name) => {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'ISIC_6.png'), '');
    writeFileSync(join(folder, 'test.csv'), OWN);
    expect((await planOf('test')).images).toHaveLength(1);
  });
});

it('a folder that holds neither, or is not there, is refused with what to do', async () => {
  for (const nothing of [folder, join(folder, 'nowhere'), splitList]) {
    await expect(findPart(nothing, 'test', splitList)).rejects.toMatchObject({
      code: 'SPLIT_MISSING',
      kind: 'badInput',
      explanation: { toDo: expect.stringContaining('HAM10000_metadata.csv') as string },
    });
  }
});

describe("the product's list", () => {
  const list = join(import.meta.dirname, '../../../../resources/ham10000/splits.csv');
  const rows = readFileSync(list, 'utf8').trimEnd().split('\n').slice(1);

  it('holds ids and parts alone, each image once', () => {
    for (const row of rows) expect(row).toMatch(/^ISIC_\d{7},(train|val|test)$/);
    expect(new Set(rows.map((row) => row.split(',')[0])).size).toBe(8512);
    const counts = PARTS.map((part) => rows.filter((row) => row.endsWith(`,${part}`)).length);
    expect(counts).toEqual([5961, 1275, 1276]);
  });

  const ham = join(import.meta.dirname, '../../../../../shared/data/ham10000');

  it.skipIf(!existsSync(ham))('parts the images as the bundled models learnt them (needs ../shared/data)', async () => {
    const { images } = await (await findPart(ham, 'val', null)).read();
    expect(images.map(({ label }) => `${label.imageId},val`)).toEqual(rows.filter((row) => row.endsWith(',val')));
  });
});
