import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MAX_ROWS, readLabels } from '../../../../src/main/services/import/labels.ts';

const fixture = (name: string) => join(import.meta.dirname, '../../../fixtures/csv', name);

function temporaryCsv(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'epsiloscope-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, 'labels.csv');
  writeFileSync(file, content);
  return file;
}

/** `id diagnosis` of what was accepted, `row code` of what was refused. */
async function outcome(file: string) {
  const { dialect, images, refused, repeatedRows, rows } = await readLabels(file);
  return {
    dialect,
    rows,
    accepted: images.map(({ imageId, facts }) => `${imageId} ${facts.dx ?? '-'}`),
    refused: refused.map(({ row, code }) => `${row} ${code}`),
    repeatedRows,
  };
}

const plain = (rows: number, accepted: string[], refused: string[] = [], repeatedRows = 0) => ({
  dialect: 'plain',
  ...{ rows, accepted, refused, repeatedRows },
});

const UNSAFE_ROWS = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13];

describe('a CSV of diagnoses', () => {
  it.each([
    ['plain.csv', plain(3, ['a nv', 'b mel', 'c -'])],
    ['plain-extra-columns.csv', plain(2, ['a nv', 'b bcc'])],
    ['byte-order-mark-crlf.csv', plain(2, ['a nv', 'b mel'])],
    ['old-mac-line-ends.csv', plain(2, ['a nv', 'b mel'])],
    ['mixed-line-ends.csv', plain(3, ['a nv', 'b mel', 'c df'])],
    ['no-line-end.csv', plain(1, ['a nv'])],
    ['header-in-capitals.csv', plain(1, ['a nv'])],
    ['header-only.csv', plain(0, [])],
    ['utf-16-le.csv', plain(1, ['ä nv'])],
    ['utf-16-be.csv', plain(1, ['ä nv'])],
    ['decomposed-umlaut.csv', plain(1, ['Müller nv'])],
    ['quoted-newline.csv', plain(3, ['a nv', 'b mel'], ['4 DIAGNOSIS_UNKNOWN'])],
    ['empty-lines.csv', plain(2, ['a nv'], ['5 DIAGNOSIS_UNKNOWN'])],
    ['unknown-diagnosis.csv', plain(3, ['a nv'], ['3 DIAGNOSIS_UNKNOWN', '4 DIAGNOSIS_UNKNOWN'])],
    ['row-lengths.csv', plain(3, ['c nv'], ['2 ROW_LENGTH', '3 ROW_LENGTH'])],
    [
      'duplicates.csv',
      plain(
        8,
        ['a nv'],
        ['3 ID_CONFLICT', '5 ID_CONFLICT', '6 ID_CONFLICT', '7 ID_CONFLICT', '8 DIAGNOSIS_UNKNOWN'],
        2,
      ),
    ],
    [
      'unsafe-ids.csv',
      plain(
        14,
        ['=cmd() nv', 'safe nv'],
        [...UNSAFE_ROWS.slice(0, -1).map((row) => `${row} ID_UNSAFE`), '12 ID_MISSING', '13 ID_UNSAFE'],
      ),
    ],
  ])('%s is read', async (name, expected) => {
    expect(await outcome(fixture(name))).toEqual(expected);
  });

  it('may be parted by tabs, where its header holds no comma', async () => {
    const file = temporaryCsv('"image_id"\t"dx"\t"localization"\n"a"\t"nv"\t"back, left"\n"b"\t"mel"\t""\n');
    expect(await outcome(file)).toEqual(plain(2, ['a nv', 'b mel']));
    await expect(readLabels(temporaryCsv('image_id,dx\tsite\na,nv\tback\n'))).rejects.toMatchObject({
      code: 'CSV_COLUMN_MISSING',
    });
  });

  it('may be read for some of its images alone: what the other rows say does not matter', async () => {
    const file = temporaryCsv('image_id,dx\na,nv\nb,unheard of\n\nc,mel\na,mel,more\n');
    const { images, refused, rows } = await readLabels(file, undefined, new Set(['c', 'd']));
    expect(images.map(({ row, imageId }) => [row, imageId])).toEqual([[5, 'c']]);
    expect([refused, rows]).toEqual([[], 1]);
  });

  it.each([
    ['empty.csv', 'CSV_EMPTY'],
    ['latin-1.csv', 'CSV_ENCODING'],
    ['utf-16-without-mark.csv', 'CSV_ENCODING'],
    ['unclosed-quote.csv', 'CSV_MALFORMED'],
    ['stray-quote.csv', 'CSV_MALFORMED'],
    ['endless-cell.csv', 'CSV_MALFORMED'],
    ['unknown-columns.csv', 'CSV_COLUMNS_UNKNOWN'],
    ['semicolons.csv', 'CSV_COLUMNS_UNKNOWN'],
    ['missing-column.csv', 'CSV_COLUMN_MISSING'],
    ['missing-column-isic.csv', 'CSV_COLUMN_MISSING'],
    ['column-twice.csv', 'CSV_COLUMN_TWICE'],
    ['not-there.csv', 'CSV_UNREADABLE'],
    ['.', 'CSV_UNREADABLE'],
  ])('%s is refused: %s', async (name, code) => {
    await expect(readLabels(fixture(name))).rejects.toMatchObject({ name: 'EpsiloscopeError', code, kind: 'badInput' });
  });

  it('of HAM10000 gives all that it knows', async () => {
    const { dialect, images } = await readLabels(fixture('ham10000.csv'));
    expect(dialect).toBe('ham10000');
    const scalp = { lesionId: 'HAM_1', dx: 'bkl', dxType: 'histo', age: 80, sex: 'male', site: 'scalp' };
    expect(images).toEqual([
      { row: 2, imageId: 'ISIC_1', facts: scalp },
      { row: 3, imageId: 'ISIC_2', facts: scalp },
      {
        row: 4,
        imageId: 'ISIC_3',
        facts: { lesionId: 'HAM_2', dx: 'mel', dxType: 'consensus', age: null, sex: null, site: null },
      },
      {
        row: 5,
        imageId: 'ISIC_4',
        facts: { lesionId: 'HAM_3', dx: 'nv', dxType: 'follow_up', age: 0, sex: 'female', site: 'lower extremity' },
      },
    ]);
  });

  it('of the ISIC Archive has its diagnoses in other words and columns', async () => {
    const file = fixture('isic-archive.csv');
    const diagnoses = ['bcc', 'akiec', 'akiec', 'bkl', 'df', 'mel', 'nv', 'vasc', '-'];
    expect(await outcome(file)).toEqual({
      dialect: 'isic-archive',
      rows: 11,
      accepted: diagnoses.map((dx, at) => `ISIC_${at + 1} ${dx}`),
      refused: ['11 DIAGNOSIS_UNKNOWN', '12 DIAGNOSIS_UNKNOWN'],
      repeatedRows: 0,
    });
    const [first] = (await readLabels(file)).images;
    expect(first?.facts).toEqual({
      ...{ lesionId: 'IL_1', dx: 'bcc', dxType: 'histo', age: 65, sex: 'male', site: 'posterior torso' },
    });
  });

  it('may hold values that no field means: they are not known, and the image is taken', async () => {
    const { images } = await readLabels(fixture('odd-values.csv'));
    expect(images.map(({ facts: { dxType, age, sex, site } }) => [dxType, age, sex, site])).toEqual([
      ['other', null, null, 'scalp'],
      [null, null, 'male', null],
      ['histo', null, 'female', null],
      ['histo', 10, null, null],
    ]);
  });

  it('cannot write to the terminal what its ids hold', async () => {
    const { refused } = await readLabels(fixture('unsafe-ids.csv'));
    expect(refused.map(({ imageId }) => imageId)).toEqual([
      ...['../../etc/passwd', '/etc/passwd', '..\\up', '..', '.hidden', 'C:x', 'nul\\u{0}', 'bell\\u{7}'],
      ...['esc\\u{1b}[2J', 'right\\u{202e}left', '', `${'x'.repeat(80)}...`],
    ]);
  });

  it('has a limit of rows', async () => {
    const tooLong = temporaryCsv(`image_id,dx\n${'a,nv\n'.repeat(MAX_ROWS + 1)}`);
    await expect(readLabels(tooLong)).rejects.toMatchObject({ code: 'CSV_TOO_MANY_ROWS' });
  });

  it('may contradict itself in every row', async () => {
    const rows = Array.from({ length: 150_000 }, (_, at) => `a,${at % 2 === 0 ? 'nv' : 'mel'}`);
    const { refused } = await readLabels(temporaryCsv(`image_id,dx\n${rows.join('\n')}\n`));
    expect(refused).toHaveLength(rows.length);
    expect(refused[0]?.reason).toBe('Rows 2, 3, 4, 5, 6, ... name the same image and say different things of it.');
  });

  it('is not read on after an interruption', async () => {
    const reading = readLabels(fixture('plain.csv'), AbortSignal.abort());
    await expect(reading).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});
