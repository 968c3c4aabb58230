import type { AttackId } from '../../../shared/domain/attack.ts';
import { DIAGNOSES, isMalignant, type ClassIndex } from '../../../shared/domain/diagnosis.ts';
import type { CaseEvidence } from '../../../shared/contract/auditEvidence.ts';
import type { OnFile } from './onFile.ts';
import type { PlannedModel } from './planInputs.ts';
import type { Attacked } from './unitResults.ts';

/** One case and one model, and what the evidence of every case is made with. */
export interface EvidenceOf {
  readonly onFile: OnFile;
  readonly position: number;
  readonly label: ClassIndex | null;
  readonly epsilons: readonly number[];
  /** Attacks of the worst case in their order; none where the audit has no worst case. */
  readonly ensemble: readonly AttackId[];
  /** Models that judged the inputs that were run to the end, in the order of the verdicts. */
  readonly judges: readonly PlannedModel[];
}

export function caseEvidence(about: EvidenceOf): CaseEvidence {
  const { onFile, position, ensemble } = about;
  const certificate = onFile.certificates.get(position);
  return {
    worstCase: ensemble.length === 0 ? null : worstCase(about),
    runToTheEnd: runToTheEnd(about),
    corrupted: onFile.corrupted.get(position) ?? null,
    checks: checks(about),
    certificate: certificate
      ? { verdict: certificate.verdict === null ? null : DIAGNOSES[certificate.verdict], radius: certificate.radius }
      : null,
  };
}

/** What an attack has found of the case up to an epsilon: its success in this ball at the largest epsilon of one. */
function successUpTo(perEpsilon: readonly Step[], epsilonIndex: number): Step | undefined {
  return perEpsilon.slice(0, epsilonIndex + 1).findLast((step) => step?.success === true);
}

type Step = Pick<Attacked, 'verdict' | 'success'> | null;

/** A success at one epsilon lies in every larger ball, whichever attack has found it: so the worst case only grows. */
function worstCase(about: EvidenceOf): NonNullable<CaseEvidence['worstCase']> {
  const { onFile, position, label, epsilons, ensemble } = about;
  const clean = cleanVerdict(about);
  const steps = ensemble.map((attack) => ({ attack, perEpsilon: stepsOf(about, attack) }));
  const directed = [...onFile.directed.values()].map((cases) => cases.get(position) ?? []);
  const counted = label !== null && isMalignant(label) && isMalignant(clean);
  return epsilons.map((epsilon, at) => {
    const found = steps.flatMap(({ attack, perEpsilon }) => {
      const step = successUpTo(perEpsilon, at);
      return step ? [{ attack, verdict: step.verdict }] : [];
    })[0];
    const upTo = [...steps.map(({ perEpsilon }) => perEpsilon), ...directed].flatMap((all) => all.slice(0, at + 1));
    return {
      epsilon,
      success: found !== undefined,
      by: found?.attack ?? null,
      verdict: DIAGNOSES[found?.verdict ?? clean],
      turnedBenign: counted ? upTo.some((step) => step?.success === true && !isMalignant(step.verdict)) : null,
    };
  });
}

/** Square is the run of the sanity checks, on their sample alone. */
function stepsOf({ onFile, position, label }: EvidenceOf, attack: AttackId): readonly Step[] {
  const attacked = onFile.attacked.get(attack)?.get(position);
  if (attacked || attack !== 'square') return attacked ?? [];
  const verdicts = onFile.checkRuns.get('square')?.get(position) ?? [];
  return verdicts.map((verdict) => ({ verdict, success: verdict !== label }));
}

function cleanVerdict({ onFile, position }: EvidenceOf): ClassIndex {
  const clean = onFile.clean.get(position);
  if (!clean) throw new Error(`No clean verdict on case ${position} is on file.`);
  return clean.verdict;
}

function runToTheEnd({ onFile, position, judges }: EvidenceOf): CaseEvidence['runToTheEnd'] {
  const perEpsilon = onFile.runToTheEnd.get(position);
  if (!perEpsilon) return null;
  return {
    probabilities: perEpsilon.map(({ probabilities }) => [...probabilities]),
    judgedBy: Object.fromEntries(
      judges.map(({ id }, judge) => [id, digits(perEpsilon.map(({ judged }) => judged[judge] ?? Number.NaN))]),
    ),
  };
}

function checks({ onFile, position }: EvidenceOf): CaseEvidence['checks'] {
  const probe = onFile.probes.get(position);
  if (!probe) return null;
  const ofRun = (run: Parameters<OnFile['checkRuns']['get']>[0]) => {
    const verdicts = onFile.checkRuns.get(run)?.get(position);
    return verdicts === undefined ? null : digits(verdicts);
  };
  // A headline run of noise or FGSM carries nothing either: it is the independent run.
  const ofHeadline = (attack: 'noise' | 'fgsm') =>
    digits((onFile.attacked.get(attack)?.get(position) ?? []).map((entry) => entry?.verdict ?? Number.NaN));
  return {
    runs: {
      noise: ofHeadline('noise'),
      fgsm: ofHeadline('fgsm'),
      pgd: ofRun('pgd') ?? '',
      pgdTwiceTheSteps: ofRun('pgdTwiceTheSteps'),
      pgdFiveRestarts: ofRun('pgdFiveRestarts'),
      square: ofRun('square'),
      pgdAtLargeEpsilons: ofRun('pgdAtLargeEpsilons') ?? '',
    },
    ...probe,
  };
}

const digits = (verdicts: readonly number[]): string => verdicts.join('');
