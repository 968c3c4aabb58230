import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { refusedCsv } from '../../../../src/renderer/src/features/importing/refusedCsv.ts';

describe('refused rows as CSV', () => {
  it('come back from a reader as they were', () => {
    const rows = [
      { row: 2, imageId: 'a, "b"', code: 'IMAGE_TRUNCATED', reason: 'The image ends\nbefore its last line.' },
      { row: 0, imageId: 'c', code: 'IMAGE_EMPTY', reason: 'The file is empty.' },
    ];
    expect(parse(refusedCsv(rows), { columns: true })).toEqual([
      { row: '2', image_id: 'a, "b"', code: 'IMAGE_TRUNCATED', reason: 'The image ends\nbefore its last line.' },
      { row: '', image_id: 'c', code: 'IMAGE_EMPTY', reason: 'The file is empty.' },
    ]);
  });

  it('run nothing in a spreadsheet', () => {
    const csv = refusedCsv([{ row: 2, imageId: '=HYPERLINK("x")', code: 'ID_UNSAFE', reason: '@SUM(A1)' }]);
    expect(csv).toContain(`"'=HYPERLINK(""x"")"`);
    expect(csv).toContain(`'@SUM(A1)`);
  });
});
