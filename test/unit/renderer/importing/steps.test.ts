import { describe, expect, it } from 'vitest';
import { takesFiles } from '../../../../src/renderer/src/features/importing/steps.ts';

describe('dropped files', () => {
  it('are not taken while others are on their way or an import runs', () => {
    const progress = { done: 1, total: 2, sentBytes: 1, totalBytes: 2 };
    expect(takesFiles({ kind: 'sending', progress }, false)).toBe(false);
    expect(takesFiles({ kind: 'begun', work: 'w', chosen: null }, true)).toBe(false);
    expect(takesFiles({ kind: 'begun', work: 'w', chosen: null }, false)).toBe(true);
    expect(takesFiles({ kind: 'source', problem: null }, false)).toBe(true);
  });
});
