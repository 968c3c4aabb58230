import { describe, expect, it } from 'vitest';
import { sortingOf } from '../../../../src/renderer/src/features/library/tableColumns.ts';
import { EVERYTHING, ORDERS_HIDDEN_WHEN_BLIND } from '../../../../src/shared/domain/library.ts';

describe('the heads of the table', () => {
  it('order by their column first up, then down', () => {
    const asked = sortingOf('firstEpsilon', EVERYTHING, []);
    expect(asked).toMatchObject({ kind: 'sortable', direction: 'none' });
    const up = asked.kind === 'sortable' ? asked.next : EVERYTHING;
    expect(up).toEqual({ ...EVERYTHING, order: 'firstFragility', descending: false });
    expect(sortingOf('firstEpsilon', up, [])).toEqual({
      kind: 'sortable',
      direction: 'ascending',
      next: { ...up, descending: true },
    });
    expect(sortingOf('firstEpsilon', { ...up, descending: true }, [])).toMatchObject({
      direction: 'descending',
      next: up,
    });
  });

  it('order nothing where there is no order, or where a blind reader would learn from it', () => {
    expect(sortingOf('reference', EVERYTHING, [])).toEqual({ kind: 'none' });
    expect(sortingOf('secondEpsilon', EVERYTHING, ORDERS_HIDDEN_WHEN_BLIND)).toEqual({ kind: 'none' });
    expect(sortingOf('imageId', EVERYTHING, ORDERS_HIDDEN_WHEN_BLIND)).toMatchObject({ kind: 'sortable' });
  });
});
