import { expect, test } from 'vitest';
import { timeLeft } from '../../../../src/renderer/src/features/shell/timeLeft.ts';

test.each([
  [null, { key: 'unknown' }],
  [0, { key: 'seconds' }],
  [9.9, { key: 'seconds' }],
  [10, { key: 'lessThanAMinute' }],
  [59.9, { key: 'lessThanAMinute' }],
  [60, { key: 'minutes', minutes: 1 }],
  [100, { key: 'minutes', minutes: 2 }],
  [3569, { key: 'minutes', minutes: 59 }],
  [3599, { key: 'hours', hours: 1, minutes: 0 }],
  [5400, { key: 'hours', hours: 1, minutes: 30 }],
])('%s s left', (seconds, words) => {
  expect(timeLeft(seconds)).toEqual(words);
});
