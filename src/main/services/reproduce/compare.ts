import type { AuditCase, AuditContent } from '../../../shared/contract/audit.ts';
import type { Diagnosis } from '../../../shared/domain/diagnosis.ts';
import { badInput } from '../../../shared/kernel/errors.ts';
import { canonicalJson } from '../../store/index.ts';
import { AUDIT_ATTACKS, type AuditAttackName } from '../audit/index.ts';

/** One verdict that two audits may differ in. */
export interface ComparedVerdict {
  /** Place of the case in the audit made here. */
  readonly position: number;
  readonly imageId: string;
  readonly modelId: string;
  readonly attack: 'clean' | AuditAttackName;
  /** In [0, 1]; 0 for clean. */
  readonly epsilon: number;
  readonly here: Diagnosis;
  readonly there: Diagnosis;
}

export interface Comparison {
  /** Verdicts that both audits hold. */
  readonly compared: number;
  readonly differences: readonly ComparedVerdict[];
}

/** Share of the verdicts that must be equal for two audits to agree. */
export const SHARE_TO_AGREE = 0.99;
/** Below this logit margin a verdict may turn with the last bits of another processor. */
export const NEAR_TIE = 1e-3;

/**
 * Sets the verdicts of an audit beside those of a larger one of the same models and seed: clean, and under each headline
 * attack with the same parameters at each common epsilon. These are functions of image, model and seed, whatever the
 * sample and the budget. The worst case is not: it depends on the budget.
 *
 * @throws EpsiloscopeError `COMPARED_MODELS_DIFFER`, `COMPARED_SEEDS_DIFFER`, `COMPARED_IMAGES_DIFFER`
 */
export function compareVerdicts(here: AuditContent, there: AuditContent): Comparison {
  refuseOthers(here, there);
  const attacks = commonAttacks(here, there);
  const epsilons = here.epsilons.filter((epsilon) => there.epsilons.includes(epsilon));
  const known = new Map(there.cases.map((one) => [keyOf(one), one]));
  const all = here.cases.flatMap((one, position) => {
    const other = known.get(keyOf(one));
    return other ? verdictsOf(one, other, position, attacks, epsilons) : [];
  });
  return { compared: all.length, differences: all.filter((verdict) => verdict.here !== verdict.there) };
}

/** Attacks depend on the label as well. */
const keyOf = ({ imageSha256, label }: AuditCase): string => `${imageSha256} ${String(label)}`;

function refuseOthers(here: AuditContent, there: AuditContent): void {
  const missing = here.models.find((model) => !there.models.some(({ sha256 }) => sha256 === model.sha256));
  if (missing) {
    throw notComparable(
      'COMPARED_MODELS_DIFFER',
      `The file to compare with holds no verdict of this model "${missing.id}".`,
    );
  }
  if (here.sample.seed !== there.sample.seed) {
    const seeds = `seed ${there.sample.seed}, this one with ${here.sample.seed}`;
    throw notComparable('COMPARED_SEEDS_DIFFER', `The audit to compare with was made with ${seeds}.`);
  }
  const known = new Set(there.cases.map(keyOf));
  const strangers = here.cases.filter((one) => !known.has(keyOf(one))).length;
  if (strangers > 0) {
    const happened = `${strangers} of ${here.cases.length} images (with their labels) are not in the file to compare with.`;
    throw notComparable('COMPARED_IMAGES_DIFFER', happened);
  }
}

const notComparable = (code: string, happened: string) =>
  badInput(code, {
    happened,
    kept: 'This run, with its results.',
    toDo: 'Compare with a file that was made from the same data, models and --seed.',
  });

/** Headline attacks that both ran with the very same parameters. */
function commonAttacks(here: AuditContent, there: AuditContent): AuditAttackName[] {
  const parameters = ({ attacks }: AuditContent, name: AuditAttackName) =>
    attacks.filter(({ id }) => id === name).map((attack) => canonicalJson(attack));
  return AUDIT_ATTACKS.filter((name) => {
    const own = parameters(here, name);
    const others = parameters(there, name);
    // A sample may lack the criteria that no image of it is attacked by.
    return own.length > 0 && own.every((attack) => others.includes(attack));
  });
}

function verdictsOf(
  here: AuditCase,
  there: AuditCase,
  position: number,
  attacks: readonly AuditAttackName[],
  epsilons: readonly number[],
): ComparedVerdict[] {
  return here.models.flatMap((own) => {
    const other = there.models.find(({ modelId }) => modelId === own.modelId);
    const common = { position, imageId: here.imageId, modelId: own.modelId };
    if (!other) return [];
    const clean = {
      ...common,
      attack: 'clean' as const,
      epsilon: 0,
      here: own.clean.verdict,
      there: other.clean.verdict,
    };
    const attacked = attacks.flatMap((attack) =>
      epsilons.flatMap((epsilon) => {
        const [mine, theirs] = [own, other].map(({ attacked: entries }) =>
          entries.find((entry) => entry.attack === attack && entry.epsilon === epsilon),
        );
        return mine && theirs ? [{ ...common, attack, epsilon, here: mine.verdict, there: theirs.verdict }] : [];
      }),
    );
    return [clean, ...attacked];
  });
}

/** A difference with what tells whether it matters. */
export interface WeighedDifference extends ComparedVerdict {
  /** Logit of the verdict here minus the next one. */
  readonly logitMargin: number;
  readonly nearTie: boolean;
}

export interface Agreement {
  readonly compared: number;
  readonly share: number;
  readonly differences: readonly WeighedDifference[];
  /** Enough verdicts are equal, and each that is not was a near-tie. */
  readonly agrees: boolean;
}

/** @param marginOf the logit margin of a verdict of the audit made here */
export async function weighDifferences(
  { compared, differences }: Comparison,
  marginOf: (verdict: ComparedVerdict) => Promise<number>,
): Promise<Agreement> {
  const weighed: WeighedDifference[] = [];
  for (const difference of differences) {
    const logitMargin = await marginOf(difference);
    weighed.push({ ...difference, logitMargin, nearTie: logitMargin < NEAR_TIE });
  }
  const share = compared === 0 ? 0 : 1 - differences.length / compared;
  const agrees = share >= SHARE_TO_AGREE && weighed.every(({ nearTie }) => nearTie);
  return { compared, share, differences: weighed, agrees };
}
