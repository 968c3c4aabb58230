/** The place of a model in the pair that is compared. */
export type PairPlace = 'first' | 'second';
