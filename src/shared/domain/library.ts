/** By what cases are found, filtered and ordered. */

/**
 * The facets of the library. The values of each are short words (listed beside it), or codes of the data itself; `none`
 * where nothing is known. *First* and *second* are the two models that the reviewer compares.
 */
export const FACETS = [
  /** open, reviewed */
  'state',
  /** flagged, plain */
  'flag',
  /** complete, missing: whether both models' verdicts were searched for their smallest epsilon */
  'screening',
  /** same, differ, none: the two models' verdicts on the clean input */
  'agreement',
  /** below1, from1, from4, unchanged, none: the first model's smallest epsilon found, in 1/255 */
  'firstBand',
  'secondBand',
  /** malignantToBenign, benignToMalignant, sameGroup, unchanged, none: where the first model's verdict goes there */
  'firstDirection',
  'secondDirection',
  /** Codes of the seven diagnoses, none. */
  'firstVerdict',
  'secondVerdict',
  /** The reference diagnosis of the data; codes, none. */
  'reference',
  /** How it was confirmed (`histo`, ...), none. */
  'confirmation',
  /** In decades: `0` for 0 to 9 years, `10`, ..., none. */
  'age',
  'sex',
  'site',
  'dataset',
] as const;
export type Facet = (typeof FACETS)[number];

/** What a blind reading must not see: neither what models say, nor what the data says it is. */
export const FACETS_HIDDEN_WHEN_BLIND: readonly Facet[] = [
  'agreement',
  'firstBand',
  'secondBand',
  'firstDirection',
  'secondDirection',
  'firstVerdict',
  'secondVerdict',
  'reference',
  'confirmation',
];

/**
 * - `fragility`: the smaller of the two models' smallest epsilons, the most fragile first; cases that no attack changed
 *   follow, then those not searched yet
 * - `firstFragility`, `secondFragility`: the same of one model
 * - `name`: by image id; `imported`: in the order of import
 */
export const LIBRARY_ORDERS = ['fragility', 'firstFragility', 'secondFragility', 'name', 'imported'] as const;
export type LibraryOrder = (typeof LIBRARY_ORDERS)[number];

export const ORDERS_HIDDEN_WHEN_BLIND: readonly LibraryOrder[] = ['fragility', 'firstFragility', 'secondFragility'];

/** Which cases, and in which order. */
export interface LibraryQuery {
  /** Found anywhere in image id, lesion id or tags, whatever the case; empty: all. */
  readonly search: string;
  /** A case matches when, for each facet named, its value is among those listed. */
  readonly facets: Readonly<Partial<Record<Facet, readonly string[]>>>;
  readonly order: LibraryOrder;
  readonly descending: boolean;
  /** Only cases of this worklist of chosen cases; null: all. */
  readonly worklist: string | null;
}

export const EVERYTHING: LibraryQuery = {
  search: '',
  facets: {},
  order: 'fragility',
  descending: false,
  worklist: null,
};

/** The query without what a blind reading must not see; orders that tell it give way to the order by name. */
export function withoutHidden(query: LibraryQuery): LibraryQuery {
  const facets = Object.fromEntries(
    Object.entries(query.facets).filter(([facet]) => !FACETS_HIDDEN_WHEN_BLIND.includes(facet as Facet)),
  );
  const order = ORDERS_HIDDEN_WHEN_BLIND.includes(query.order) ? 'name' : query.order;
  return { ...query, facets, order };
}
