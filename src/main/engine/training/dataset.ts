import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { sha256Schema } from '../../../shared/contract/modelCard.ts';
import { CLASS_COUNT, type ClassIndex } from '../../../shared/domain/diagnosis.ts';
import { failed } from '../../../shared/kernel/errors.ts';
import { randomStream } from '../randomness.ts';
import type { Picture } from './augment.ts';

const itemSchema = z.strictObject({
  sha256: sha256Schema,
  lesion: z.string(),
  label: z
    .int()
    .min(0)
    .max(CLASS_COUNT - 1),
});

/**
 * `dataset.json` of a prepared training set. Beside it lies `pixels.bin`: 8-bit RGB, first the training pictures
 * (`sourceHeight` x `sourceWidth`, wider than the model input so that views can be cut from them), then the validation
 * inputs (`input` x `input`, exactly what the model will see).
 */
export const datasetIndexSchema = z.strictObject({
  format: z.literal('epsiloscope.training-data'),
  formatVersion: z.literal(1),
  name: z.string(),
  input: z.int().positive(),
  sourceHeight: z.int().positive(),
  sourceWidth: z.int().positive(),
  train: z.array(itemSchema),
  validation: z.array(itemSchema),
  /** SHA-256 over the images' hashes, labels, lesions and parts: what was learnt from. */
  manifestSha256: sha256Schema,
});
export type DatasetIndex = z.infer<typeof datasetIndexSchema>;
export type DatasetItem = z.infer<typeof itemSchema>;

export interface TrainingSet {
  readonly index: DatasetIndex;
  trainPicture(item: number): Picture;
  validationPixels(item: number): Uint8Array;
}

/**
 * Reads a prepared training set whole into memory (20 KiB an image at 64x64 inputs).
 *
 * @throws EpsiloscopeError `TRAINING_DATA_DAMAGED`
 */
export async function openTrainingSet(directory: string): Promise<TrainingSet> {
  const index = await readIndex(directory);
  if (index === null) throw damaged(`${join(directory, 'dataset.json')} is missing or no index`);
  const { sourceHeight: height, sourceWidth: width, input } = index;
  const trainBytes = height * width * 3;
  const validationBytes = input * input * 3;
  const pixels = await readExactly(join(directory, 'pixels.bin'), pixelBytes(index));
  const firstValidation = index.train.length * trainBytes;
  return {
    index,
    trainPicture: (item) => ({ height, width, pixels: pixels.subarray(item * trainBytes, (item + 1) * trainBytes) }),
    validationPixels: (item) => {
      const from = firstValidation + item * validationBytes;
      return pixels.subarray(from, from + validationBytes);
    },
  };
}

/** The index of a prepared training set; null where there is none that can be read. */
export async function readIndex(directory: string): Promise<DatasetIndex | null> {
  try {
    return datasetIndexSchema.parse(JSON.parse(await readFile(join(directory, 'dataset.json'), 'utf8')));
  } catch {
    return null;
  }
}

/** Bytes of `pixels.bin`. */
export const pixelBytes = ({ train, validation, sourceHeight, sourceWidth, input }: DatasetIndex): number =>
  train.length * sourceHeight * sourceWidth * 3 + validation.length * input * input * 3;

/** `readFile` refuses files over 2 GiB; a prepared set may be larger. */
async function readExactly(file: string, size: number): Promise<Uint8Array> {
  const wrong = damaged(`${file} does not hold the ${size} bytes that dataset.json describes`);
  const pixels = new Uint8Array(size);
  let filled = 0;
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      if (filled + chunk.length > size) throw wrong;
      pixels.set(chunk, filled);
      filled += chunk.length;
    }
  } catch {
    throw wrong;
  }
  if (filled !== size) throw wrong;
  return pixels;
}

const damaged = (how: string) =>
  failed('TRAINING_DATA_DAMAGED', {
    happened: `The prepared training data is damaged: ${how}.`,
    kept: 'The original images and labels.',
    toDo: 'Delete that folder and run the training command again; it prepares the data anew.',
  });

/**
 * Draws the training items of one step: first a class (rare ones more often than they come), then one of its images.
 * A pure function of seed and step.
 *
 * @param power 0 draws every class equally often, 1 as often as it occurs
 */
export function drawItems(
  items: readonly DatasetItem[],
  power: number,
  count: number,
  seed: number,
  step: number,
): number[] {
  const byClass = itemsByClass(items);
  const present = [...byClass.entries()].sort(([a], [b]) => a - b);
  const shares = classShares(
    present.map(([, members]) => members.length),
    power,
  );
  const random = randomStream(seed, 'items', step);
  return Array.from({ length: count }, () => {
    let rest = random.next();
    const chosen = shares.findIndex((share) => (rest -= share) < 0);
    const members = present.at(chosen)?.[1] ?? [];
    return members[random.integer(members.length)] ?? 0;
  });
}

/**
 * How often each class is drawn.
 *
 * @param counts images of each class
 */
export function classShares(counts: readonly number[], power: number): number[] {
  const weights = counts.map((count) => count ** power);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** A fixed part of the validation set with at most `perClass` images of each class, for the costly robust check. */
export function validationSubset(items: readonly DatasetItem[], perClass: number, seed: number): number[] {
  return [...itemsByClass(items).values()]
    .flatMap((members) => {
      const ranked = members.map((item) => ({
        item,
        rank: randomStream(seed, 'validation', items[item]?.sha256 ?? '').next(),
      }));
      return ranked.sort((a, b) => a.rank - b.rank).slice(0, perClass);
    })
    .map(({ item }) => item)
    .sort((a, b) => a - b);
}

function itemsByClass(items: readonly DatasetItem[]): Map<ClassIndex, number[]> {
  const byClass = new Map<ClassIndex, number[]>();
  items.forEach(({ label }, item) => {
    const members = byClass.get(label as ClassIndex);
    if (members) members.push(item);
    else byClass.set(label as ClassIndex, [item]);
  });
  return byClass;
}
