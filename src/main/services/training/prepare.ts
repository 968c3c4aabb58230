import { createHash } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import writeFileAtomic from 'write-file-atomic';
import { classIndexOf } from '../../../shared/domain/diagnosis.ts';
import { badInput, EpsiloscopeError, interrupted } from '../../../shared/kernel/errors.ts';
import { datasetIndexSchema, type DatasetIndex, type DatasetItem } from '../../engine/training/dataset.ts';
import { readImageFile, type ImageDecoder } from '../../imaging/index.ts';
import { hashOf } from '../../store/index.ts';
import { previewImport, type ImportPlan } from '../import/index.ts';

/** Side of the model input in pixels. */
const INPUT = 64;
/** Training pictures are wider than the input, so that views can be shifted, turned and zoomed without empty borders. */
const SOURCE = { height: 72, width: 96 };
const PREPROCESSING = { framing: 'centre-square', resize: 'lanczos3', colour: 'sRGB' } as const;

const IMAGES_AT_A_TIME = 4;

export interface PrepareControl {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/**
 * Decodes a folder of labelled images into the form that training reads, in `target`; does nothing when it is there
 * already. The folder holds `train.csv` and `val.csv` and the images, beside them or in `images/`. The given split
 * is kept, and refused when a lesion stands on both sides.
 *
 * @throws EpsiloscopeError `SPLIT_MISSING`, `SPLIT_LEAKS`, `TRAINING_DATA_REFUSED`, `INTERRUPTED`, those of the import
 */
export async function prepareTrainingData(
  data: string,
  target: string,
  decoder: ImageDecoder,
  control: PrepareControl,
): Promise<DatasetIndex> {
  const parts = await readSplit(data);
  const known = await readFile(join(target, 'dataset.json'), 'utf8').catch(() => null);
  const total = parts.train.images.length + parts.validation.images.length;
  const pictures = new Pictures(control, total);
  await mkdir(target, { recursive: true });
  if (known !== null) {
    const index = datasetIndexSchema.parse(JSON.parse(known));
    const same =
      index.train.length === parts.train.images.length && index.validation.length === parts.validation.images.length;
    if (same) return index;
  }
  const pixels = join(target, 'pixels.bin');
  const staged = `${pixels}.part`;
  try {
    const file = createWriteStream(staged, { flush: true });
    const train = await pictures.write(file, parts.train, (bytes, options) =>
      decoder.trainingInput({ bytes }, SOURCE, options),
    );
    const validation = await pictures.write(file, parts.validation, (bytes, options) =>
      decoder.modelInput({ bytes }, { height: INPUT, width: INPUT, preprocessing: PREPROCESSING }, options),
    );
    file.end();
    await finished(file);
    await rename(staged, pixels);
    const index: DatasetIndex = {
      format: 'epsiloscope.training-data',
      formatVersion: 1,
      name: parts.train.dialect === 'ham10000' ? 'HAM10000' : 'the folder given',
      input: INPUT,
      sourceHeight: SOURCE.height,
      sourceWidth: SOURCE.width,
      train,
      validation,
      manifestSha256: createHash('sha256')
        .update(JSON.stringify([train, validation]))
        .digest('hex'),
    };
    await writeFileAtomic(join(target, 'dataset.json'), JSON.stringify(index));
    return index;
  } finally {
    await rm(staged, { force: true });
  }
}

interface Split {
  readonly train: ImportPlan;
  readonly validation: ImportPlan;
}

async function readSplit(data: string): Promise<Split> {
  const images = existsSync(join(data, 'images')) ? join(data, 'images') : data;
  const [trainCsv, validationCsv] = [join(data, 'train.csv'), join(data, 'val.csv')];
  if (!existsSync(trainCsv) || !existsSync(validationCsv)) {
    throw badInput('SPLIT_MISSING', {
      happened: `${data} does not hold train.csv and val.csv.`,
      kept: 'Nothing was changed.',
      toDo: 'Part the labels into these two files by lesion, so that no lesion is learnt from and judged by at once.',
    });
  }
  const train = await previewImport(images, trainCsv);
  const validation = await previewImport(images, validationCsv);
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
      toDo: 'Correct or remove these rows: a model should be trained on exactly the data that its card names.',
    });
  }
  if (unlabelled > 0 || images.length === 0) {
    throw badInput('TRAINING_DATA_REFUSED', {
      happened:
        images.length === 0
          ? 'The training data names no image.'
          : `${unlabelled} rows of the training data have no diagnosis.`,
      kept: 'Nothing was changed.',
      toDo: 'Give every image of train.csv and val.csv a diagnosis.',
    });
  }
}

function refuseLeak(train: ImportPlan, validation: ImportPlan): void {
  const lesions = new Set(train.images.map(lesionOf));
  const shared = validation.images.filter((image) => lesions.has(lesionOf(image)));
  if (shared.length === 0) return;
  throw badInput('SPLIT_LEAKS', {
    happened: `${shared.length} images of val.csv show lesions that are in train.csv as well (the first: ${shared[0]?.label.imageId ?? ''}).`,
    kept: 'Nothing was changed.',
    toDo: 'Part the data by lesion: all images of a lesion into one of the two files.',
  });
}

const lesionOf = ({ label }: ImportPlan['images'][number]): string => label.facts.lesionId ?? `image ${label.imageId}`;

type Decode = (bytes: Uint8Array, options: { signal?: AbortSignal }) => Promise<Uint8Array>;

/** Decodes the images of a plan, a few at a time, and writes their pixels in the order of the plan. */
class Pictures {
  readonly #control: PrepareControl;
  readonly #total: number;
  #done = 0;

  constructor(control: PrepareControl, total: number) {
    this.#control = control;
    this.#total = total;
  }

  async write(file: NodeJS.WritableStream, plan: ImportPlan, decode: Decode): Promise<DatasetItem[]> {
    const items: DatasetItem[] = [];
    const { signal, onProgress } = this.#control;
    for (let from = 0; from < plan.images.length; from += IMAGES_AT_A_TIME) {
      if (signal?.aborted === true)
        throw interrupted('Nothing of the preparation is kept.', 'Run the same command again.');
      const some = plan.images.slice(from, from + IMAGES_AT_A_TIME);
      const decoded = await Promise.all(
        some.map((image) => decodeOne(plan.directory, image, decode, signal ? { signal } : {})),
      );
      for (const { pixels, item } of decoded) {
        if (!file.write(pixels)) await new Promise<void>((resolve) => file.once('drain', resolve));
        items.push(item);
      }
      this.#done += some.length;
      onProgress?.({ done: this.#done, total: this.#total });
    }
    return items;
  }
}

async function decodeOne(
  directory: string,
  { label, fileName }: ImportPlan['images'][number],
  decode: Decode,
  options: { signal?: AbortSignal },
): Promise<{ pixels: Uint8Array; item: DatasetItem }> {
  const { dx, lesionId } = label.facts;
  try {
    const bytes = await readImageFile(join(directory, fileName));
    const pixels = await decode(bytes, options);
    const item = {
      sha256: hashOf(bytes),
      lesion: lesionId ?? label.imageId,
      label: dx === null ? 0 : classIndexOf(dx),
    };
    return { pixels, item };
  } catch (error) {
    if (!(error instanceof EpsiloscopeError) || error.kind !== 'badInput') throw error;
    throw badInput('TRAINING_DATA_REFUSED', {
      happened: `${label.imageId} cannot be used: ${error.explanation.happened}`,
      kept: 'Nothing was changed.',
      toDo: 'Repair or remove the image and its row, then run the same command again.',
    });
  }
}
