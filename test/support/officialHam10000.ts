import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An image of a synthetic data set that lies in its folder as HAM10000 is downloaded. */
export interface OfficialImage {
  readonly id: string;
  readonly dx: string;
  /** Null: in HAM10000, and in no part of the product's list. */
  readonly part: 'train' | 'val' | 'test' | null;
  /** Which of the two folders holds it. */
  readonly half: 1 | 2;
  readonly bytes: Uint8Array;
}

export interface OfficialNames {
  readonly folders?: readonly [string, string];
  readonly metadata?: string;
  readonly delimiter?: ',' | '\t';
}

const HEADER = ['lesion_id', 'image_id', 'dx', 'dx_type', 'age', 'sex', 'localization', 'dataset'];

/** Writes images and metadata into `folder` as they are downloaded; one image is one lesion. */
export function writeOfficialHam10000(
  folder: string,
  images: readonly OfficialImage[],
  {
    folders = ['HAM10000_images_part_1', 'HAM10000_images_part_2'],
    metadata = 'HAM10000_metadata.csv',
    delimiter = ',',
  }: OfficialNames = {},
): void {
  for (const name of folders) mkdirSync(join(folder, name), { recursive: true });
  for (const { id, half, bytes } of images) writeFileSync(join(folder, folders[half - 1] ?? '', `${id}.jpg`), bytes);
  const rows = images.map(({ id, dx }) => [`HAM_${id}`, id, dx, 'histo', '80.0', 'male', 'scalp', 'vidir_modern']);
  // Dataverse puts texts into quotes where it makes the table tabular.
  const cell = (text: string) => (delimiter === '\t' && !/^[\d.]+$/.test(text) ? `"${text}"` : text);
  const lines = [HEADER, ...rows.map((row) => row.map(cell))].map((row) => row.join(delimiter));
  writeFileSync(join(folder, metadata), `${lines.join('\n')}\n`);
}

/** The list that parts these images, in the form of the product's own. */
export function writeSplitList(file: string, images: readonly OfficialImage[]): string {
  const rows = images.flatMap(({ id, part }) => (part === null ? [] : [`${id},${part}`]));
  writeFileSync(file, `${['image_id,split', ...rows].join('\n')}\n`);
  return file;
}
