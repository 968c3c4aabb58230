import type { AuditCase, AuditContent } from '../../../../shared/contract/audit.ts';
import type { CaseEvidence } from '../../../../shared/contract/auditEvidence.ts';
import { DIAGNOSES, classIndexOf, type Diagnosis } from '../../../../shared/domain/diagnosis.ts';
import { sha256 } from '../../../../shared/kernel/ids.ts';
import { createCohort, type Cohort } from '../../../engine/metrics/index.ts';
import { AUDIT_ATTACKS } from '../types.ts';

/** What the figures of an audit rest on: everything in it but they themselves. */
export type FigureSource = Pick<
  AuditContent,
  'cases' | 'models' | 'attacks' | 'epsilons' | 'budget' | 'ensemble' | 'smoothing' | 'sample'
>;

export type ModelEntry = AuditCase['models'][number];

/** Cases that figures rest on, and the same as a cohort, in the same order. */
export interface Part {
  readonly cases: readonly AuditCase[];
  readonly cohort: Cohort;
}

/** All cases. */
export const wholeOf = ({ cases, sample }: FigureSource): Part => partOf(cases, sample.seed, () => 1);

const partOf = (cases: readonly AuditCase[], seed: number, factorOf: (label: Diagnosis | null) => number): Part => ({
  cases,
  cohort: createCohort(
    cases.map(({ imageId, imageSha256, lesionId, label, weight }) => ({
      imageId,
      imageSha256: sha256(imageSha256),
      lesionId,
      label: label === null ? null : classIndexOf(label),
      weight: weight * factorOf(label),
    })),
    { seed },
  ),
});

/**
 * The cases that something was run on. Where these are not all the labelled ones, each class is reweighted to what it
 * weighs in the whole, so that shares over all classes are still those of the set.
 */
export function partWhere(whole: Part, has: (one: AuditCase) => boolean): Part {
  const cases = whole.cases.filter(has);
  const { seed } = whole.cohort;
  const chosen = partOf(cases, seed, () => 1);
  if (cases.length > 0 && chosen.cohort.n === whole.cohort.n) return whole;
  const weightIn = ({ classes }: Cohort, diagnosis: Diagnosis) =>
    classes.find(({ label }) => DIAGNOSES[label] === diagnosis)?.weight ?? 0;
  return partOf(cases, seed, (label) =>
    label === null ? 1 : weightIn(whole.cohort, label) / weightIn(chosen.cohort, label),
  );
}

/** The cases of which one model has a kind of evidence. */
export const partWith = (whole: Part, model: number, kind: keyof CaseEvidence): Part =>
  partWhere(whole, ({ models }) => (models[model]?.evidence[kind] ?? null) !== null);

/** What `read` says of each case's entry for one model. */
export const perCase = <T>({ cases }: Part, model: number, read: (entry: ModelEntry, one: AuditCase) => T): T[] =>
  cases.map((one) => {
    const entry = one.models[model];
    if (!entry) throw new Error(`${one.imageId} has no entry for model ${model}.`);
    return read(entry, one);
  });

/** Of each case whether the verdict that `read` gives is its label. */
export const rightPerCase = (
  part: Part,
  model: number,
  read: (entry: ModelEntry) => Diagnosis | null | undefined,
): readonly boolean[] => perCase(part, model, (entry, { label }) => label !== null && read(entry) === label);

export const cleanRight = (part: Part, model: number): readonly boolean[] =>
  rightPerCase(part, model, ({ clean }) => clean.verdict);

/** The verdict at one place of a string of digits. */
export const verdictAt = (digits: string | null | undefined, place: number): Diagnosis | undefined =>
  DIAGNOSES[Number(digits?.[place])];

/** The attacks that every case has a verdict of, in their order. */
export function headlineAttacks({ attacks }: Pick<FigureSource, 'attacks'>) {
  const ids = new Set<string>(attacks.map(({ id }) => id));
  return [...ids].flatMap((id) => AUDIT_ATTACKS.filter((attack) => attack === id));
}

export const normOf = ({ attacks }: Pick<FigureSource, 'attacks'>): 'linf' | 'l2' =>
  attacks.flatMap((attack) => (attack.id === 'clean' ? [] : [attack.norm]))[0] ?? 'linf';
