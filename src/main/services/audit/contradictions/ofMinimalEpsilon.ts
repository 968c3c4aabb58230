import { LARGEST_SEARCHED_EPSILON, MINIMAL_EPSILON_RESOLUTION } from '../../../../shared/domain/epsilon.ts';
import { verdictAt } from '../figures/source.ts';
import { isPlanned, type About } from './about.ts';
import { isNear, type Contradiction } from './contradiction.ts';

/** Runs of the checks at the epsilons of the audit; noise and FGSM are the headline ones. */
const RUNS = ['pgd', 'pgdTwiceTheSteps', 'pgdFiveRestarts', 'square'] as const;

export function ofMinimalEpsilon(about: About): Contradiction[] {
  const { content, entry } = about;
  const { minimalEpsilon, minimalEpsilonVerdict, minimalEpsilonSurvivesRounding, clean } = entry;
  const isSought = isPlanned(about, 'minimalEpsilon');
  const bound = minimalEpsilon ?? Infinity;
  return [
    ['it has a smallest epsilon where none was sought', minimalEpsilon !== null && !isSought],
    [
      'its smallest epsilon changes nothing',
      (minimalEpsilon === null) !== (minimalEpsilonVerdict === null) || minimalEpsilonVerdict === clean.verdict,
    ],
    [
      'it tells of rounding what was not tried',
      minimalEpsilonSurvivesRounding !== null && (minimalEpsilon === null || content.budget === 'quick'),
    ],
    ['its smallest epsilon is none that was tried', minimalEpsilon !== null && !isTried(about, minimalEpsilon)],
    [
      'an attack on file changed it below its smallest epsilon',
      isSought && changes(about).some((epsilon) => epsilon < bound),
    ],
  ];
}

/** The epsilons of the audit, and those of the search: without a search, as with budget quick, the former alone. */
function isTried({ content }: About, epsilon: number): boolean {
  const steps = epsilon / MINIMAL_EPSILON_RESOLUTION;
  const isOfSearch = epsilon > 0 && epsilon <= LARGEST_SEARCHED_EPSILON && isNear(steps, Math.round(steps));
  return content.epsilons.includes(epsilon) || (content.budget !== 'quick' && isOfSearch);
}

/** Epsilons at which an attack that came before the search has changed the clean verdict. */
function changes({ content, entry }: About): number[] {
  const { attacked, clean, evidence } = entry;
  const shown = [...attacked, ...(evidence.worstCase ?? [])].flatMap(({ epsilon, verdict }) =>
    verdict === clean.verdict ? [] : [epsilon],
  );
  const runs = RUNS.map((run) => evidence.checks?.runs[run]);
  return [
    ...shown,
    ...content.epsilons.filter((_epsilon, at) =>
      runs.some((digits) => (verdictAt(digits, at) ?? clean.verdict) !== clean.verdict),
    ),
  ];
}
