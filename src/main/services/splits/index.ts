/** The parts of a data set, and how they lie in a folder: CSV files of their own, or HAM10000 as it is downloaded. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { badInput } from '../../../shared/kernel/errors.ts';
import { imageFiles, previewImport, type ImportPlan } from '../import/index.ts';

/** To learn from, to choose by, and to judge by. */
export const PARTS = ['train', 'val', 'test'] as const;
export type DataPart = (typeof PARTS)[number];

/** A part of a data set that was found; nothing of what it says of its images has been read. */
export interface FoundPart {
  /** The file that says which images are part of it. */
  readonly namedBy: string;
  /**
   * Reads the labels and matches them with the files; no image is opened.
   *
   * @throws EpsiloscopeError `SPLIT_INCOMPLETE` where the metadata lack an image of the list, and those of `previewImport`
   */
  readonly read: (signal?: AbortSignal) => Promise<ImportPlan>;
}

/**
 * Finds a part of the data in a folder: `train.csv`, `val.csv`, `test.csv`; or, where none of the three is there, the
 * official HAM10000 (metadata and images as they are downloaded), parted by the list. The images lie in `images/`, in
 * HAM10000's two folders, or beside the CSV.
 *
 * @param splitList a CSV `image_id,split` that parts HAM10000; null: the folder must have CSV files of its own
 * @throws EpsiloscopeError `SPLIT_MISSING`, `SPLIT_INCOMPLETE` where the list names images that have no file, and those of
 * `imageFiles`
 */
export async function findPart(folder: string, part: DataPart, splitList: string | null): Promise<FoundPart> {
  const csv = join(folder, `${part}.csv`);
  const names = (await readdir(folder).catch(() => [])).sort();
  if (existsSync(csv)) {
    const read = (signal?: AbortSignal) => previewImport(folder, csv, signal, { folders: imageFolders(names) });
    return { namedBy: csv, read };
  }
  const metadata = PARTS.some((one) => names.includes(`${one}.csv`)) ? undefined : metadataAmong(names);
  if (metadata === undefined || splitList === null) throw missing(folder, part);
  return official({ folder, metadata: join(folder, metadata), folders: imageFolders(names) }, part, splitList);
}

interface OfficialLayout {
  readonly folder: string;
  readonly metadata: string;
  /** In `folder`, those that hold the images. */
  readonly folders: readonly string[];
}

/** Which files are there is looked up by the ids alone: whether the part is whole is known before a label is read. */
async function official(
  { folder, metadata, folders }: OfficialLayout,
  part: DataPart,
  splitList: string,
): Promise<FoundPart> {
  const only = idsOf(await readFile(splitList, 'utf8'), part);
  const files = await imageFiles(folder, folders);
  refuseMissing(
    [...only].filter((id) => !files.has(id)),
    `images of the ${part} part are not in ${folder}`,
    'Everything; nothing was begun.',
  );
  const read = async (signal?: AbortSignal) => {
    const plan = await previewImport(folder, metadata, signal, { folders, only });
    const told = new Set([...plan.images.map(({ label }) => label.imageId), ...plan.refused.map((row) => row.imageId)]);
    refuseMissing(
      [...only].filter((id) => !told.has(id)),
      `images of the ${part} part have no row in ${metadata}`,
      'The look, in its log, if it was one at the test split; no attack was begun.',
    );
    return plan;
  };
  return { namedBy: splitList, read };
}

/** As Kaggle has it; as Dataverse has it, tabular or, without an extension, the original. */
const METADATA = [/^ham10000_metadata\.csv$/i, /^ham10000_metadata\.tab$/i, /^ham10000_metadata$/i];

const metadataAmong = (names: readonly string[]): string | undefined =>
  METADATA.map((form) => names.find((name) => form.test(name))).find((name) => name !== undefined);

/** Kaggle has each of the two folders twice, in capitals and in small letters, with the same images: one of each serves. */
function imageFolders(names: readonly string[]): readonly string[] {
  const images = names.find((name) => name.toLowerCase() === 'images');
  if (images !== undefined) return [images];
  const halves = [/^ham10000_images_part_?1$/i, /^ham10000_images_part_?2$/i];
  const found = halves.flatMap((half) => names.filter((name) => half.test(name)).slice(0, 1));
  return found.length > 0 ? found : [''];
}

const listSchema = z.array(z.strictObject({ image_id: z.string(), split: z.enum(PARTS) }));

const idsOf = (splitList: string, part: DataPart): ReadonlySet<string> =>
  new Set(
    listSchema
      .parse(parse(splitList, { columns: true }))
      .filter(({ split }) => split === part)
      .map((row) => row.image_id),
  );

const NAMES_SHOWN = 10;

function refuseMissing(ids: readonly string[], what: string, kept: string): void {
  if (ids.length === 0) return;
  const more = ids.length > NAMES_SHOWN ? ` and ${ids.length - NAMES_SHOWN} more` : '';
  throw badInput('SPLIT_INCOMPLETE', {
    happened: `${ids.length} ${what}: ${ids.slice(0, NAMES_SHOWN).join(', ')}${more}.`,
    kept,
    toDo: 'Put both halves of the images and the whole metadata of HAM10000 into the folder: a part that lacks images is another data set.',
  });
}

const missing = (folder: string, part: DataPart) =>
  badInput('SPLIT_MISSING', {
    happened: `${folder} does not hold ${part}.csv, and is no HAM10000 as it is downloaded.`,
    kept: 'Nothing was changed.',
    toDo: 'Name a folder with HAM10000_metadata.csv and the images in HAM10000_images_part_1 and _2; or part your labels by lesion into train.csv, val.csv and test.csv, the images beside them or in images/.',
  });
