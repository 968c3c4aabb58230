import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isDeepStrictEqual } from 'node:util';
import writeFileAtomic from 'write-file-atomic';
import { classIndexOf } from '../../../shared/domain/diagnosis.ts';
import { badInput, EpsiloscopeError, failed, interrupted } from '../../../shared/kernel/errors.ts';
import { pixelBytes, readIndex, type DatasetIndex, type DatasetItem } from '../../engine/training/dataset.ts';
import { REFERENCE_SIZE } from '../../engine/training/recipes.ts';
import { readImageFile, type ImageDecoder } from '../../imaging/index.ts';
import { hashOf } from '../../store/index.ts';
import type { ImportPlan } from '../import/index.ts';
import { findPart } from '../splits/index.ts';

/**
 * Size of the training pictures for a model input of this side: wider and higher, so that views can be shifted, turned and
 * zoomed without empty borders.
 *
 * @param input a multiple of 8
 */
export const sourceSize = (input: number): { height: number; width: number } => ({
  height: (input * 9) / 8,
  width: (input * 3) / 2,
});

const PREPROCESSING = { framing: 'centre-square', resize: 'lanczos3', colour: 'sRGB' } as const;

const IMAGES_AT_A_TIME = 4;

export interface PrepareControl {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

export interface PrepareOptions {
  /** Side of the model input in pixels; default: that of the recipes. */
  readonly input?: number;
  /** The list that parts the official HAM10000, see `findPart`; default: none. */
  readonly splitList?: string | null;
}

/**
 * Decodes a folder of labelled images into the form that training reads, in `target`. What lies there already is used
 * where it was made of the very same images, labels and lesions, and made anew otherwise. The folder holds `train.csv`
 * and `val.csv`, or the official HAM10000, as `findPart` says. The given split is kept, and refused when a lesion or a
 * picture stands on both sides.
 *
 * @throws EpsiloscopeError `SPLIT_LEAKS`, `TRAINING_DATA_REFUSED`, `INTERRUPTED`, `DISK_FULL`, those of `findPart` and the import
 */
export async function prepareTrainingData(
  data: string,
  target: string,
  decoder: ImageDecoder,
  control: PrepareControl,
  options: PrepareOptions = {},
): Promise<DatasetIndex> {
  const { split, index } = await readTrainingData(data, options);
  const { input } = index;
  if (await isPrepared(target, index)) return index;
  await mkdir(target, { recursive: true });
  const pixels = join(target, 'pixels.bin');
  const staged = `${pixels}.part`;
  try {
    await pipeline(decodeAll(split, input, decoder, control), createWriteStream(staged, { flush: true }));
    // An index of other data must at no time stand beside these pixels.
    await rm(join(target, 'dataset.json'), { force: true });
    await rename(staged, pixels);
    await writeFileAtomic(join(target, 'dataset.json'), JSON.stringify(index));
    return index;
  } catch (error) {
    throw explained(error, target);
  } finally {
    await rm(staged, { force: true });
  }
}

/**
 * What a card calls `dataSha256`: one hash over the images, labels and lesions that a training on this folder learns from.
 *
 * @throws EpsiloscopeError as `prepareTrainingData` does before it decodes
 */
export const trainingDataSha256 = async (data: string, options: PrepareOptions): Promise<string> =>
  (await readTrainingData(data, options)).index.manifestSha256;

async function readTrainingData(
  data: string,
  { input = REFERENCE_SIZE.input, splitList = null }: PrepareOptions,
): Promise<{ readonly split: Pictures; readonly index: DatasetIndex }> {
  const plans = await readSplit(data, splitList);
  const split = { train: await pictures(plans.train), validation: await pictures(plans.validation) };
  refuseSharedPictures(split);
  const name = plans.train.dialect === 'ham10000' ? 'HAM10000' : 'the folder given';
  return { split, index: indexOf(split, name, input) };
}

function indexOf(split: Pictures, name: string, input: number): DatasetIndex {
  const source = sourceSize(input);
  const train = split.train.map(({ item }) => item);
  const validation = split.validation.map(({ item }) => item);
  return {
    format: 'epsiloscope.training-data',
    formatVersion: 1,
    name,
    input,
    sourceHeight: source.height,
    sourceWidth: source.width,
    train,
    validation,
    manifestSha256: hashOf(JSON.stringify([train, validation])),
  };
}

/** The hash of every image is part of the index: equal indices are equal data. */
async function isPrepared(target: string, index: DatasetIndex): Promise<boolean> {
  const known = await readIndex(target);
  if (known === null || !isDeepStrictEqual(known, index)) return false;
  const size = await stat(join(target, 'pixels.bin')).then(
    (facts) => facts.size,
    () => -1,
  );
  return size === pixelBytes(index);
}

interface Split {
  readonly train: ImportPlan;
  readonly validation: ImportPlan;
}

async function readSplit(data: string, splitList: string | null): Promise<Split> {
  const found = { train: await findPart(data, 'train', splitList), validation: await findPart(data, 'val', splitList) };
  const train = await found.train.read();
  const validation = await found.validation.read();
  for (const plan of [train, validation]) refuseIncomplete(plan);
  refuseLeak(train, validation);
  return { train, validation };
}

function refuseIncomplete({ refused, unlabelled, images }: ImportPlan): void {
  const [first] = refused;
  if (first) {
    throw badInput('TRAINING_DATA_REFUSED', {
      happened: `${refused.length} rows of the training data cannot be used; the first is row ${first.row} (${first.imageId}): ${first.reason}`,
      kept: 'Nothing was changed.',
      toDo: 'Correct these rows, or remove them where the folder has CSV files of its own: a model should be trained on exactly the data that its card names.',
    });
  }
  if (unlabelled > 0 || images.length === 0) {
    throw badInput('TRAINING_DATA_REFUSED', {
      happened:
        images.length === 0
          ? 'The training data names no image.'
          : `${unlabelled} rows of the training data have no diagnosis.`,
      kept: 'Nothing was changed.',
      toDo: 'Give every image of the train and the val part a diagnosis.',
    });
  }
}

/** A picture under two names would be learnt from and judged by as well, whatever the lesions say. */
function refuseSharedPictures({ train, validation }: Pictures): void {
  const learnt = new Set(train.map(({ item }) => item.sha256));
  refuseShared(
    validation.filter(({ item }) => learnt.has(item.sha256)).map(({ imageId }) => imageId),
    'are pictures that the train part has as well, under another name',
  );
}

function refuseLeak(train: ImportPlan, validation: ImportPlan): void {
  const lesions = new Set(train.images.map(lesionOf));
  refuseShared(
    validation.images.filter((image) => lesions.has(lesionOf(image))).map(({ label }) => label.imageId),
    'show lesions that are in the train part as well',
  );
}

function refuseShared(imageIds: readonly string[], how: string): void {
  const [first] = imageIds;
  if (first === undefined) return;
  throw badInput('SPLIT_LEAKS', {
    happened: `${imageIds.length} images of the val part ${how} (the first: ${first}).`,
    kept: 'Nothing was changed.',
    toDo: 'Part the data by lesion: all images of a lesion into one of the two parts.',
  });
}

const lesionOf = ({ label }: ImportPlan['images'][number]): string => label.facts.lesionId ?? `image ${label.imageId}`;

/** An image of the data, read once to know its hash. */
interface Picture {
  readonly imageId: string;
  readonly path: string;
  readonly item: DatasetItem;
}

interface Pictures {
  readonly train: readonly Picture[];
  readonly validation: readonly Picture[];
}

async function pictures({ images }: ImportPlan): Promise<Picture[]> {
  const all: Picture[] = [];
  for (const { label, path } of images) {
    const { imageId, facts } = label;
    const sha256 = await refusingAs(imageId, async () => hashOf(await readImageFile(path)));
    const item = {
      sha256,
      lesion: facts.lesionId ?? imageId,
      label: facts.dx === null ? 0 : classIndexOf(facts.dx),
    };
    all.push({ imageId, path, item });
  }
  return all;
}

/** The pixels of all pictures in their order, decoded a few at a time. */
async function* decodeAll(
  { train, validation }: Pictures,
  side: number,
  decoder: ImageDecoder,
  { signal, onProgress }: PrepareControl,
): AsyncGenerator<Uint8Array> {
  const options = signal ? { signal } : {};
  const input = { height: side, width: side, preprocessing: PREPROCESSING };
  const source = sourceSize(side);
  const work = [
    ...train.map((picture) => () => decode(picture, (bytes) => decoder.trainingInput({ bytes }, source, options))),
    ...validation.map((picture) => () => decode(picture, (bytes) => decoder.modelInput({ bytes }, input, options))),
  ];
  for (let done = 0; done < work.length;) {
    if (signal?.aborted === true) {
      throw interrupted('Nothing of the preparation is kept.', 'Run the same command again.');
    }
    const decoded = await Promise.all(work.slice(done, done + IMAGES_AT_A_TIME).map((start) => start()));
    yield* decoded;
    done += decoded.length;
    onProgress?.({ done, total: work.length });
  }
}

const decode = (picture: Picture, decoding: (bytes: Uint8Array) => Promise<Uint8Array>) =>
  refusingAs(picture.imageId, async () => decoding(await unchangedBytes(picture)));

async function unchangedBytes({ imageId, path, item }: Picture): Promise<Buffer> {
  const bytes = await readImageFile(path);
  if (hashOf(bytes) === item.sha256) return bytes;
  throw refusedImage(imageId, 'the file changed while it was read.');
}

async function refusingAs<T>(imageId: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isRefusal = error instanceof EpsiloscopeError && error.kind === 'badInput' && error.code.startsWith('IMAGE_');
    throw isRefusal ? refusedImage(imageId, error.explanation.happened) : error;
  }
}

const refusedImage = (imageId: string, reason: string) =>
  badInput('TRAINING_DATA_REFUSED', {
    happened: `${imageId} cannot be used: ${reason}`,
    kept: 'Nothing was changed.',
    toDo: 'Repair or remove the image and its row, then run the same command again.',
  });

function explained(error: unknown, target: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  const explanation = {
    happened: `The disk that holds ${target} is full.`,
    kept: 'The original images and labels; nothing of the preparation.',
    toDo: 'Free some space (20 KiB an image at 64x64 pixels, 45 at 96x96), then run the same command again.',
  };
  return failed('DISK_FULL', explanation, { cause: error });
}
