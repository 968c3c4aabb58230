import type { RefusedRow } from '../../../../shared/contract/app/importing.ts';
import { csvLine } from '../../../../shared/kernel/csv.ts';

/** The refused rows as a table for a spreadsheet; text that would be a formula there is made inert. */
export const refusedCsv = (refused: readonly RefusedRow[]): string =>
  [
    csvLine(['row', 'image_id', 'code', 'reason']),
    ...refused.map(({ row, imageId, code, reason }) => csvLine([row === 0 ? null : row, imageId, code, reason])),
  ].join('');
