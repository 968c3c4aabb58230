import { describe, expect, it } from 'vitest';
import {
  ALL_CHOSEN,
  chosenCount,
  isChosen,
  NOTHING_CHOSEN,
  selectionOf,
  toggled,
  withRun,
} from '../../../../src/renderer/src/features/library/selection.ts';
import { EVERYTHING } from '../../../../src/shared/domain/library.ts';

const ids = (count: number) => Array.from({ length: count }, (_, at) => `case-${at}`);
const notAsked = (): Promise<never> => Promise.reject(new Error('The ids were not needed.'));

describe('the selection', () => {
  it('takes a case in, and out again', () => {
    const one = toggled(NOTHING_CHOSEN, 'case-3');
    expect(isChosen(one, 'case-3')).toBe(true);
    expect(chosenCount(one, 98)).toBe(1);
    expect(toggled(one, 'case-3')).toEqual(NOTHING_CHOSEN);
  });

  it('holds all that the query finds without naming one of a hundred thousand', async () => {
    expect(chosenCount(ALL_CHOSEN, 100_000)).toBe(100_000);
    expect(isChosen(ALL_CHOSEN, 'case-99999')).toBe(true);
    expect(await selectionOf(ALL_CHOSEN, EVERYTHING, notAsked)).toEqual({ kind: 'query', query: EVERYTHING });
  });

  it('holds all but some', async () => {
    const allButOne = toggled(ALL_CHOSEN, 'case-1');
    expect(isChosen(allButOne, 'case-1')).toBe(false);
    expect(chosenCount(allButOne, 3)).toBe(2);
    expect(await selectionOf(allButOne, EVERYTHING, () => Promise.resolve(ids(3)))).toEqual({
      kind: 'cases',
      ids: ['case-0', 'case-2'],
    });
    expect(toggled(allButOne, 'case-1')).toEqual(ALL_CHOSEN);
  });

  it('adds a run to what was selected before it', async () => {
    const before = toggled(NOTHING_CHOSEN, 'case-9');
    const run = withRun(before, ids(3));
    expect(await selectionOf(run, EVERYTHING, notAsked)).toEqual({
      kind: 'cases',
      ids: ['case-9', 'case-0', 'case-1', 'case-2'],
    });
    expect(before).toEqual(toggled(NOTHING_CHOSEN, 'case-9'));
  });

  it('takes a run back in where all but some are selected', () => {
    const allBut = toggled(toggled(ALL_CHOSEN, 'case-1'), 'case-7');
    expect(withRun(allBut, ids(3))).toEqual(toggled(ALL_CHOSEN, 'case-7'));
  });
});
