import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { DIAGNOSES, type Diagnosis } from '../../../shared/domain/diagnosis.ts';
import { badInput } from '../../../shared/kernel/errors.ts';
import { NOTHING_KNOWN, type DialectId } from './dialects.ts';
import { problemOfId, readLabels, type LabelledImage, type Labels } from './labels.ts';
import { refusal, type Refusal } from './refusal.ts';

const IMAGE_EXTENSIONS = new Set(['.jpg', '.jpeg', '.png', '.tif', '.tiff', '.bmp', '.webp']);

export interface PlannedImage {
  readonly label: LabelledImage;
  /** As the person knows it; with `/` where it lies in a folder of what was chosen. */
  readonly fileName: string;
  /** Where it lies. */
  readonly path: string;
}

/** A file as the person knows it, and where it lies: files that a page sent lie under names of the program's own. */
export interface ListedFile {
  readonly fileName: string;
  readonly path: string;
}

/** What an import of a directory would do, shown to the person before it is done. No image has been opened. */
export interface ImportPlan {
  /** `none`: there is no CSV, and every image is taken without a label. */
  readonly dialect: DialectId | 'none';
  /** Rows of the CSV but its header. */
  readonly rows: number;
  readonly repeatedRows: number;
  /** In the order of the CSV. */
  readonly images: readonly PlannedImage[];
  readonly perDiagnosis: Readonly<Record<Diagnosis, number>>;
  readonly unlabelled: number;
  /** In the order of the rows. */
  readonly refused: readonly Refusal[];
  /** Image files in the directory that the CSV does not name; they are left alone. */
  readonly unnamedFiles: number;
}

/** What is taken of a directory and its CSV. */
export interface ImportScope {
  /** Folders of the directory that hold the images; unless given, it holds them itself, and its folders are left alone. */
  readonly folders?: readonly string[];
  /** Ids of images; rows of others are left aside. Unless given, all rows are read. */
  readonly only?: ReadonlySet<string>;
}

/**
 * Reads the CSV and the names in the directory, and matches them: an image id is a file's name without its extension. Ids
 * are only looked up among the names found, and never become a path.
 *
 * @throws EpsiloscopeError `FOLDER_UNREADABLE`, `FOLDER_WITHOUT_IMAGES`, and those of `readLabels`
 */
export async function previewImport(
  directory: string,
  labelsCsv: string,
  signal?: AbortSignal,
  { folders, only }: ImportScope = {},
): Promise<ImportPlan> {
  const files = await imageFiles(directory, folders);
  const listed = [...files].map(([id, names]): [string, ListedFile[]] => [
    id,
    names.map((fileName) => ({ fileName, path: join(directory, fileName) })),
  ]);
  return planOf(new Map(listed), await readLabels(labelsCsv, signal, only), only);
}

/**
 * The same of files that are listed one by one.
 *
 * @param labelsCsv path of the CSV; null: every image is taken, without a label
 * @throws EpsiloscopeError `FOLDER_WITHOUT_IMAGES`, and those of `readLabels`
 */
export async function previewFiles(
  files: readonly ListedFile[],
  labelsCsv: string | null,
  signal?: AbortSignal,
): Promise<ImportPlan> {
  const byId = new Map<string, ListedFile[]>();
  for (const file of files) {
    const id = imageIdOf(file.fileName);
    if (id !== null) byId.set(id, [...(byId.get(id) ?? []), file]);
  }
  if (byId.size === 0) throw withoutImages('what was chosen');
  return planOf(byId, labelsCsv === null ? unlabelled(byId) : await readLabels(labelsCsv, signal));
}

/** Every image by the name of its file, nothing known of it. */
function unlabelled(files: ReadonlyMap<string, readonly ListedFile[]>): Omit<Labels, 'dialect'> & { dialect: 'none' } {
  const images: LabelledImage[] = [];
  const refused: Refusal[] = [];
  for (const imageId of [...files.keys()].sort()) {
    const problem = problemOfId(0, imageId);
    if (problem === undefined) images.push({ row: 0, imageId, facts: NOTHING_KNOWN });
    else refused.push(problem);
  }
  return { dialect: 'none', images, refused, repeatedRows: 0, rows: 0 };
}

function planOf(
  files: ReadonlyMap<string, readonly ListedFile[]>,
  labels: Omit<Labels, 'dialect'> & Pick<ImportPlan, 'dialect'>,
  only?: ReadonlySet<string>,
): ImportPlan {
  const images: PlannedImage[] = [];
  const refused = [...labels.refused];
  for (const label of labels.images) {
    const found = match(label, files.get(label.imageId) ?? []);
    if ('code' in found) refused.push(found);
    else images.push(found);
  }
  // A file of another part is named by the CSV as well.
  const isElsewhere = (id: string) => only?.has(id) === false;
  const named = new Set([...labels.images, ...labels.refused].map(({ imageId }) => imageId));
  return {
    dialect: labels.dialect,
    rows: labels.rows,
    repeatedRows: labels.repeatedRows,
    images,
    perDiagnosis: countDiagnoses(images),
    unlabelled: images.filter(({ label }) => label.facts.dx === null).length,
    refused: refused.sort((left, right) => left.row - right.row),
    unnamedFiles: [...files].reduce(
      (sum, [id, names]) => sum + (named.has(id) || isElsewhere(id) ? 0 : names.length),
      0,
    ),
  };
}

function match(label: LabelledImage, [file, ...others]: readonly ListedFile[]): PlannedImage | Refusal {
  const refuse = (code: string, reason: string) => refusal(label.row, label.imageId, code, reason);
  if (file === undefined) return refuse('FILE_MISSING', 'The directory has no image file of this name.');
  if (others.length === 0) return { label, ...file };
  return refuse('FILE_AMBIGUOUS', `The directory has ${others.length + 1} image files of this name.`);
}

function countDiagnoses(images: readonly PlannedImage[]): Record<Diagnosis, number> {
  const counts = Object.fromEntries(DIAGNOSES.map((dx) => [dx, 0])) as Record<Diagnosis, number>;
  for (const { label } of images) if (label.facts.dx !== null) counts[label.facts.dx] += 1;
  return counts;
}

/**
 * Names of image files by their name without extension (in Unicode's composed form, as the ids are).
 *
 * @param folders as in `ImportScope`
 * @throws EpsiloscopeError `FOLDER_UNREADABLE`, `FOLDER_WITHOUT_IMAGES`
 */
export async function imageFiles(
  directory: string,
  folders: readonly string[] = [''],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const files = new Map<string, string[]>();
  for (const folder of folders) {
    for (const fileName of (await namesIn(join(directory, folder))).sort()) {
      const id = imageIdOf(fileName);
      if (id === null) continue;
      files.set(id, [...(files.get(id) ?? []), folder === '' ? fileName : `${folder}/${fileName}`]);
    }
  }
  if (files.size > 0) return files;
  throw withoutImages(directory);
}

/** The id that a file's name gives to its image, in Unicode's composed form; null where it is no image by its name. */
function imageIdOf(fileName: string): string | null {
  const { name, ext } = parse(fileName);
  return IMAGE_EXTENSIONS.has(ext.toLowerCase()) ? name.normalize('NFC') : null;
}

const withoutImages = (where: string) =>
  badInput('FOLDER_WITHOUT_IMAGES', {
    happened: `There is no image in ${where}.`,
    kept: 'Nothing was imported.',
    toDo: 'Choose the folder that holds the images themselves (JPEG, PNG, TIFF, BMP or WebP).',
  });

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    const explanation = {
      happened: `The folder ${directory} cannot be read.`,
      kept: 'Nothing was imported.',
      toDo: 'Check the path, and that you may read it.',
    };
    throw badInput('FOLDER_UNREADABLE', explanation, { cause: error });
  }
}
