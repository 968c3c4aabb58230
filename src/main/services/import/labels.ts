import { readFile, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { badInput, interrupted, type EpsiloscopeError } from '../../../shared/kernel/errors.ts';
import { factsOf, recogniseDialect, type Cell, type Dialect, type DialectId, type Facts } from './dialects.ts';
import { printable, refusal, type Refusal } from './refusal.ts';

/** An image that the CSV names, with what it says of it. */
export interface LabelledImage {
  /** As a spreadsheet counts: the header is row 1. */
  readonly row: number;
  readonly imageId: string;
  readonly facts: Facts;
}

/** A CSV, read. */
export interface Labels {
  readonly dialect: DialectId;
  /** In the order of the file, each id once. */
  readonly images: readonly LabelledImage[];
  readonly refused: readonly Refusal[];
  /** Rows that say the same as one before them. */
  readonly repeatedRows: number;
  /** All rows but the header and empty ones. */
  readonly rows: number;
}

/** The largest table that is read; the public HAM10000 has 10,015 rows. */
export const MAX_ROWS = 250_000;
const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** A quote that is never closed swallows no more than this. */
const MAX_RECORD_CHARACTERS = 64 * 1024;
const CHUNK_CHARACTERS = 64 * 1024;
const LONGEST_ID = 200;
const ROWS_SHOWN = 5;

const UNSAFE_IN_ID = /[/\\:\p{C}\p{Zl}\p{Zp}]/u;

const refuse = (code: string, happened: string, toDo: string, options?: ErrorOptions): EpsiloscopeError =>
  badInput(code, { happened, kept: 'Nothing was imported.', toDo }, options);

/**
 * Reads a CSV of diagnoses, strictly: what is not understood is refused with its row, never guessed. Cells are parted by
 * commas; by tabs where the header holds tabs and no comma (Harvard Dataverse offers tables like that).
 *
 * @param only ids of images; rows of others are left aside, whatever they say
 * @throws EpsiloscopeError `CSV_UNREADABLE`, `CSV_TOO_LARGE`, `CSV_ENCODING`, `CSV_EMPTY`, `CSV_MALFORMED`,
 * `CSV_TOO_MANY_ROWS`, `INTERRUPTED`, and those of `recogniseDialect`
 */
export async function readLabels(path: string, signal?: AbortSignal, only?: ReadonlySet<string>): Promise<Labels> {
  const records = csvRecords(decodeText(await readBytes(path)), signal);
  const header = await records.next();
  if (header.done === true) throw refuse('CSV_EMPTY', 'The CSV is empty.', 'Choose the CSV with the diagnoses.');
  const names = header.value.cells.map((name) => name.toLowerCase());
  const table = new Table(recogniseDialect(names), names, only);
  for await (const { row, cells } of records) table.add(row, cells);
  return table.finish();
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    const facts = await stat(path);
    if (!facts.isFile()) throw refuse('CSV_UNREADABLE', 'The CSV is not a file.', 'Choose the CSV with the diagnoses.');
    if (facts.size <= MAX_FILE_BYTES) return await readFile(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error;
    const happened = `The CSV of diagnoses cannot be read (${String(error.code)}).`;
    throw refuse('CSV_UNREADABLE', happened, 'Check its path, and that you may read it.', { cause: error });
  }
  throw refuse('CSV_TOO_LARGE', 'The CSV is larger than 64 MiB.', 'Import it in parts.');
}

/**
 * UTF-8, or UTF-16 where a byte order mark says so. Other encodings are refused, not guessed: a letter read wrongly
 * in an id would name another image.
 */
function decodeText(bytes: Uint8Array): string {
  const mark = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  const encoding = bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : mark;
  const unknown = (cause?: unknown) =>
    refuse('CSV_ENCODING', 'The CSV is not text in UTF-8.', 'Save it as "CSV UTF-8", then import again.', { cause });
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    throw unknown(error);
  }
  // UTF-16 without its mark is valid UTF-8 with a NUL beside each letter.
  if (text.slice(0, 64).includes('\0')) throw unknown();
  return text;
}

function* slices(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += CHUNK_CHARACTERS) yield text.slice(at, at + CHUNK_CHARACTERS);
}

interface CsvRecord {
  readonly row: number;
  /** Trimmed, in Unicode's composed form: file names on macOS come decomposed. */
  readonly cells: readonly string[];
}

function delimiterOf(text: string): string {
  const header = text
    .slice(0, MAX_RECORD_CHARACTERS)
    .split(/[\r\n]/, 1)
    .join();
  return header.includes('\t') && !header.includes(',') ? '\t' : ',';
}

async function* csvRecords(text: string, signal?: AbortSignal): AsyncGenerator<CsvRecord, void> {
  const parser = parse({
    delimiter: delimiterOf(text),
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: MAX_RECORD_CHARACTERS,
  });
  const source = Readable.from(slices(text));
  try {
    let row = 0;
    for await (const record of source.pipe(parser) as AsyncIterable<readonly string[]>) {
      if (signal?.aborted === true) throw interrupted('Nothing was imported.', 'Run the same again.');
      row += 1;
      const cells = record.map((cell) => cell.trim().normalize('NFC'));
      if (row > MAX_ROWS + 1) {
        throw refuse('CSV_TOO_MANY_ROWS', `The CSV has more than ${MAX_ROWS} rows.`, 'Import it in parts.');
      }
      if (cells.some((cell) => cell !== '')) yield { row, cells };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const happened = `The CSV is malformed at line ${Number(error['lines'])} (${error.code}).`;
    throw refuse('CSV_MALFORMED', happened, 'Correct the quotes there, or save the table anew.', { cause: error });
  } finally {
    source.destroy();
  }
}

/** Why an id cannot name an image; undefined where it can. */
export function problemOfId(row: number, imageId: string): Refusal | undefined {
  if (imageId === '') return refusal(row, imageId, 'ID_MISSING', 'The row names no image.');
  if (UNSAFE_IN_ID.test(imageId) || imageId.startsWith('.') || imageId.length > LONGEST_ID) {
    const reason = 'The id holds a path, an invisible character, a dot at its start, or is too long.';
    return refusal(row, imageId, 'ID_UNSAFE', reason);
  }
  return undefined;
}

/** The rows of one id, until all of the file is read. */
interface RowsOfId {
  /** What the first row says, before it is judged: rows that say the same are one. */
  readonly fingerprint: string;
  readonly first: LabelledImage | Refusal;
  readonly rows: number[];
  conflicting: boolean;
}

class Table {
  readonly #dialect: Dialect;
  readonly #positions: ReadonlyMap<string, number>;
  readonly #columns: number;
  readonly #only: ReadonlySet<string> | undefined;
  readonly #byId = new Map<string, RowsOfId>();
  readonly #refused: Refusal[] = [];
  #rows = 0;
  #repeated = 0;

  constructor(dialect: Dialect, header: readonly string[], only?: ReadonlySet<string>) {
    this.#dialect = dialect;
    this.#positions = new Map(header.map((name, at) => [name, at]));
    this.#columns = header.length;
    this.#only = only;
  }

  add(row: number, cells: readonly string[]): void {
    const cell: Cell = (column) => cells[this.#positions.get(column) ?? -1] ?? '';
    const imageId = cell(this.#dialect.idColumn);
    if (this.#only?.has(imageId) === false) return;
    this.#rows += 1;
    const problem = this.#shapeProblem(row, cells, imageId);
    if (problem === undefined) {
      this.#addNamed(row, imageId, cell);
    } else {
      this.#refused.push(problem);
    }
  }

  finish(): Labels {
    const images: LabelledImage[] = [];
    for (const [imageId, { conflicting, first, rows }] of this.#byId) {
      if (conflicting) {
        const others = rows.length > ROWS_SHOWN ? ', ...' : '';
        const which = `Rows ${rows.slice(0, ROWS_SHOWN).join(', ')}${others}`;
        const reason = `${which} name the same image and say different things of it.`;
        for (const row of rows) this.#refused.push(refusal(row, imageId, 'ID_CONFLICT', reason));
      } else if ('code' in first) {
        this.#refused.push(first);
      } else {
        images.push(first);
      }
    }
    return {
      dialect: this.#dialect.id,
      images,
      refused: this.#refused.sort((left, right) => left.row - right.row),
      repeatedRows: this.#repeated,
      rows: this.#rows,
    };
  }

  #shapeProblem(row: number, cells: readonly string[], imageId: string): Refusal | undefined {
    if (cells.length !== this.#columns) {
      const reason = `The row has ${cells.length} columns, the header ${this.#columns}.`;
      return refusal(row, imageId, 'ROW_LENGTH', reason);
    }
    return problemOfId(row, imageId);
  }

  #addNamed(row: number, imageId: string, cell: Cell): void {
    const dx = this.#dialect.diagnosis(cell);
    const facts = factsOf(this.#dialect, cell, dx ?? null);
    const diagnosis = this.#dialect.diagnosisColumns.map(cell).join(' / ');
    const fingerprint = JSON.stringify([facts, diagnosis]);
    const known = this.#byId.get(imageId);
    if (known === undefined) {
      const unknown = () => `The diagnosis "${printable(diagnosis)}" is none of the seven.`;
      const first = dx === undefined ? refusal(row, imageId, 'DIAGNOSIS_UNKNOWN', unknown()) : { row, imageId, facts };
      this.#byId.set(imageId, { fingerprint, first, rows: [row], conflicting: false });
    } else {
      known.rows.push(row);
      if (known.fingerprint === fingerprint) this.#repeated += 1;
      else known.conflicting = true;
    }
  }
}
