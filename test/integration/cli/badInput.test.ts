import { appendFileSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageFixture, MADE } from '../../support/hostileImages.ts';
import { PATIENCE, run, someImages, tinyModels, workFolder, writeLabels, type Cohort } from './support.ts';

const work = workFolder();
afterAll(work.remove);

let cohort: Cohort;
let models: string;
beforeAll(async () => {
  cohort = someImages(work.folder, 3);
  models = await tinyModels(work.folder);
});

let made = 0;
/** A path that is free. */
const fresh = (name: string) => join(work.folder, `${name}-${String((made += 1))}`);

interface Refused {
  readonly code: number;
  readonly error: string;
  /** What the person reads: happened, kept, to do. */
  readonly says: string;
}

/** The command, which must end with an error told in three parts and in JSON alike. */
async function refused(...args: string[]): Promise<Refused> {
  const { code, out, err } = await run([...args, '--json']);
  const { error } = JSON.parse(out) as { error: { code: string; happened: string; kept: string; toDo: string } };
  expect(err).toContain(`${error.happened}\nKept: ${error.kept}\nTo do: ${error.toDo}`);
  expect(err).not.toMatch(/\n {4}at /);
  return { code: code ?? NaN, error: error.code, says: err };
}

const importing = (images: string, labels: string) =>
  refused('import', images, '--labels', labels, '--workspace', fresh('workspace'));
const auditing = (...more: string[]) =>
  refused('audit', cohort.images, '--labels', cohort.labels, '--models', models, '--out', fresh('out'), ...more);

describe('a wrong use', PATIENCE, () => {
  it.each([
    [['audit', '--epsilons', '1,x'], '--epsilons'],
    [['audit', '--sample', '0'], '--sample'],
    [['audit', '--attacks', 'cw'], '--attacks'],
    [['train', '--data', '.', '--recipe', 'best', '--out', 'x'], '--recipe'],
    [['train', '--data', '.', '--recipe', 'pgd', '--epsilon', '4', '--out', 'x'], '--epsilon'],
    [['import', '.'], '--labels'],
    [['audit', '--fast'], '--fast'],
    [['audti'], 'audti'],
  ])('of %j names %s and ends with 2', async (args, name) => {
    const { code, err } = await run(args);
    expect(err).toContain(name);
    expect(code).toBe(2);
  });

  it('of audit, a folder without labels or labels without a folder, says what is missing', async () => {
    expect(await refused('audit', cohort.images)).toMatchObject({
      code: 2,
      says: expect.stringContaining('--labels') as string,
    });
    expect(await refused('audit', '--labels', cohort.labels)).toMatchObject({ code: 2, error: 'USAGE' });
  });
});

describe('a folder or CSV that cannot be taken', PATIENCE, () => {
  it('is an empty folder', async () => {
    const empty = fresh('empty');
    mkdirSync(empty);
    expect(await importing(empty, cohort.labels)).toMatchObject({ code: 2, error: 'FOLDER_WITHOUT_IMAGES' });
  });

  it('is a folder that is not there', async () => {
    expect(await importing(fresh('nowhere'), cohort.labels)).toMatchObject({ code: 2, error: 'FOLDER_UNREADABLE' });
  });

  it('is no CSV', async () => {
    expect(await importing(cohort.images, fresh('no.csv'))).toMatchObject({ code: 2, error: 'CSV_UNREADABLE' });
  });

  it('is a CSV with unknown columns, which are named', async () => {
    const labels = writeLabels(work.folder, ['file,diagnosis', 'a,nv'], 'columns.csv');
    expect(await importing(cohort.images, labels)).toMatchObject({
      code: 2,
      error: 'CSV_COLUMNS_UNKNOWN',
      says: expect.stringContaining('file, diagnosis') as string,
    });
  });

  it('leaves no workspace and no results behind, for an audit too', async () => {
    const out = fresh('out');
    const labels = writeLabels(work.folder, ['image_id,dx'], 'none.csv');
    await refused('audit', fresh('nowhere'), '--labels', labels, '--models', models, '--out', out);
    expect(existsSync(out)).toBe(false);
  });

  it('is a workspace that is not there', async () => {
    const folder = fresh('nowhere');
    expect(await refused('audit', '--workspace', folder)).toMatchObject({ code: 2, error: 'WORKSPACE_MISSING' });
    expect(existsSync(folder)).toBe(false);
  });
});

/** Rows and images of which each is refused for a reason of its own, beside one that is good. */
describe('rows and images that cannot be taken', PATIENCE, () => {
  const good = 'ISIC_good,nv';
  const cases = {
    'unknown-diagnosis,melanoma?': /row 3 \(unknown-diagnosis\): The diagnosis "melanoma\?" is none of the seven/,
    'twice,nv\ntwice,mel': /row 4 \(twice\): Rows 4, 5 name the same image and say different things/,
    '../escape,nv': /row 6 \(\.\.\/escape\): The id holds a path/,
    'truncated,nv': /row 7 \(truncated\): .*(cut|short|end|truncated)/i,
    'bomb,nv': /row 8 \(bomb\): .*pixels/,
    'vector,nv': /row 9 \(vector\): /,
    'missing,nv': /row 10 \(missing\): The directory has no image file of this name/,
  };
  let images: string;

  beforeAll(() => {
    images = fresh('hostile');
    mkdirSync(images);
    cpSync(imageFixture('baseline.jpg'), join(images, 'ISIC_good.jpg'));
    for (const id of ['unknown-diagnosis', 'twice']) cpSync(imageFixture('baseline.jpg'), join(images, `${id}.jpg`));
    copyFileSync(imageFixture('truncated.jpg'), join(images, 'truncated.jpg'));
    copyFileSync(imageFixture('svg-named.jpg'), join(images, 'vector.jpg'));
    // 64 million pixels.
    MADE['bomb-8000x8000.png']?.make(join(images, 'bomb.png'));
  });

  it('are left out and named with their reasons; the good ones are imported', async () => {
    const labels = writeLabels(work.folder, ['image_id,dx', good, ...Object.keys(cases)], 'mixed.csv');
    const workspace = fresh('workspace');
    const { code, out, err } = await run(['import', images, '--labels', labels, '--workspace', workspace]);
    expect(err).toContain('8 rows were refused and left out:');
    for (const reason of Object.values(cases)) expect(err).toMatch(reason);
    expect(out).toContain('Imported 1 cases');
    expect(code).toBe(0);
  });

  it.each(Object.keys(cases))('end the import with 2 where there is no good one: %j', async (rows) => {
    const labels = writeLabels(work.folder, ['image_id,dx', rows], `only-${String((made += 1))}.csv`);
    expect(await importing(images, labels)).toMatchObject({ code: 2, error: 'NOTHING_ACCEPTED' });
  });
});

describe('a place for results that cannot be written', PATIENCE, () => {
  it('is said before any work', async () => {
    const file = fresh('file');
    writeFileSync(file, 'of the person');
    expect(await auditing('--out', join(file, 'out'))).toMatchObject({ code: 2, error: 'OUT_NOT_WRITABLE' });
    expect(readFileSync(file, 'utf8')).toBe('of the person');
  });
});

describe('a model with one byte changed', PATIENCE, () => {
  it('is refused by name, and listed as refused', async () => {
    const workspace = fresh('workspace');
    const changed = join(workspace, 'models', 'tiny-pgd');
    cpSync(models.split(',')[1] ?? '', changed, { recursive: true });
    const weights = readFileSync(join(changed, 'weights.bin'));
    weights.writeUInt8(weights.readUInt8(100) ^ 1, 100);
    writeFileSync(join(changed, 'weights.bin'), weights);
    expect(await auditing('--models', changed)).toMatchObject({
      code: 2,
      error: 'MODEL_CHANGED',
      says: expect.stringContaining(
        `${changed} was refused: weights.bin is not the file that card.json describes`,
      ) as string,
    });
    const { code, out } = await run(['models', '--workspace', workspace]);
    expect(out).toContain('REFUSED: The model in');
    expect(code).toBe(1);
  });

  it('is one that is not there, too', async () => {
    expect(await auditing('--models', 'nobody')).toMatchObject({ code: 2, error: 'MODEL_UNKNOWN' });
  });
});

describe('results that would mix two folders', PATIENCE, () => {
  it('are refused: a workspace with other images, or with other labels', async () => {
    const workspace = fresh('workspace');
    await run(['import', cohort.images, '--labels', cohort.labels, '--workspace', workspace]);
    const [header, first = '', ...others] = readFileSync(cohort.labels, 'utf8').trim().split('\n');
    const fewer = writeLabels(work.folder, [header ?? '', first], 'fewer.csv');
    expect(await auditing('--workspace', workspace, '--labels', fewer)).toMatchObject({
      code: 2,
      error: 'WORKSPACE_HAS_OTHERS',
    });
    const relabelled = [header ?? '', first.replace(/,.*/, ',vasc'), ...others];
    const other = writeLabels(work.folder, relabelled, 'relabelled.csv');
    expect(await auditing('--workspace', workspace, '--labels', other)).toMatchObject({
      code: 2,
      error: 'LABELS_CHANGED',
    });
  });
});

describe('a file that is no audit', PATIENCE, () => {
  it('is not there', async () => {
    expect(await refused('verify', fresh('no.json'))).toMatchObject({ code: 2, error: 'FILE_UNREADABLE' });
  });

  it('is something else', async () => {
    const file = fresh('half.json');
    writeFileSync(file, '{"format": "epsiloscope.audit", ');
    appendFileSync(file, '"formatVersion"');
    const { code, out } = await run(['verify', file]);
    expect(out).toContain('FAIL  form: The file is not JSON');
    expect(code).toBe(1);
  });
});

describe('training data that is not parted', PATIENCE, () => {
  it('is refused', async () => {
    const train = await refused('train', '--data', cohort.images, '--recipe', 'standard', '--out', fresh('train'));
    expect(train).toMatchObject({ code: 2, error: 'SPLIT_MISSING' });
  });
});
