/** A statement that a sound audit never makes, and whether this one does. */
export type Contradiction = readonly [what: string, found: boolean];

/** Those that were found, in plain words, each once. */
export const found = (all: readonly Contradiction[]): string[] => [
  ...new Set(all.flatMap(([what, isFound]) => (isFound ? [what] : []))),
];

/** Sums of quotients, and six decimals of probabilities of which another batch has other last bits, differ by less. */
const TOLERANCE = 1e-4;

export const isNear = (one: number, other: number): boolean => Math.abs(one - other) <= TOLERANCE;

export const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
