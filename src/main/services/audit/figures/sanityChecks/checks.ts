import type { CheckRun } from '../../../../../shared/contract/auditEvidence.ts';
import type { CHECK_IDS } from '../../../../../shared/contract/auditFindings.ts';
import { formatEpsilon } from '../../../../../shared/domain/epsilon.ts';
import type { CheckSample } from './checkSample.ts';
import { atLeast, atMost, belowZero, shareBelow, type Limit, type Measurement } from './measurement.ts';

/** The figures of a check, or in words why it was not run. */
type Check = (sample: CheckSample) => readonly Measurement[] | string;

/** PGD is run at these as well: the ball that holds every image, and half of it. */
export const LARGE_EPSILONS = [0.5, 1] as const;

/** Float32 resolves 1 - p down to 2^-24: of a larger margin than this the cross-entropy sees nothing. */
const RESOLVED_MARGIN = 24 * Math.LN2;

/**
 * Share of the images that PGD must take before noise is held against it, twice what noise must stay below it: of less,
 * a model without a flaw may lose half to noise (docs/decisions/0014-sanity-checks-on-few-images.md).
 */
const LEAST_LOST = 0.1;

/** The ten checks for gradient masking after Carlini et al. 2019 (arXiv 1902.06705), with their limits. */
export const CHECKS: Readonly<Record<(typeof CHECK_IDS)[number], Check>> = {
  'pgd-at-least-fgsm': (sample) => {
    const atEach = compareRuns(sample, 'pgd', 'fgsm', 'accuracy under PGD minus under FGSM', atMost(0.01));
    if (typeof atEach === 'string') return atEach;
    const largest = atEach.findLast(({ informative }) => informative);
    if (!largest) return atEach;
    return [...atEach, { ...largest, what: `${largest.what}, largest informative epsilon`, limit: belowZero }];
  },

  'larger-epsilon-not-weaker': (sample) => {
    const right = sample.right('pgd');
    if (!right) return notRun('pgd');
    if (right.length < 2) return 'It compares two epsilons; this audit has one.';
    return right.slice(1).map((larger, at) => {
      const smaller = right[at] ?? 0;
      return {
        what: `accuracy under PGD minus at ${formatEpsilon(sample.epsilons[at] ?? 0)}`,
        epsilon: sample.epsilons[at + 1] ?? null,
        count: larger - smaller,
        n: sample.images.length,
        limit: atMost(0.01),
        informative: between(sample.rightWhenClean, [larger, smaller]),
      };
    });
  },

  'unbounded-attack-reaches-zero': (sample) => {
    const right = sample.right('pgdAtLargeEpsilons');
    if (!right) return notRun('pgdAtLargeEpsilons');
    return LARGE_EPSILONS.map((epsilon, at) => ({
      what: 'accuracy under PGD',
      epsilon,
      count: right[at] ?? 0,
      n: sample.images.length,
      limit: atMost(0.01),
      informative: sample.rightWhenClean > 0,
    }));
  },

  'more-iterations-add-little': (sample) => {
    const more = [
      compareRuns(sample, 'pgd', 'pgdTwiceTheSteps', 'accuracy under PGD minus with twice the steps', atMost(0.02)),
      compareRuns(sample, 'pgd', 'pgdFiveRestarts', 'accuracy under PGD minus with five restarts', atMost(0.02)),
    ];
    return more.find((one) => typeof one === 'string') ?? more.flatMap((one) => one as Measurement[]);
  },

  'black-box-not-stronger': (sample) =>
    compareRuns(sample, 'pgd', 'square', 'accuracy under PGD minus under Square', atMost(0.01)),

  'transfer-not-stronger': (sample) => {
    if (sample.transfers.length === 0) return 'No other model was attacked whose inputs this one could judge.';
    return sample.transfers.flatMap(({ craftedOn, n, rightWhenClean, right, rightUnderOwn }) =>
      sample.epsilons.map((epsilon, at) => {
        const [own = 0, onOther = 0] = [rightUnderOwn[at], right[at]];
        return {
          what: `accuracy under its own PGD, run to the end, minus on inputs made on ${craftedOn}`,
          epsilon,
          count: own - onOther,
          n,
          limit: atMost(0.01),
          informative: between(rightWhenClean, [own, onOther]),
        };
      }),
    );
  },

  'noise-weaker-than-attack': (sample) => {
    const atEach = compareRuns(sample, 'noise', 'pgd', 'accuracy under noise minus under PGD', atLeast(0.05));
    if (typeof atEach === 'string') return atEach;
    const right = sample.right('pgd') ?? [];
    return atEach.map((one, at) => {
      const lost = sample.rightWhenClean - (right[at] ?? 0);
      return { ...one, informative: one.informative && lost / one.n >= LEAST_LOST };
    });
  },

  'gradients-informative': (sample) => [
    shareOf(sample, 'share of images with a zero gradient', shareBelow(0.01), (one) => one.largestGradient === 0),
    shareOf(sample, 'share of images with a gradient not finite', atMost(0), (one) => one.largestGradient === null),
  ],

  'loss-not-saturated': (sample) => [
    shareOf(
      sample,
      `share of images with a logit margin above ${RESOLVED_MARGIN.toFixed(1)}`,
      shareBelow(0.01),
      (one) => one.logitMargin > RESOLVED_MARGIN,
    ),
  ],

  repeatable: (sample) => [
    shareOf(sample, 'share of images with other bits the second time', atMost(0), (one) => !one.repeatable),
  ],
};

const RUN_NAMES: Readonly<Record<CheckRun, string>> = {
  noise: 'Noise',
  fgsm: 'FGSM',
  pgd: 'PGD',
  pgdTwiceTheSteps: 'PGD with twice the steps',
  pgdFiveRestarts: 'PGD with five restarts',
  square: 'Square',
  pgdAtLargeEpsilons: 'PGD at large epsilons',
};

const notRun = (run: CheckRun): string => `${RUN_NAMES[run]} was not run on the check sample.`;

/** Accuracy under one run minus that under another, at each epsilon. */
function compareRuns(sample: CheckSample, first: CheckRun, second: CheckRun, what: string, limit: Limit) {
  const [rightFirst, rightSecond] = [sample.right(first), sample.right(second)];
  if (!rightFirst) return notRun(first);
  if (!rightSecond) return notRun(second);
  return sample.epsilons.map((epsilon, at): Measurement => {
    const [a = 0, b = 0] = [rightFirst[at], rightSecond[at]];
    return {
      what,
      epsilon,
      count: a - b,
      n: sample.images.length,
      limit,
      informative: between(sample.rightWhenClean, [a, b]),
    };
  });
}

/**
 * Whether accuracies compared at one epsilon can tell anything: not where all of them stay above 95 % of the clean one,
 * nor where all have fallen below 5 % of it. In whole images, so that no rounding decides.
 */
const between = (clean: number, right: readonly number[]): boolean =>
  clean > 0 && !right.every((one) => 20 * one > 19 * clean) && !right.every((one) => 20 * one < clean);

const shareOf = (
  { images }: CheckSample,
  what: string,
  limit: Limit,
  against: (checks: CheckSample['images'][number]['checks']) => boolean,
): Measurement => ({
  what,
  epsilon: null,
  count: images.filter(({ checks }) => against(checks)).length,
  n: images.length,
  limit,
  informative: true,
});
