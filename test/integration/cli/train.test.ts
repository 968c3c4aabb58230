import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeOfficialHam10000 } from '../../support/officialHam10000.ts';
import { PATIENCE, run, someImages, start, workFolder, writeLabels } from './support.ts';

const work = workFolder();
afterAll(work.remove);

const data = join(work.folder, 'data');
const out = join(work.folder, 'out');
const train = (epochs: string, to = out) => [
  ...['train', '--data', data, '--recipe', 'standard', '--epochs', epochs, '--out', to, '--id', 'small'],
];
/** The backend that a person would get here: the reference network is too large for a test on another. */
const NATIVE = {};

beforeAll(() => {
  const { images } = someImages(data, 6);
  expect(images).toBe(join(data, 'images'));
  const row = (id: string, at: number) => `${id},${at % 2 === 0 ? 'mel' : 'nv'}`;
  const ids = readdirSync(images)
    .sort()
    .map((name) => name.replace('.jpg', ''));
  writeLabels(data, ['image_id,dx', ...ids.slice(0, 4).map(row)], 'train.csv');
  writeLabels(data, ['image_id,dx', ...ids.slice(4).map(row)], 'val.csv');
});

describe('epsiloscope train', PATIENCE, () => {
  it('leaves a model with its card, which the other commands take', async () => {
    const trained = await run([...train('1'), '--json'], NATIVE);
    expect(trained.err).toMatch(/epoch 1: loss \d+\.\d+, balanced accuracy on val/);
    expect(trained.code).toBe(0);
    expect(JSON.parse(trained.out)).toEqual({ directory: join(out, 'small') });

    const again = await run(train('1'), NATIVE);
    expect(again.err).toContain('(MODEL_EXISTS)');
    expect(again.code).toBe(2);
  });

  it("takes HAM10000 as it is downloaded, parted by the product's list", async () => {
    const folder = join(work.folder, 'official');
    const images = readdirSync(join(data, 'images')).map((name) => readFileSync(join(data, 'images', name)));
    const [bytes = Buffer.alloc(0)] = images;
    // One of the list's 5,961 images to learn from; the others are missed.
    writeOfficialHam10000(folder, [{ id: 'ISIC_0024306', dx: 'nv', part: null, half: 1, bytes }]);
    const { code, err } = await run(['train', '--data', folder, '--recipe', 'standard', '--out', join(folder, 'out')]);
    expect(err).toContain(`5960 images of the train part are not in ${folder}: ISIC_`);
    expect(err).not.toContain('ISIC_0024306');
    expect(code).toBe(2);
  });

  it.skipIf(process.platform === 'win32')('stops on Ctrl-C with 130, and goes on from its checkpoint', async () => {
    const to = join(work.folder, 'long');
    const first = start(train('500', to), NATIVE);
    await first.said(/epoch 1: /);
    first.kill('SIGINT');
    const { code, err } = await first.finished;
    expect(err).toContain('Kept: The last checkpoint');
    expect(code).toBe(130);

    const second = start(train('500', to), NATIVE);
    await second.said(/Going on from the checkpoint at epoch/);
    second.kill('SIGINT');
    expect((await second.finished).code).toBe(130);
  });
});
