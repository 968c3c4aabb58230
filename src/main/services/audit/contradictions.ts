import type { AuditCase, AuditContent } from '../../../shared/contract/audit.ts';
import type { CaseEvidence, CheckEvidence } from '../../../shared/contract/auditEvidence.ts';
import { CORRUPTIONS, SEVERITIES } from '../../../shared/domain/corruption.ts';
import { classIndexOf, DIAGNOSES, isMalignant, type Diagnosis } from '../../../shared/domain/diagnosis.ts';
import { LARGE_EPSILONS } from './figures/sanityChecks/checks.ts';
import { headlineAttacks, normOf, verdictAt } from './figures/source.ts';

type Entry = AuditCase['models'][number];
type WorstCase = NonNullable<CaseEvidence['worstCase']>;

/** One case as one model sees it, and what every part of it is held against. */
interface About {
  readonly content: AuditContent;
  readonly entry: Entry;
  readonly label: Diagnosis | null;
  /** What a success leads away from: the label, or without one the clean verdict. */
  readonly reference: Diagnosis;
}

/** A statement that a sound case never makes, and whether this one does. */
type Contradiction = readonly [what: string, found: boolean];

/** What a case says twice and not alike, in plain words. */
export function contradictions(content: AuditContent, one: AuditCase): string[] {
  const models = one.models.map(({ modelId }) => modelId).join();
  const wrong: Contradiction[] = [
    ['its models are not those of the audit', models !== content.models.map(({ id }) => id).join()],
    ...one.models.flatMap((entry) => {
      const about = { content, entry, label: one.label, reference: one.label ?? entry.clean.verdict };
      return [...ofVerdicts(about), ...ofWorstCase(about), ...ofRunToTheEnd(about), ...ofTheRest(about)];
    }),
  ];
  return wrong.flatMap(([what, found]) => (found ? [what] : []));
}

function ofVerdicts({ content, entry, label, reference }: About): Contradiction[] {
  const { attacked, clean, minimalEpsilon, minimalEpsilonVerdict, evidence } = entry;
  const expected = headlineAttacks(content).flatMap((attack) => content.epsilons.map((at) => `${attack} ${at}`));
  const changed = [...attacked, ...(evidence.worstCase ?? [])].filter(({ verdict }) => verdict !== clean.verdict);
  const bound = minimalEpsilon ?? Infinity;
  return [
    ['its clean verdict is not the most probable one', !isMostProbable(clean.verdict, clean.probabilities)],
    [
      'its attacks are not those of the audit',
      attacked.map(({ attack, epsilon }) => `${attack} ${epsilon}`).join() !== expected.join(),
    ],
    ['a verdict contradicts its success', attacked.some(({ success, verdict }) => success !== (verdict !== reference))],
    ['an attack repairs its clean verdict', clean.verdict !== reference && attacked.some(({ success }) => !success)],
    [
      'it counts a dangerous flip that is none',
      !isCounted(label, clean.verdict) && attacked.some(({ turnedBenign }) => turnedBenign !== null),
    ],
    [
      'its smallest epsilon changes nothing',
      (minimalEpsilon === null) !== (minimalEpsilonVerdict === null) || minimalEpsilonVerdict === clean.verdict,
    ],
    [
      'an attack on file changed it below its smallest epsilon',
      normOf(content) === 'linf' && changed.some(({ epsilon }) => epsilon < bound),
    ],
  ];
}

/** Malignant, and called malignant when clean: the images that dangerous flips are counted among. */
const isCounted = (label: Diagnosis | null, verdict: Diagnosis): boolean =>
  label !== null && isMalignant(classIndexOf(label)) && isMalignant(classIndexOf(verdict));

const isBenign = (verdict: Diagnosis): boolean => !isMalignant(classIndexOf(verdict));

const isMostProbable = (verdict: Diagnosis | undefined, probabilities: readonly number[]): boolean =>
  verdict !== undefined && probabilities[DIAGNOSES.indexOf(verdict)] === Math.max(...probabilities);

function ofWorstCase(about: About): Contradiction[] {
  const { content, entry, label, reference } = about;
  const { worstCase } = entry.evidence;
  if (worstCase === null) return [];
  const { clean } = entry;
  const named = new Set<string>([...headlineAttacks(content), ...content.ensemble]);
  const counted = isCounted(label, clean.verdict);
  return [
    ['its worst case is of other epsilons', !sameNumbers(worstCase, content.epsilons)],
    [
      'a verdict contradicts the success of its worst case',
      worstCase.some(({ success, verdict }) => success !== (verdict !== reference)),
    ],
    ['its worst case does not say which attack it is', worstCase.some(({ success, by }) => success !== (by !== null))],
    ['its worst case names an attack that was not run', worstCase.some(({ by }) => by !== null && !named.has(by))],
    [
      'its worst case names Square where Square was not run',
      worstCase.some(({ by }) => by === 'square') && entry.evidence.checks?.runs.square == null,
    ],
    ['its worst case is weaker than an attack on file', worstCase.some((worst) => isWeaker(about, worst))],
    ['its worst case is not what the attack it names found', worstCase.some((worst) => isMisnamed(about, worst))],
    [
      'its worst case is weaker at a larger epsilon',
      worstCase.slice(1).some((larger, at) => {
        const smaller = worstCase[at];
        const regained = smaller?.success === true && !larger.success;
        return regained || (smaller?.turnedBenign === true && larger.turnedBenign === false);
      }),
    ],
    [
      'its worst case counts a dangerous flip that is none',
      worstCase.some(({ turnedBenign }) => (turnedBenign !== null) !== counted),
    ],
  ];
}

const sameNumbers = (rows: readonly { readonly epsilon: number }[], epsilons: readonly number[]): boolean =>
  rows.map(({ epsilon }) => epsilon).join() === epsilons.join();

/** What a headline attack, or Square on the check sample, found lies in every larger ball. */
function isWeaker({ content, entry, label }: About, worst: WorstCase[number]): boolean {
  const inBall = entry.attacked.filter(({ epsilon }) => epsilon <= worst.epsilon);
  const square = content.epsilons.flatMap((epsilon, at) => {
    const verdict = verdictAt(entry.evidence.checks?.runs.square, at);
    return epsilon <= worst.epsilon && verdict !== undefined ? [verdict] : [];
  });
  const benign = [...inBall.map(({ verdict }) => verdict), ...square, worst.verdict].some(isBenign);
  const turned = benign || inBall.some(({ turnedBenign }) => turnedBenign === true);
  return (
    (!worst.success && (inBall.some(({ success }) => success) || square.some((verdict) => verdict !== label))) ||
    (worst.turnedBenign === false && turned)
  );
}

/** `by` is the first attack, in the order of the ensemble, that succeeded in the ball; the headline ones are on file. */
function isMisnamed({ content, entry }: About, { epsilon, by, verdict }: WorstCase[number]): boolean {
  if (by === null) return false;
  const headline = headlineAttacks(content);
  const order: string[] = [...new Set([...content.ensemble, ...headline])];
  const succeeded = entry.attacked.filter((one) => one.success && one.epsilon <= epsilon);
  const first = order.find((id) => succeeded.some(({ attack }) => attack === id));
  if (headline.some((id) => id === by)) {
    return by !== first || !succeeded.some((one) => one.attack === by && one.verdict === verdict);
  }
  return first !== undefined && order.indexOf(first) < order.indexOf(by);
}

function ofRunToTheEnd({ content, entry }: About): Contradiction[] {
  const { runToTheEnd } = entry.evidence;
  if (runToTheEnd === null) return [];
  const { probabilities, judgedBy } = runToTheEnd;
  const known = content.models.map(({ id }) => id);
  const own = judgedBy[entry.modelId];
  return [
    [
      'its run to the end was judged by a model of another audit',
      Object.keys(judgedBy).some((id) => !known.includes(id)),
    ],
    [
      'its run to the end is of other epsilons',
      [probabilities, ...Object.values(judgedBy)].some(({ length }) => length !== content.epsilons.length),
    ],
    [
      'its last verdict is not the most probable one',
      own !== undefined && probabilities.some((row, at) => !isMostProbable(verdictAt(own, at), row)),
    ],
  ];
}

function ofTheRest(about: About): Contradiction[] {
  const { corrupted, checks, certificate } = about.entry.evidence;
  const severities = Object.values(corrupted ?? {}).map(({ length }) => length);
  return [
    [
      'a corruption is unknown',
      Object.keys(corrupted ?? {}).some((name) => !(CORRUPTIONS as readonly string[]).includes(name)),
    ],
    ['a corruption is of other severities', severities.some((length) => length !== SEVERITIES.length)],
    [
      'its certificate abstains and has a radius, or neither',
      certificate !== null && (certificate.verdict === null) !== (certificate.radius === 0),
    ],
    ...(checks === null ? [] : ofChecks(about, checks)),
  ];
}

/** Six decimals of two probabilities, and the last bits of another batch, are what ratio and margin may differ by. */
const RATIO_TOLERANCE = 1e-4;

function ofChecks({ content, entry, label }: About, { runs, logitMargin }: CheckEvidence): Contradiction[] {
  const { pgdAtLargeEpsilons, ...others } = runs;
  const atEpsilons = Object.values(others).filter((digits) => digits !== null);
  const [largest = 1, next = 0] = entry.clean.probabilities.toSorted((a, b) => b - a);
  return [
    ['it has no label, and was checked against one', label === null],
    [
      'a run of its checks is of other epsilons',
      atEpsilons.some(({ length }) => length !== content.epsilons.length) ||
        pgdAtLargeEpsilons.length !== LARGE_EPSILONS.length,
    ],
    [
      'a run of its checks repairs its clean verdict',
      label !== null &&
        entry.clean.verdict !== label &&
        [...atEpsilons, pgdAtLargeEpsilons].some((digits) => digits.includes(String(classIndexOf(label)))),
    ],
    [
      'its logit margin is not that of its probabilities',
      Math.abs(Math.exp(-logitMargin) - next / largest) > RATIO_TOLERANCE,
    ],
  ];
}
