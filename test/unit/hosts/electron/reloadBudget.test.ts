import { describe, expect, it } from 'vitest';
import { ReloadBudget } from '../../../../src/main/hosts/electron/reloadBudget.ts';

describe('a page that crashes', () => {
  it('is loaded again three times within a minute, and no more until a minute is over', () => {
    let now = 0;
    const budget = new ReloadBudget(() => now);
    const takenAt = (milliseconds: number) => {
      now = milliseconds;
      return budget.take();
    };
    expect([0, 1000, 2000, 3000, 59_999].map(takenAt)).toEqual([true, true, true, false, false]);
    expect([60_000, 60_001, 61_000].map(takenAt)).toEqual([true, false, true]);
  });
});
