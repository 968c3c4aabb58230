import { expect, it } from 'vitest';
import { checksInWords } from '../../../../src/shared/domain/check.ts';

it.each([
  ['PASS', 10, 'PASS'],
  ['PASS', 7, 'PASS, 7 of 10 run'],
  ['FAIL', 7, 'FAIL, 7 of 10 run'],
  ['NOT RUN', 0, 'NOT RUN'],
])('%s with %i checks run reads "%s"', (checks, checksRun, words) => {
  expect(checksInWords({ checks, checksRun })).toBe(words);
});
