import { isDiagnosis, type Diagnosis } from '../../../shared/domain/diagnosis.ts';
import { badInput } from '../../../shared/kernel/errors.ts';
import { printable } from './refusal.ts';

export type DialectId = 'ham10000' | 'isic-archive' | 'plain';

/** A row by column name; an empty text where the column or the value is missing. */
export type Cell = (column: string) => string;

/** What a row says of an image; null is "not known". */
export interface Facts {
  readonly lesionId: string | null;
  readonly dx: Diagnosis | null;
  readonly dxType: string | null;
  readonly age: number | null;
  readonly sex: string | null;
  readonly site: string | null;
}

export const NOTHING_KNOWN: Facts = { lesionId: null, dx: null, dxType: null, age: null, sex: null, site: null };

/** A form of CSV: which columns it has, and what they mean. */
export interface Dialect {
  readonly id: DialectId;
  /** The column that names the image. */
  readonly idColumn: string;
  readonly required: readonly string[];
  /** The columns that hold the diagnosis. */
  readonly diagnosisColumns: readonly string[];
  /** undefined: the row has a diagnosis, and it is none of the seven. */
  readonly diagnosis: (cell: Cell) => Diagnosis | null | undefined;
  readonly columns: Readonly<Record<'dxType' | 'age' | 'sex' | 'site', string>>;
}

const HAM_COLUMNS = { dxType: 'dx_type', age: 'age', sex: 'sex', site: 'localization' } as const;

function diagnosisCode(cell: Cell): Diagnosis | null | undefined {
  const dx = cell('dx').toLowerCase();
  if (dx === '') return null;
  return isDiagnosis(dx) ? dx : undefined;
}

/** How HAM10000's seven classes are called in the ISIC Archive (its `diagnosis_3`). */
const ISIC_DIAGNOSES: ReadonlyMap<string, Diagnosis> = new Map([
  ['solar or actinic keratosis', 'akiec'],
  ['squamous cell carcinoma, nos', 'akiec'],
  ['basal cell carcinoma', 'bcc'],
  ['pigmented benign keratosis', 'bkl'],
  ['dermatofibroma', 'df'],
  ['melanoma, nos', 'mel'],
  ['nevus', 'nv'],
]);

/** Vascular lesions have no `diagnosis_3` in the archive. */
const ISIC_VASCULAR = 'benign soft tissue proliferations - vascular';

function isicDiagnosis(cell: Cell): Diagnosis | null | undefined {
  const [finer, coarser] = [cell('diagnosis_3').toLowerCase(), cell('diagnosis_2').toLowerCase()];
  if (finer !== '') return ISIC_DIAGNOSES.get(finer);
  if (coarser === '') return null;
  return coarser === ISIC_VASCULAR ? 'vasc' : undefined;
}

/** In the order in which they are tried. */
const DIALECTS: readonly Dialect[] = [
  {
    id: 'isic-archive',
    idColumn: 'isic_id',
    required: ['isic_id', 'diagnosis_2', 'diagnosis_3'],
    diagnosisColumns: ['diagnosis_3', 'diagnosis_2'],
    diagnosis: isicDiagnosis,
    columns: { dxType: 'diagnosis_confirm_type', age: 'age_approx', sex: 'sex', site: 'anatom_site_general' },
  },
  {
    id: 'ham10000',
    idColumn: 'image_id',
    required: ['lesion_id', 'image_id', 'dx', ...Object.values(HAM_COLUMNS)],
    diagnosisColumns: ['dx'],
    diagnosis: diagnosisCode,
    columns: HAM_COLUMNS,
  },
  {
    id: 'plain',
    idColumn: 'image_id',
    required: ['image_id', 'dx'],
    diagnosisColumns: ['dx'],
    diagnosis: diagnosisCode,
    columns: HAM_COLUMNS,
  },
];

const HELP =
  'Save the table as CSV (UTF-8, separated by commas) with a header of image_id,dx, of the HAM10000 columns, or of the ISIC Archive.';

/**
 * The dialect of a CSV by its header.
 *
 * @param header column names, trimmed and in lower case
 * @throws EpsiloscopeError `CSV_COLUMN_TWICE`, `CSV_COLUMN_MISSING`, `CSV_COLUMNS_UNKNOWN`
 */
export function recogniseDialect(header: readonly string[]): Dialect {
  const twice = header.find((name, at) => name !== '' && header.indexOf(name) !== at);
  if (twice !== undefined) throw headerRefused('CSV_COLUMN_TWICE', `The CSV has the column ${printable(twice)} twice.`);
  const has = (name: string) => header.includes(name);
  const whole = DIALECTS.find(({ required }) => required.every(has));
  if (whole !== undefined) return whole;
  const partly = DIALECTS.findLast(({ required }) => required.some(has));
  if (partly === undefined) {
    const found = header.slice(0, 20).map(printable).join(', ');
    throw headerRefused('CSV_COLUMNS_UNKNOWN', `The CSV has none of the columns that are known. It has: ${found}.`);
  }
  const missing = partly.required.filter((name) => !has(name)).join(', ');
  throw headerRefused('CSV_COLUMN_MISSING', `The CSV lacks the column ${missing}.`);
}

const headerRefused = (code: string, happened: string) =>
  badInput(code, { happened, kept: 'Nothing was imported.', toDo: HELP });

const DX_TYPES: ReadonlyMap<string, string> = new Map([
  ...['histo', 'follow_up', 'consensus', 'confocal'].map((type) => [type, type] as const),
  ['histopathology', 'histo'],
  ['serial imaging showing no change', 'follow_up'],
  ['single image expert consensus', 'consensus'],
  ['confocal microscopy with consensus dermoscopy', 'confocal'],
]);

const OLDEST = 120;

function ageOf(text: string): number | null {
  const age = text === '' ? NaN : Number(text);
  return age >= 0 && age <= OLDEST ? age : null;
}

/** Words only: free text could hold anything, a name too. */
const siteOf = (text: string) => (/^[\p{L}][\p{L} /()-]{0,63}$/u.test(text) && text !== 'unknown' ? text : null);

/**
 * What the row says besides the diagnosis. Values outside of what the field can mean are taken as not known: they are
 * no reason to refuse an image, and free text from a hospital stays out of the database.
 */
export function factsOf({ columns }: Dialect, cell: Cell, dx: Diagnosis | null): Facts {
  const dxType = cell(columns.dxType).toLowerCase();
  const sex = cell(columns.sex).toLowerCase();
  const lesionId = cell('lesion_id');
  return {
    lesionId: lesionId === '' ? null : lesionId,
    dx,
    dxType: DX_TYPES.get(dxType) ?? (dxType === '' ? null : 'other'),
    age: ageOf(cell(columns.age)),
    sex: sex === 'male' || sex === 'female' ? sex : null,
    site: siteOf(cell(columns.site).toLowerCase()),
  };
}
