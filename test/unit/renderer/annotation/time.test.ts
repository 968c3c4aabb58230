import { describe, expect, it } from 'vitest';
import { ago } from '../../../../src/renderer/src/features/annotation/panel/time.ts';

const AT = '2026-03-01T12:00:00.000Z';
const after = (seconds: number) => ago(AT, Date.parse(AT) + seconds * 1000);

describe('how long ago an answer was saved', () => {
  it.each([
    [0, { key: 'now' }],
    [1.9, { key: 'now' }],
    [2, { key: 'seconds', count: 2 }],
    [59.9, { key: 'seconds', count: 59 }],
    [60, { key: 'minutes', count: 1 }],
    [3599, { key: 'minutes', count: 59 }],
    [3600, { key: 'at', at: new Date(AT) }],
  ])('is told after %d s no more exactly than one asks', (seconds, told) => {
    expect(after(seconds)).toEqual(told);
  });

  it('is told by the clock where that was set back', () => {
    expect(after(-1)).toEqual({ key: 'now' });
    expect(after(-7200)).toEqual({ key: 'at', at: new Date(AT) });
  });
});
