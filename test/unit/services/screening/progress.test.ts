import { describe, expect, it } from 'vitest';
import { SearchCount, type ScreeningProgress } from '../../../../src/main/services/screening/progress.ts';

describe('the progress of a screening', () => {
  it('is in images, two searches each, with the time that the rest takes at the same pace', () => {
    const told: ScreeningProgress[] = [];
    let now = 1000;
    const count = new SearchCount(
      { images: 10, searches: 20 },
      (progress) => told.push(progress),
      () => now,
    );
    const [first, second] = [{}, {}];
    count.within(first, 0);
    now += 2000;
    count.within(first, 4);
    count.within(second, 1);
    now += 2000;
    count.end(first, 8);
    count.end(second, 12);
    expect(told).toEqual([
      { done: 0, total: 10, secondsLeft: null },
      { done: 2, total: 10, secondsLeft: 8 },
      { done: 2, total: 10, secondsLeft: 6 },
      { done: 4, total: 10, secondsLeft: (4 / 9) * 11 },
      { done: 10, total: 10, secondsLeft: 0 },
    ]);
  });
});
