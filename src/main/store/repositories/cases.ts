import type { Diagnosis } from '../../../shared/domain/diagnosis.ts';
import { sha256, type Sha256 } from '../../../shared/kernel/ids.ts';
import type { ReadableDb, WriteTransaction } from '../db/connection.ts';
import { sql } from '../db/schema.ts';
import { refreshCases } from './listing.ts';

/** A stored original; `width` and `height` in pixels as the decoder saw them. */
export interface ImageRecord {
  readonly sha256: Sha256;
  readonly bytes: number;
  readonly format: string;
  readonly width: number;
  readonly height: number;
}

/** One image of one lesion with what is known of it. All ids are random: nothing here leads to a patient. */
export interface CaseRecord {
  readonly id: string;
  readonly imageSha256: Sha256;
  /** Equal for images of one lesion, the unit that samples and intervals are drawn by. */
  readonly lesionKey: string;
  /** null: not labelled. */
  readonly dx: Diagnosis | null;
  /** How the diagnosis was confirmed: `histo`, `follow_up`, `consensus`, `confocal`. */
  readonly dxType: string | null;
  /** In years, as the source rounds it. */
  readonly age: number | null;
  readonly sex: string | null;
  readonly site: string | null;
  /** The dialect of the CSV that the case came from. */
  readonly dataset: string;
}

/** What the hospital or the data set calls a case. Patient data: to be shown to the person, in no log and no export. */
export interface OriginalName {
  readonly caseId: string;
  readonly imageId: string;
  readonly fileName: string;
  readonly lesionId: string | null;
}

/** Rows an insert; SQLite takes at most 32,766 parameters in a statement. */
const ROWS_PER_STATEMENT = 500;

function* chunks<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT) yield rows.slice(at, at + ROWS_PER_STATEMENT);
}

/** Adds images; those that are known already stay as they are. */
export function insertImages(transaction: WriteTransaction, images: readonly ImageRecord[]): void {
  for (const rows of chunks(images)) {
    transaction.run(
      sql
        .insertInto('images')
        .values(rows)
        .onConflict((conflict) => conflict.column('sha256').doNothing()),
    );
  }
}

/** Adds cases with their original names; every image must be there. The library shows them from then on. */
export function insertCases(
  transaction: WriteTransaction,
  cases: readonly CaseRecord[],
  names: readonly OriginalName[],
): void {
  for (const rows of chunks(cases)) transaction.run(sql.insertInto('cases').values(rows.map(caseRow)));
  for (const rows of chunks(names)) transaction.run(sql.insertInto('original_names').values(rows.map(nameRow)));
  refreshCases(
    transaction,
    cases.map(({ id }) => id),
  );
}

/** The row as it stands in `cases`; the log holds the hash of such rows. */
export const caseRow = (record: CaseRecord) => ({
  id: record.id,
  image_sha256: record.imageSha256,
  lesion_key: record.lesionKey,
  dx: record.dx,
  dx_type: record.dxType,
  age: record.age,
  sex: record.sex,
  site: record.site,
  dataset: record.dataset,
});

const nameRow = (name: OriginalName) => ({
  case_id: name.caseId,
  image_id: name.imageId,
  file_name: name.fileName,
  lesion_id: name.lesionId,
});

/** How many cases there are. */
export const caseCount = (db: ReadableDb): number =>
  db.first(sql.selectFrom('cases').select((select) => select.fn.countAll<number>().as('cases')))?.cases ?? 0;

/** How many images there are. */
export const imageCount = (db: ReadableDb): number =>
  db.first(sql.selectFrom('images').select((select) => select.fn.countAll<number>().as('images')))?.images ?? 0;

/** All cases in the order of their import. */
export const listCases = (db: ReadableDb): CaseRecord[] =>
  db
    .all(
      sql
        .selectFrom('cases')
        .select(['id', 'image_sha256 as imageSha256', 'lesion_key as lesionKey', 'dx', 'dx_type as dxType'])
        .select(['age', 'sex', 'site', 'dataset'])
        .orderBy(sql.dynamic.ref('rowid')),
    )
    .map((row) => ({ ...row, imageSha256: sha256(row.imageSha256) }));

/** All original names, in the order of the import of their cases. */
export const listOriginalNames = (db: ReadableDb): OriginalName[] =>
  db.all(
    sql
      .selectFrom('original_names')
      .select(['case_id as caseId', 'image_id as imageId', 'file_name as fileName', 'lesion_id as lesionId'])
      .orderBy(sql.dynamic.ref('rowid')),
  );

/** All stored originals, by hash. */
export const listImages = (db: ReadableDb): ImageRecord[] =>
  db.all(sql.selectFrom('images').selectAll().orderBy('sha256')).map((row) => ({ ...row, sha256: sha256(row.sha256) }));

/** The stored original of this hash, if the workspace has it. */
export function findImage(db: ReadableDb, image: Sha256): ImageRecord | undefined {
  const row = db.first(sql.selectFrom('images').selectAll().where('sha256', '=', image));
  return row && { ...row, sha256: image };
}

/** A case with its image and its names. */
export interface KnownCase {
  readonly record: CaseRecord;
  readonly name: OriginalName;
  readonly image: ImageRecord;
}

const knownCases = sql
  .selectFrom('cases')
  .innerJoin('original_names as names', 'names.case_id', 'cases.id')
  .innerJoin('images', 'images.sha256', 'cases.image_sha256')
  .select(['id', 'sha256', 'lesion_key as lesionKey', 'dx', 'dx_type as dxType', 'age', 'sex', 'site', 'dataset'])
  .select(['names.image_id as imageId', 'file_name as fileName', 'lesion_id as lesionId'])
  .select(['bytes', 'format', 'width', 'height']);

/** The case of this id, if there is one. */
export function findCase(db: ReadableDb, caseId: string): KnownCase | undefined {
  const row = db.first(knownCases.where('id', '=', caseId));
  if (row === undefined) return undefined;
  const { imageId, fileName, lesionId, bytes, format, width, height, sha256: hash, ...facts } = row;
  const imageSha256 = sha256(hash);
  return {
    record: { ...facts, imageSha256 },
    name: { caseId, imageId, fileName, lesionId },
    image: { sha256: imageSha256, bytes, format, width, height },
  };
}

/** Cases of the same lesion, in the order of import; the case itself is among them. */
export const casesOfLesion = (
  db: ReadableDb,
  lesionKey: string,
): (Pick<OriginalName, 'caseId' | 'imageId'> & Pick<CaseRecord, 'imageSha256'>)[] =>
  db
    .all(
      sql
        .selectFrom('cases')
        .innerJoin('original_names as names', 'names.case_id', 'cases.id')
        .select(['cases.id as caseId', 'names.image_id as imageId', 'image_sha256 as imageSha256'])
        .where('lesion_key', '=', lesionKey)
        .orderBy(sql.dynamic.ref('cases.rowid')),
    )
    .map((row) => ({ ...row, imageSha256: sha256(row.imageSha256) }));
