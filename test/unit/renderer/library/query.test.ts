import { describe, expect, it } from 'vitest';
import {
  casesKey,
  criteriaOf,
  queryKey,
  widened,
  without,
  withToggled,
  worklistQuery,
} from '../../../../src/renderer/src/features/library/query.ts';
import { EVERYTHING, type LibraryQuery, withoutHidden } from '../../../../src/shared/domain/library.ts';

const WORKLIST = '4b0e86a2-0d4b-4a5b-8a2e-6b6f5b7f1c11';

describe('the library query', () => {
  it('takes values of one facet beside each other, and loses the facet with its last value', () => {
    const one = withToggled(EVERYTHING, 'reference', 'nv');
    const two = withToggled(one, 'reference', 'mel');
    expect(two.facets).toEqual({ reference: ['mel', 'nv'] });
    expect(withToggled(withToggled(two, 'reference', 'mel'), 'reference', 'nv')).toEqual(EVERYTHING);
  });

  it('names what narrows it down, each of which can be left out', () => {
    const narrow = { ...withToggled(withToggled(EVERYTHING, 'sex', 'female'), 'state', 'open'), search: 'ISIC' };
    const criteria = criteriaOf(narrow);
    expect(criteria).toEqual([
      { kind: 'search', search: 'ISIC' },
      { kind: 'facet', facet: 'state', value: 'open' },
      { kind: 'facet', facet: 'sex', value: 'female' },
    ]);
    expect(criteria.reduce(without, narrow)).toEqual(EVERYTHING);
  });

  it('keeps worklist and order when it is widened', () => {
    const narrow: LibraryQuery = {
      search: 'x',
      facets: { state: ['open'] },
      order: 'name',
      descending: true,
      worklist: WORKLIST,
    };
    expect(widened(narrow)).toEqual({ ...EVERYTHING, order: 'name', descending: true, worklist: WORKLIST });
    expect(worklistQuery(WORKLIST, narrow)).toEqual(widened(narrow));
  });

  it('is the same search in another order, and another query', () => {
    const byName: LibraryQuery = { ...EVERYTHING, order: 'name' };
    expect(casesKey(byName)).toBe(casesKey(EVERYTHING));
    expect(queryKey(byName)).not.toBe(queryKey(EVERYTHING));
    expect(casesKey(withToggled(EVERYTHING, 'state', 'open'))).not.toBe(casesKey(EVERYTHING));
  });

  it('does not depend on the order in which values were chosen', () => {
    const there = withToggled(withToggled(EVERYTHING, 'site', 'back'), 'site', 'face');
    const back = withToggled(withToggled(EVERYTHING, 'site', 'face'), 'site', 'back');
    expect(queryKey(there)).toBe(queryKey(back));
  });

  it('tells a blind reader neither by facet nor by order what models say', () => {
    const telling: LibraryQuery = {
      ...EVERYTHING,
      facets: { firstVerdict: ['mel'], reference: ['mel'], state: ['open'] },
      order: 'secondFragility',
    };
    expect(withoutHidden(telling)).toEqual({ ...EVERYTHING, facets: { state: ['open'] }, order: 'name' });
    const silent: LibraryQuery = { ...EVERYTHING, facets: { sex: ['male'] }, order: 'imported', descending: true };
    expect(withoutHidden(silent)).toEqual(silent);
  });
});
