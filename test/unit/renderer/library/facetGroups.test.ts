import { describe, expect, it } from 'vitest';
import { facetGroups } from '../../../../src/renderer/src/features/library/facetGroups.ts';
import { withToggled } from '../../../../src/renderer/src/features/library/query.ts';
import { EVERYTHING, FACETS_HIDDEN_WHEN_BLIND } from '../../../../src/shared/domain/library.ts';

const COUNTS = {
  state: { reviewed: 24, open: 71 },
  flag: { plain: 95 },
  firstBand: { unchanged: 3, below1: 22, none: 10, from4: 60, from1: 0 },
  reference: { nv: 54, mel: 10, none: 31 },
  age: { none: 2, '100': 1, '30': 40, '0': 52 },
  site: { back: 10, 'lower extremity': 40, none: 45 },
};

const valuesOf = (facet: string, blind = false) =>
  facetGroups(COUNTS, EVERYTHING, blind)
    .find((group) => group.facet === facet)
    ?.values.map(({ value }) => value);

describe('facet groups', () => {
  it('shows those in which the cases differ, in the order of the facets', () => {
    expect(facetGroups(COUNTS, EVERYTHING, false).map(({ facet }) => facet)).toEqual([
      'state',
      'firstBand',
      'reference',
      'age',
      'site',
    ]);
  });

  it('tells values in their own order, with what is not known last, and leaves out those without a case', () => {
    expect(valuesOf('state')).toEqual(['open', 'reviewed']);
    expect(valuesOf('firstBand')).toEqual(['below1', 'from4', 'unchanged', 'none']);
    expect(valuesOf('reference')).toEqual(['mel', 'nv', 'none']);
    expect(valuesOf('age')).toEqual(['0', '30', '100', 'none']);
  });

  it('orders the words of the data by how many cases have each', () => {
    expect(valuesOf('site')).toEqual(['lower extremity', 'back', 'none']);
  });

  it('keeps what is chosen in sight, also where it finds nothing any more', () => {
    const query = withToggled(EVERYTHING, 'flag', 'flagged');
    expect(facetGroups(COUNTS, query, false).find(({ facet }) => facet === 'flag')?.values).toEqual([
      { value: 'flagged', count: 0, chosen: true },
      { value: 'plain', count: 95, chosen: false },
    ]);
  });

  it('shows a blind reader nothing that tells a verdict, whatever the program counted', () => {
    const shown = facetGroups(COUNTS, EVERYTHING, true).map(({ facet }) => facet);
    expect(shown).toEqual(['state', 'age', 'site']);
    expect(shown.filter((facet) => FACETS_HIDDEN_WHEN_BLIND.includes(facet))).toEqual([]);
  });
});
