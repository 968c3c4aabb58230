import type { AuditCase, AuditContent } from '../../../shared/contract/audit.ts';
import type { Diagnosis } from '../../../shared/domain/diagnosis.ts';
import { formatEpsilon } from '../../../shared/domain/epsilon.ts';
import { badInput } from '../../../shared/kernel/errors.ts';
import { canonicalJson } from '../../store/index.ts';
import { AUDIT_ATTACKS, type AuditAttackName } from '../audit/index.ts';

/** What an attack towards a benign verdict came to. */
type Direction = 'benign' | 'malignant';

/** One verdict, or one outcome of the attack towards a benign verdict, that two audits may differ in. */
export interface ComparedOutcome {
  /** Place of the case in the audit made here. */
  readonly position: number;
  readonly imageId: string;
  readonly modelId: string;
  readonly attack: 'clean' | AuditAttackName;
  /** In [0, 1]; 0 for clean. */
  readonly epsilon: number;
  /** The attack towards a benign verdict: whether it found one. */
  readonly directed: boolean;
  readonly here: Diagnosis | Direction;
  readonly there: Diagnosis | Direction;
}

export interface Comparison {
  /** Outcomes that both audits hold. */
  readonly compared: number;
  readonly differences: readonly ComparedOutcome[];
  /** Headline attacks that the two audits did not run alike, and that say nothing therefore. */
  readonly leftOut: readonly AuditAttackName[];
}

/** Share of the outcomes that must be equal for two audits to agree. */
export const SHARE_TO_AGREE = 0.99;
/** Below this logit margin a verdict may turn with the last bits of another processor. */
export const NEAR_TIE = 1e-3;

/** What is known of an audit before it is computed. */
export interface PlannedAudit {
  readonly seed: number;
  /** In [0, 1], ascending. */
  readonly epsilons: readonly number[];
  readonly models: readonly { readonly id: string; readonly sha256: string }[];
}

/**
 * Refuses what could not be compared, before hours are spent on it.
 *
 * @throws EpsiloscopeError `COMPARED_MODELS_DIFFER`, `COMPARED_SEEDS_DIFFER`, `COMPARED_EPSILONS_DIFFER`
 */
export function refuseOtherPlan({ seed, epsilons, models }: PlannedAudit, there: AuditContent): void {
  if (seed !== there.sample.seed) {
    const happened = `The audit to compare with was made with seed ${there.sample.seed}, this one with ${seed}.`;
    throw notComparable('COMPARED_SEEDS_DIFFER', happened);
  }
  // A success at one epsilon is carried to the larger ones: each verdict depends on all epsilons below it.
  if (epsilons.join() !== there.epsilons.join()) {
    const [own, others] = [epsilons, there.epsilons].map((list) => list.map(formatEpsilon).join(', '));
    const happened = `The audit to compare with was made at ${others ?? ''}, this one at ${own ?? ''}.`;
    throw notComparable('COMPARED_EPSILONS_DIFFER', happened);
  }
  const missing = models.find((model) => !there.models.some(({ sha256 }) => sha256 === model.sha256));
  if (missing) {
    const happened = `The file to compare with holds no verdict of this model "${missing.id}".`;
    throw notComparable('COMPARED_MODELS_DIFFER', happened);
  }
}

/**
 * Refuses a set of images of which no sample of this size could be compared.
 *
 * @param imageSha256s of the files of the set
 * @param sample images that will be drawn of it; null: all
 * @throws EpsiloscopeError `COMPARED_IMAGES_DIFFER`
 */
export function refuseOtherImages(imageSha256s: readonly string[], sample: number | null, there: AuditContent): void {
  const known = new Set(there.cases.map(({ imageSha256 }) => imageSha256));
  const common = imageSha256s.filter((sha256) => known.has(sha256)).length;
  if (common >= Math.min(sample ?? Infinity, imageSha256s.length)) return;
  const happened = `Of ${imageSha256s.length} image files here, ${common} are among the ${known.size} of the file to compare with.`;
  throw notComparable('COMPARED_IMAGES_DIFFER', happened);
}

/**
 * Sets the verdicts of an audit beside those of a larger one of the same models, seed and epsilons: clean, under each
 * headline attack, and what the headline attacks towards a benign verdict came to. These are functions of image, model and
 * seed, whatever the sample and the budget. The worst case is not: it depends on the budget.
 *
 * @throws EpsiloscopeError as `refuseOtherPlan`, and `COMPARED_IMAGES_DIFFER`
 */
export function compareVerdicts(here: AuditContent, there: AuditContent): Comparison {
  refuseOtherPlan({ ...here, seed: here.sample.seed }, there);
  refuseStrangers(here, there);
  const attacks = AUDIT_ATTACKS.filter((name) => [here, there].some((one) => parametersOf(one, name).length > 0));
  const common = attacks.filter((name) => ranAlike(here, there, name));
  const known = new Map(there.cases.map((one) => [keyOf(one), one]));
  const all = here.cases.flatMap((one, position) => {
    const other = known.get(keyOf(one));
    return other ? outcomesOf(one, other, position, common) : [];
  });
  return {
    compared: all.length,
    differences: all.filter((outcome) => outcome.here !== outcome.there),
    leftOut: attacks.filter((name) => !common.includes(name)),
  };
}

/** Attacks depend on the label as well. */
const keyOf = ({ imageSha256, label }: AuditCase): string => `${imageSha256} ${String(label)}`;

function refuseStrangers(here: AuditContent, there: AuditContent): void {
  const known = new Set(there.cases.map(keyOf));
  const strangers = here.cases.filter((one) => !known.has(keyOf(one))).length;
  if (strangers === 0) return;
  const happened = `${strangers} of ${here.cases.length} images (with their labels) are not in the file to compare with.`;
  throw notComparable('COMPARED_IMAGES_DIFFER', happened);
}

const notComparable = (code: string, happened: string) =>
  badInput(code, {
    happened,
    kept: 'Everything that was computed before.',
    toDo: 'Compare with a file that was made from the same image files, models, epsilons and --seed. A picture that was saved anew is another file.',
  });

const parametersOf = ({ attacks }: AuditContent, name: AuditAttackName): string[] =>
  attacks.filter(({ id }) => id === name).map((attack) => canonicalJson(attack));

/** With the very same parameters; a sample may lack the criteria that no image of it is attacked by. */
function ranAlike(here: AuditContent, there: AuditContent, name: AuditAttackName): boolean {
  const own = parametersOf(here, name);
  const others = parametersOf(there, name);
  return own.length > 0 && own.every((attack) => others.includes(attack));
}

function outcomesOf(
  here: AuditCase,
  there: AuditCase,
  position: number,
  attacks: readonly AuditAttackName[],
): ComparedOutcome[] {
  return here.models.flatMap((own): ComparedOutcome[] => {
    const other = there.models.find(({ modelId }) => modelId === own.modelId);
    if (!other) return [];
    const about = { position, imageId: here.imageId, modelId: own.modelId };
    const [mine, theirs] = [own.clean.verdict, other.clean.verdict];
    const attacked = own.attacked
      .filter(({ attack }) => attacks.some((name) => name === attack))
      .flatMap((entry) => attackedOutcomes(entry, other.attacked).map((outcome) => ({ ...about, ...outcome })));
    return [{ ...about, attack: 'clean', epsilon: 0, directed: false, here: mine, there: theirs }, ...attacked];
  });
}

type Attacked = AuditCase['models'][number]['attacked'][number];
type AttackedOutcome = Omit<ComparedOutcome, 'position' | 'imageId' | 'modelId'>;

function attackedOutcomes(mine: Attacked, others: readonly Attacked[]): AttackedOutcome[] {
  const attack = AUDIT_ATTACKS.find((name) => name === mine.attack);
  const theirs = others.find((entry) => entry.attack === mine.attack && entry.epsilon === mine.epsilon);
  if (!attack || !theirs) return [];
  const { epsilon } = mine;
  const verdict = { attack, epsilon, directed: false, here: mine.verdict, there: theirs.verdict };
  // Null where the clean verdict is benign already; where only one of the two is, the clean verdicts differ and are named.
  if (mine.turnedBenign === null || theirs.turnedBenign === null) return [verdict];
  const [here, there] = [directionOf(mine.turnedBenign), directionOf(theirs.turnedBenign)];
  return [verdict, { attack, epsilon, directed: true, here, there }];
}

const directionOf = (turnedBenign: boolean): Direction => (turnedBenign ? 'benign' : 'malignant');

/** A difference with what tells whether it matters. */
export interface WeighedDifference extends ComparedOutcome {
  /** Logit of the verdict here minus the next one; of an attack towards a benign verdict: between the two directions. */
  readonly logitMargin: number;
  readonly nearTie: boolean;
}

export interface Agreement {
  readonly compared: number;
  readonly share: number;
  readonly differences: readonly WeighedDifference[];
  readonly leftOut: Comparison['leftOut'];
  /** Nothing was left out, enough outcomes are equal, and each that is not was a near-tie. */
  readonly agrees: boolean;
}

/** @param marginOf the logit margin of an outcome of the audit made here */
export async function weighDifferences(
  { compared, differences, leftOut }: Comparison,
  marginOf: (outcome: ComparedOutcome) => Promise<number>,
): Promise<Agreement> {
  const weighed: WeighedDifference[] = [];
  for (const difference of differences) {
    const logitMargin = await marginOf(difference);
    weighed.push({ ...difference, logitMargin, nearTie: logitMargin < NEAR_TIE });
  }
  const share = compared === 0 ? 0 : 1 - differences.length / compared;
  const agrees = leftOut.length === 0 && share >= SHARE_TO_AGREE && weighed.every(({ nearTie }) => nearTie);
  return { compared, share, differences: weighed, leftOut, agrees };
}
