import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openTrainingSet } from '../../../../src/main/engine/training/dataset.ts';
import { REFERENCE_SIZE } from '../../../../src/main/engine/training/recipes.ts';
import { createImageDecoder, type ImageDecoder } from '../../../../src/main/imaging/index.ts';
import {
  prepareTrainingData,
  trainingDataSha256,
  type PrepareControl,
} from '../../../../src/main/services/training/prepare.ts';
import { hashOf } from '../../../../src/main/store/index.ts';
import { noTinyDisk, tinyDisk } from '../../../integration/store/support.ts';
import { launchImaging, preprocessing } from '../../../support/imageDecoders.ts';
import { writeOfficialHam10000, writeSplitList } from '../../../support/officialHam10000.ts';

let decoder: ImageDecoder;
/** Images decoded since the test began. */
let decoded: number;
let pictures: Buffer[];
let folder: string;
let data: string;
let target: string;

const HEADER = 'lesion_id,image_id,dx,dx_type,age,sex,localization';
const row = (lesion: string, image: string, dx: string) => `${lesion},${image},${dx},histo,50,female,back`;
const TRAIN = [row('L1', 'a', 'mel'), row('L1', 'b', 'mel'), row('L2', 'c', 'nv')];
const VALIDATION = [row('L3', 'd', 'nv'), row('L4', 'e', 'bcc')];

const writeCsv = (name: string, rows: readonly string[], header = HEADER) => {
  writeFileSync(join(data, name), `${[header, ...rows].join('\n')}\n`);
};
const imagePath = (id: string) => join(data, 'images', `${id}.png`);

/** Counts what it is asked for. */
const counting = (): ImageDecoder => ({
  ...decoder,
  trainingInput: (...args) => {
    decoded += 1;
    return decoder.trainingInput(...args);
  },
  modelInput: (...args) => {
    decoded += 1;
    return decoder.modelInput(...args);
  },
});

const prepare = (control: PrepareControl = {}, into = target, input = 64) =>
  prepareTrainingData(data, into, counting(), control, { input });

beforeAll(async () => {
  decoder = createImageDecoder(launchImaging());
  pictures = await Promise.all(
    [0, 1, 2, 3, 4, 5].map((at) =>
      sharp({ create: { width: 80, height: 60, channels: 3, background: { r: 40 * at, g: 90, b: 60 } } })
        .png()
        .toBuffer(),
    ),
  );
});
afterAll(() => {
  decoder.close();
});

beforeEach(() => {
  decoded = 0;
  folder = mkdtempSync(join(tmpdir(), 'epsiloscope-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  data = join(folder, 'data');
  target = join(folder, 'prepared');
  mkdirSync(join(data, 'images'), { recursive: true });
  ['a', 'b', 'c', 'd', 'e'].forEach((id, at) => {
    writeFileSync(imagePath(id), pictures[at] ?? '');
  });
  writeCsv('train.csv', TRAIN);
  writeCsv('val.csv', VALIDATION);
});

describe('prepared training data', () => {
  it('hold the images of both files in their order, each with its hash, lesion and label', async () => {
    const progress: unknown[] = [];
    const index = await prepare({ onProgress: (event) => progress.push(event) });
    const item = (at: number, lesion: string, label: number) => ({ sha256: hashOf(pictures[at] ?? ''), lesion, label });
    expect(index).toMatchObject({
      format: 'epsiloscope.training-data',
      name: 'HAM10000',
      input: 64,
      train: [item(0, 'L1', 4), item(1, 'L1', 4), item(2, 'L2', 5)],
      validation: [item(3, 'L3', 5), item(4, 'L4', 1)],
    });
    expect(progress.at(-1)).toEqual({ done: 5, total: 5 });
    expect(readdirSync(target).sort()).toEqual(['dataset.json', 'pixels.bin']);
  });

  it('are read back as what the decoder makes of each image', async () => {
    await prepare();
    const set = await openTrainingSet(target);
    const source = await decoder.trainingInput({ path: imagePath('c') }, { height: 72, width: 96 });
    expect(Buffer.from(set.trainPicture(2).pixels).equals(source)).toBe(true);
    const input = await decoder.modelInput({ path: imagePath('e') }, { height: 64, width: 64, preprocessing });
    expect(Buffer.from(set.validationPixels(1)).equals(input)).toBe(true);
  });

  it.each([
    [80, 90, 120],
    [96, 108, 144],
  ])('for an input of %i pixels are 9/8 as high, and a third wider than that', async (input, height, width) => {
    expect(await prepare({}, target, input)).toMatchObject({ input, sourceHeight: height, sourceWidth: width });
    const set = await openTrainingSet(target);
    expect(set.trainPicture(2).pixels.length).toBe(height * width * 3);
    expect(set.validationPixels(1).length).toBe(input * input * 3);
  });

  it('for another input are made anew', async () => {
    await prepare();
    await prepare({}, target, 80);
    expect(decoded).toBe(10);
    await prepare({}, target, 80);
    expect(decoded).toBe(10);
  });

  it('are for the input of the recipes unless told otherwise', async () => {
    const { input } = await prepareTrainingData(data, target, counting(), {});
    expect(input).toBe(REFERENCE_SIZE.input);
  });

  it('may lie beside the CSV files, in any dialect of labels', async () => {
    rmSync(join(data, 'images'), { recursive: true });
    ['a', 'b'].forEach((id, at) => {
      writeFileSync(join(data, `${id}.png`), pictures[at] ?? '');
    });
    writeCsv('train.csv', ['a,mel'], 'image_id,dx');
    writeCsv('val.csv', ['b,nv'], 'image_id,dx');
    const index = await prepare();
    expect(index.name).not.toBe('HAM10000');
    expect(index.train.map(({ lesion }) => lesion)).toEqual(['a']);
  });
});

describe('training data of HAM10000 as it is downloaded', () => {
  it('are the images of the list, with their labels and lesions', async () => {
    const parts = ['train', 'train', 'val', 'test', null] as const;
    const images = parts.map((part, at) => ({
      ...{ id: `ISIC_${at}`, dx: at % 2 === 0 ? 'mel' : 'nv', part, half: at % 2 === 0 ? (1 as const) : (2 as const) },
      bytes: pictures[at] ?? Buffer.alloc(0),
    }));
    data = join(folder, 'official');
    writeOfficialHam10000(data, images);
    const splitList = writeSplitList(join(folder, 'list.csv'), images);
    const index = await prepareTrainingData(data, target, counting(), {}, { splitList });
    const item = (at: number, label: number) => ({
      ...{ sha256: hashOf(pictures[at] ?? ''), lesion: `HAM_ISIC_${at}`, label },
    });
    expect(index).toMatchObject({ name: 'HAM10000', train: [item(0, 4), item(1, 5)], validation: [item(2, 4)] });
    expect(await trainingDataSha256(data, { splitList })).toBe(index.manifestSha256);
  });
});

describe('data that were prepared before', () => {
  beforeEach(async () => {
    await prepare();
    decoded = 0;
  });

  it('are used again, without decoding anything', async () => {
    const before = readFileSync(join(target, 'dataset.json'), 'utf8');
    expect(await prepare()).toEqual(JSON.parse(before));
    expect(decoded).toBe(0);
  });

  const CHANGES: [string, () => void][] = [
    [
      'another picture of the same name',
      () => {
        writeFileSync(imagePath('c'), pictures[5] ?? '');
      },
    ],
    [
      'another diagnosis',
      () => {
        writeCsv('train.csv', [...TRAIN.slice(0, 2), row('L2', 'c', 'bkl')]);
      },
    ],
    [
      'another lesion',
      () => {
        writeCsv('val.csv', [row('L9', 'd', 'nv'), ...VALIDATION.slice(1)]);
      },
    ],
    [
      'another order',
      () => {
        writeCsv('train.csv', [...TRAIN].reverse());
      },
    ],
    [
      'two pictures changed for each other',
      () => {
        writeFileSync(imagePath('d'), pictures[4] ?? '');
        writeFileSync(imagePath('e'), pictures[3] ?? '');
      },
    ],
    [
      'another split of the same images',
      () => {
        writeCsv('train.csv', [...TRAIN.slice(0, 2), ...VALIDATION.slice(0, 1)]);
        writeCsv('val.csv', [...TRAIN.slice(2), ...VALIDATION.slice(1)]);
      },
    ],
    [
      'pixels that are cut short',
      () => {
        truncateSync(join(target, 'pixels.bin'), 100);
      },
    ],
    [
      'pixels that are gone',
      () => {
        rmSync(join(target, 'pixels.bin'));
      },
    ],
    [
      'an index that is damaged',
      () => {
        truncateSync(join(target, 'dataset.json'), 50);
      },
    ],
  ];
  it.each(CHANGES)('are prepared anew for %s', async (_, change) => {
    change();
    const index = await prepare();
    expect(decoded).toBe(5);
    const set = await openTrainingSet(target);
    expect(set.index).toEqual(index);
    const inputs = await Promise.all(
      index.validation.map(({ sha256 }) => {
        const bytes = pictures.find((picture) => hashOf(picture) === sha256) ?? Buffer.alloc(0);
        return decoder.modelInput({ bytes }, { height: 64, width: 64, preprocessing });
      }),
    );
    inputs.forEach((pixels, at) => {
      expect(Buffer.from(set.validationPixels(at)).equals(pixels)).toBe(true);
    });
  });

  it('stay whole when preparing other data is interrupted', async () => {
    writeFileSync(imagePath('c'), pictures[5] ?? '');
    const before = readdirSync(target).map((name) => readFileSync(join(target, name)));
    const controller = new AbortController();
    const interrupt = () => {
      controller.abort();
    };
    await expect(prepare({ signal: controller.signal, onProgress: interrupt })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
    expect(readdirSync(target).map((name) => readFileSync(join(target, name)))).toEqual(before);
  });
});

it('an index is gone before the pixels of other data take their place, whatever happens then', async () => {
  await prepare();
  writeFileSync(imagePath('c'), pictures[5] ?? '');
  // What cannot be replaced by a file.
  rmSync(join(target, 'pixels.bin'));
  mkdirSync(join(target, 'pixels.bin', 'in-the-way'), { recursive: true });
  await expect(prepare()).rejects.toThrow();
  expect(readdirSync(target)).toEqual(['pixels.bin']);
});

describe('training data are refused', () => {
  const REFUSED: [string, string, RegExp, () => void][] = [
    [
      'without train.csv',
      'SPLIT_MISSING',
      /does not hold train\.csv/,
      () => {
        rmSync(join(data, 'train.csv'));
      },
    ],
    [
      'without val.csv',
      'SPLIT_MISSING',
      /does not hold val\.csv/,
      () => {
        rmSync(join(data, 'val.csv'));
      },
    ],
    [
      'with a lesion on both sides',
      'SPLIT_LEAKS',
      /^1 images of the val part show lesions that are in the train part as well \(the first: d\)/,
      () => {
        writeCsv('val.csv', [row('L1', 'd', 'mel'), ...VALIDATION.slice(1)]);
      },
    ],
    [
      'with an image on both sides',
      'SPLIT_LEAKS',
      /the first: a/,
      () => {
        writeCsv('val.csv', [...VALIDATION, row('L1', 'a', 'mel')]);
      },
    ],
    [
      'with a picture on both sides under two names and lesions',
      'SPLIT_LEAKS',
      /^1 images of the val part are pictures that the train part has as well, under another name \(the first: e\)/,
      () => {
        writeFileSync(imagePath('e'), pictures[0] ?? '');
      },
    ],
    [
      'with a row that has no file',
      'TRAINING_DATA_REFUSED',
      /^1 rows of the training data cannot be used; the first is row 4 \(missing\)/,
      () => {
        writeCsv('train.csv', [...TRAIN.slice(0, 2), row('L7', 'missing', 'nv')]);
      },
    ],
    [
      'with a diagnosis that nobody knows',
      'TRAINING_DATA_REFUSED',
      /the first is row 2 \(d\)/,
      () => {
        writeCsv('val.csv', [row('L3', 'd', 'flu'), ...VALIDATION.slice(1)]);
      },
    ],
    [
      'with a row without diagnosis',
      'TRAINING_DATA_REFUSED',
      /1 rows of the training data have no diagnosis/,
      () => {
        writeCsv('val.csv', ['d,nv', 'e,'], 'image_id,dx');
      },
    ],
    [
      'with a picture that is cut short',
      'TRAINING_DATA_REFUSED',
      /^b cannot be used: /,
      () => {
        writeFileSync(imagePath('b'), (pictures[1] ?? Buffer.alloc(0)).subarray(0, 150));
      },
    ],
    [
      'with an empty picture',
      'TRAINING_DATA_REFUSED',
      /^e cannot be used: /,
      () => {
        writeFileSync(imagePath('e'), '');
      },
    ],
  ];
  it.each(REFUSED)('%s', async (_, code, happened, change) => {
    change();
    await expect(prepare()).rejects.toMatchObject({
      code,
      kind: 'badInput',
      explanation: { happened: expect.stringMatching(happened) as string },
    });
    expect(existsSync(target) ? readdirSync(target) : []).toEqual([]);
  });

  it('where a file changes while it is read', async () => {
    const meddling: ImageDecoder = {
      ...decoder,
      trainingInput: (...args) => {
        writeFileSync(imagePath('e'), pictures[5] ?? '');
        return decoder.trainingInput(...args);
      },
    };
    await expect(prepareTrainingData(data, target, meddling, {})).rejects.toMatchObject({
      code: 'TRAINING_DATA_REFUSED',
      explanation: { happened: 'e cannot be used: the file changed while it was read.' },
    });
    expect(readdirSync(target)).toEqual([]);
  });

  it.skipIf(noTinyDisk !== null)(`on a disk that is full${noTinyDisk ? ` (${noTinyDisk})` : ''}`, async () => {
    const disk = tinyDisk('32k');
    await expect(prepare({}, join(disk.folder, 'prepared'))).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(readdirSync(join(disk.folder, 'prepared'))).toEqual([]);
  });
});
