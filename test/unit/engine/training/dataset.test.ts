import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  drawItems,
  openTrainingSet,
  validationSubset,
  type DatasetItem,
} from '../../../../src/main/engine/training/dataset.ts';
import { CLASS_COUNT } from '../../../../src/shared/domain/diagnosis.ts';
import { writeTrainingData } from '../../../support/trainingData.ts';

/** `counts[k]` pictures of class k. */
const itemsOf = (counts: readonly number[]): DatasetItem[] =>
  counts.flatMap((count, label) =>
    Array.from({ length: count }, (_, at) => ({
      sha256: (label * 10_000 + at).toString(16).padStart(64, '0'),
      lesion: `${label} ${at}`,
      label,
    })),
  );

const SKEWED = itemsOf([3, 5, 10, 1, 11, 67, 3]);

const perClass = (items: readonly DatasetItem[], drawn: readonly number[]): number[] =>
  Array.from({ length: CLASS_COUNT }, (_, label) => drawn.filter((item) => items[item]?.label === label).length);

describe('the items of a training step', () => {
  it('are a function of seed and step alone', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (seed, step) => {
        expect(drawItems(SKEWED, 0.1, 16, seed, step)).toEqual(drawItems(SKEWED, 0.1, 16, seed, step));
      }),
      { numRuns: 20 },
    );
    const drawn = drawItems(SKEWED, 0.1, 16, 1, 1);
    expect(drawItems(SKEWED, 0.1, 16, 2, 1)).not.toEqual(drawn);
    expect(drawItems(SKEWED, 0.1, 16, 1, 2)).not.toEqual(drawn);
  });

  it('begin alike in a smaller batch of the same step', () => {
    expect(drawItems(SKEWED, 0.1, 64, 1, 5).slice(0, 8)).toEqual(drawItems(SKEWED, 0.1, 8, 1, 5));
  });

  it('come from every class equally often at power 0', () => {
    const counts = perClass(SKEWED, drawItems(SKEWED, 0, 7000, 1, 1));
    // A binomial count of 7000 with share 1/7 has a standard deviation of 29.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(5 * 29);
  });

  it('come from each class as often as it occurs at power 1', () => {
    const counts = perClass(SKEWED, drawItems(SKEWED, 1, 10_000, 1, 1));
    [300, 500, 1000, 100, 1100, 6700, 300].forEach((expected, label) => {
      expect(Math.abs((counts[label] ?? 0) - expected)).toBeLessThan(5 * Math.sqrt(expected));
    });
  });

  it('name items that are there, also where classes are missing', () => {
    const items = itemsOf([0, 2, 0, 0, 1]);
    expect(new Set(drawItems(items, 0.1, 100, 3, 0))).toEqual(new Set([0, 1, 2]));
  });
});

describe('the part of the validation set for the robust check', () => {
  it('holds at most so many of each class, in their order', () => {
    const subset = validationSubset(SKEWED, 5, 1);
    expect(perClass(SKEWED, subset)).toEqual([3, 5, 5, 1, 5, 5, 3]);
    expect(subset).toEqual([...subset].sort((a, b) => a - b));
  });

  it('holds the same pictures in whatever order the items come', () => {
    const chosen = (items: readonly DatasetItem[]) =>
      new Set(validationSubset(items, 4, 9).map((item) => items[item]?.sha256));
    expect(chosen([...SKEWED].reverse())).toEqual(chosen(SKEWED));
  });

  it('depends on the seed', () => {
    expect(validationSubset(SKEWED, 5, 2)).not.toEqual(validationSubset(SKEWED, 5, 1));
  });
});

describe('a prepared training set', () => {
  async function prepared(): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'epsiloscope-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    await writeTrainingData(directory, { train: 2, validation: 1 });
    return directory;
  }

  it('gives each picture its own pixels', async () => {
    const set = await openTrainingSet(await prepared());
    const { index } = set;
    expect([index.train.length, index.validation.length]).toEqual([14, 7]);
    const pictures = index.train.map((_, item) => Buffer.from(set.trainPicture(item).pixels).toString('hex'));
    const inputs = index.validation.map((_, item) => Buffer.from(set.validationPixels(item)).toString('hex'));
    expect(new Set([...pictures, ...inputs]).size).toBe(21);
    expect(set.trainPicture(13).pixels.length).toBe(18 * 24 * 3);
    expect(set.validationPixels(6).length).toBe(16 * 16 * 3);
  });

  const damaged = { code: 'TRAINING_DATA_DAMAGED' };

  it.each([
    ['cut short', (at: string) => truncate(join(at, 'pixels.bin'), 1000)],
    ['longer than described', (at: string) => truncate(join(at, 'pixels.bin'), 100_000)],
    ['without pixels', (at: string) => rm(join(at, 'pixels.bin'))],
    ['without an index', (at: string) => rm(join(at, 'dataset.json'))],
    ['with an index that is no JSON', (at: string) => truncate(join(at, 'dataset.json'), 10)],
    ['with an index of something else', (at: string) => writeFile(join(at, 'dataset.json'), '{"format":"other"}')],
  ])('is refused %s', async (_, damage) => {
    const directory = await prepared();
    await damage(directory);
    await expect(openTrainingSet(directory)).rejects.toMatchObject(damaged);
  });
});
