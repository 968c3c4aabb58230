import type { CaseEvidence } from '../../../../shared/contract/auditEvidence.ts';
import { isCounted, shownAttacks, type About, type Shown } from './about.ts';
import { isMalignantDiagnosis } from '../../../../shared/domain/diagnosis.ts';
import type { Contradiction } from './contradiction.ts';

type Step = NonNullable<CaseEvidence['worstCase']>[number];

export function ofWorstCase(about: About): Contradiction[] {
  const { content, entry, plan, reference } = about;
  const { worstCase } = entry.evidence;
  const { ensemble } = plan.stated;
  if (worstCase === null) return [['it has no worst case', ensemble.length > 0]];
  const shown = shownAttacks(about);
  const counted = isCounted(about);
  return [
    ['it has a worst case, which its budget does not run', ensemble.length === 0],
    ['its worst case is of other epsilons', worstCase.map(({ epsilon }) => epsilon).join() !== content.epsilons.join()],
    [
      'a verdict contradicts the success of its worst case',
      worstCase.some(({ success, verdict }) => success !== (verdict !== reference)),
    ],
    ['its worst case does not say which attack it is', worstCase.some(({ success, by }) => success !== (by !== null))],
    [
      'its worst case names an attack that was not run',
      worstCase.some(({ by }) => by !== null && !ensemble.includes(by)),
    ],
    [
      'its worst case names Square where Square was not run',
      worstCase.some(({ by }) => by === 'square') && entry.evidence.checks?.runs.square == null,
    ],
    ['its worst case is weaker than an attack on file', worstCase.some((step) => isWeaker(about, shown, step))],
    ['its worst case is not what the attack it names found', worstCase.some((step) => isMisnamed(about, shown, step))],
    [
      'its worst case is weaker at a larger epsilon',
      worstCase.some((larger, at) => isRegained(about, worstCase[at - 1], larger)),
    ],
    [
      'its worst case counts a dangerous flip that is none, or none where one is counted',
      worstCase.some(({ turnedBenign }) => (turnedBenign !== null) !== counted),
    ],
  ];
}

/** What an attack on file has found lies in every larger ball. */
function isWeaker({ entry }: About, shown: readonly Shown[], step: Step): boolean {
  const inBall = shown.filter(({ epsilon }) => epsilon <= step.epsilon);
  const turned = entry.attacked.some(({ epsilon, turnedBenign }) => epsilon <= step.epsilon && turnedBenign === true);
  const isTurned = turned || [step, ...inBall].some(({ verdict }) => !isMalignantDiagnosis(verdict));
  return (!step.success && inBall.some(({ success }) => success)) || (step.turnedBenign === false && isTurned);
}

/** `by` is the first attack of the ensemble that succeeded in the ball, `verdict` its last one there; APGD's is not on file. */
function isMisnamed({ plan }: About, shown: readonly Shown[], { epsilon, by, verdict }: Step): boolean {
  if (by === null) return false;
  const { ensemble } = plan.stated;
  const succeeded = shown.filter((one) => one.success && one.epsilon <= epsilon);
  const first = ensemble.find((id) => succeeded.some(({ attack }) => attack === id));
  if (shown.some(({ attack }) => attack === by)) {
    return by !== first || succeeded.findLast(({ attack }) => attack === by)?.verdict !== verdict;
  }
  return first !== undefined && ensemble.indexOf(first) < ensemble.indexOf(by);
}

/**
 * A larger ball holds all that a smaller one does: what succeeded there, and the first attack that did, unless one before
 * it in the ensemble now does. APGD is not run again where it has succeeded.
 */
function isRegained({ plan }: About, smaller: Step | undefined, larger: Step): boolean {
  if (!smaller) return false;
  const place = ({ by }: Step) => (by === null ? Infinity : plan.stated.ensemble.indexOf(by));
  const isApgd = larger.by?.startsWith('apgd') === true;
  return (
    (smaller.success && !larger.success) ||
    place(larger) > place(smaller) ||
    (isApgd && larger.by === smaller.by && larger.verdict !== smaller.verdict) ||
    (smaller.turnedBenign === true && larger.turnedBenign === false)
  );
}
