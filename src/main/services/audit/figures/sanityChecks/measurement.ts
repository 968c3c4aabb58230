import type { CheckStatus, SanityCheck } from '../../../../../shared/contract/auditFindings.ts';

/** Labelled images that a check needs before a pass means anything. */
export const FEWEST_IMAGES = 256;

/** What a figure of a check is held against. */
export interface Limit {
  readonly words: string;
  readonly holds: (value: number) => boolean;
  /** Whether the value is a count of images that speak against the model, over all images. */
  readonly countsAgainst: boolean;
}

export const atMost = (bound: number): Limit => ({
  words: `at most ${bound}`,
  holds: (value) => value <= bound,
  countsAgainst: true,
});

export const shareBelow = (bound: number): Limit => ({
  words: `below ${bound}`,
  holds: (value) => value < bound,
  countsAgainst: true,
});

export const belowZero: Limit = { words: 'below 0', holds: (value) => value < 0, countsAgainst: false };

export const atLeast = (bound: number): Limit => ({
  words: `at least ${bound}`,
  holds: (value) => value >= bound,
  countsAgainst: false,
});

/** One figure of a check. */
export interface Measurement {
  readonly what: string;
  readonly epsilon: number | null;
  /** Images for this figure less those against it: `count / n` is its value. */
  readonly count: number;
  readonly n: number;
  readonly limit: Limit;
  /** Whether the figure can tell a broken model from a sound one at this epsilon. */
  readonly informative: boolean;
}

/**
 * A figure on enough images is held against its limit. On fewer it cannot pass; it fails where its images break the limit
 * even if every missing one were to keep it (docs/decisions/0014-sanity-checks-on-few-images.md).
 */
export function statusOf({ count, n, limit, informative }: Measurement): CheckStatus {
  if (!informative) return 'NOT INFORMATIVE';
  if (n >= FEWEST_IMAGES) return limit.holds(count / n) ? 'PASS' : 'FAIL';
  return limit.countsAgainst && !limit.holds(count / FEWEST_IMAGES) ? 'FAIL' : 'NOT INFORMATIVE';
}

/** The figure as the audit shows it. */
export const evidenceOf = (measurement: Measurement): SanityCheck['evidence'][number] => {
  const { what, epsilon, count, n, limit } = measurement;
  return { what, epsilon, value: count / n, limit: limit.words, n, status: statusOf(measurement) };
};
