import type { CheckEvidence } from '../../../../shared/contract/auditEvidence.ts';
import { classIndexOf } from '../../../../shared/domain/diagnosis.ts';
import { LARGE_EPSILONS } from '../figures/sanityChecks/checks.ts';
import { isPlanned, type About } from './about.ts';
import { isNear, type Contradiction } from './contradiction.ts';
import { presence } from './ofEvidence.ts';

/** There on the check sample alone, and of it on every image. */
export function ofChecks(about: About): Contradiction[] {
  const { checks } = about.entry.evidence;
  return [
    ...presence('check', checks !== null, isPlanned(about, 'probe')),
    ...(checks === null ? [] : ofRuns(about, checks)),
  ];
}

function ofRuns(about: About, { runs, logitMargin }: CheckEvidence): Contradiction[] {
  const { content, entry, label } = about;
  const { pgdAtLargeEpsilons, ...others } = runs;
  const atEpsilons = Object.values(others).filter((digits) => digits !== null);
  const clean = String(classIndexOf(entry.clean.verdict));
  const [largest = 1, next = 0] = entry.clean.probabilities.toSorted((a, b) => b - a);
  const optional = ['pgdTwiceTheSteps', 'pgdFiveRestarts', 'square'] as const;
  return [
    ...optional.flatMap((run) => presence(`run ${run}`, runs[run] !== null, isPlanned(about, run))),
    [
      'a run of its checks is of other epsilons',
      atEpsilons.some(({ length }) => length !== content.epsilons.length) ||
        pgdAtLargeEpsilons.length !== LARGE_EPSILONS.length,
    ],
    [
      'its checks rest on other noise or another FGSM than its figures',
      (['noise', 'fgsm'] as const).some((run) => runs[run] !== headlineDigits(about, run)),
    ],
    [
      'it was wrong when clean, and yet attacked in its checks',
      entry.clean.verdict !== label &&
        [...atEpsilons, pgdAtLargeEpsilons].some((digits) => digits !== clean.repeat(digits.length)),
    ],
    ['its logit margin is not that of its probabilities', !isNear(Math.exp(-logitMargin), next / largest)],
  ];
}

/** Neither is carried from one epsilon to the next, so one run serves both. */
const headlineDigits = ({ entry }: About, run: 'noise' | 'fgsm'): string =>
  entry.attacked.flatMap(({ attack, verdict }) => (attack === run ? [classIndexOf(verdict)] : [])).join('');
