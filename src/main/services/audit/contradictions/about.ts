import type { AuditCase, AuditContent } from '../../../../shared/contract/audit.ts';
import type { CheckRun } from '../../../../shared/contract/auditEvidence.ts';
import type { AttackId } from '../../../../shared/domain/attack.ts';
import { classIndexOf, isMalignantDiagnosis, type Diagnosis } from '../../../../shared/domain/diagnosis.ts';
import { headlineAttacks, verdictAt } from '../figures/source.ts';
import type { PlanAgain } from '../planAgain.ts';
import type { Unit, UnitOf } from '../units.ts';

export type Entry = AuditCase['models'][number];

/** What every case as one model sees it is held against. */
export interface Frame {
  readonly content: AuditContent;
  readonly plan: PlanAgain;
  readonly headline: readonly AttackId[];
  /** Headline attacks whose success at one epsilon is that at every larger one. */
  readonly carried: ReadonlySet<AttackId>;
  /** Positions of the cases that the plan runs this kind of work on, for one model. */
  readonly planned: ReadonlyMap<string, ReadonlySet<number>>;
  /** Ids of the models that judge what this one was attacked with. */
  readonly judges: readonly string[];
}

/** One case as one model sees it. */
export interface About extends Frame {
  readonly entry: Entry;
  readonly position: number;
  readonly label: Diagnosis | null;
  /** What a success leads away from: the label, or without one the clean verdict. */
  readonly reference: Diagnosis;
}

type Kind = Exclude<Unit['kind'], 'checkRun'> | CheckRun;

export const isPlanned = ({ planned, position }: About, kind: Kind): boolean =>
  planned.get(kind)?.has(position) === true;

export function frameOf(content: AuditContent, plan: PlanAgain, model: number): Frame {
  const own = plan.inputs.models[model];
  const units = plan.units.filter(({ models }) => models.some((one) => one === own));
  const planned = new Map(
    units.map((unit) => [unit.kind === 'checkRun' ? unit.checkRun.run : unit.kind, new Set(unit.cases)] as const),
  );
  const toTheEnd = units.find((unit): unit is UnitOf<'runToTheEnd'> => unit.kind === 'runToTheEnd');
  const carried = plan.work.headline.flatMap(({ attack }) =>
    attack.kind === 'gradient' && attack.steps > 1 ? [attack.id] : [],
  );
  return {
    content,
    plan,
    headline: headlineAttacks(content),
    carried: new Set(carried),
    planned,
    judges: toTheEnd?.judges.map(({ id }) => id) ?? [],
  };
}

/** Malignant, and called malignant when clean: the images that dangerous flips are counted among. */
export const isCounted = ({ label, entry }: About): boolean =>
  label !== null && isMalignantDiagnosis(label) && isMalignantDiagnosis(entry.clean.verdict);

export const isMostProbable = (verdict: Diagnosis | undefined, probabilities: readonly number[]): boolean =>
  verdict !== undefined && probabilities[classIndexOf(verdict)] === Math.max(...probabilities);

/** A verdict that an attack found, as far as the file holds it. */
export interface Shown {
  readonly attack: AttackId;
  readonly epsilon: number;
  readonly verdict: Diagnosis;
  readonly success: boolean;
}

/** Of the attacks of the worst case: the headline ones, and Square on the check sample. */
export function shownAttacks({ content, entry, reference }: About): Shown[] {
  const square = entry.evidence.checks?.runs.square;
  return [
    ...entry.attacked,
    ...content.epsilons.flatMap((epsilon, at): Shown[] => {
      const verdict = verdictAt(square, at);
      return verdict === undefined ? [] : [{ attack: 'square', epsilon, verdict, success: verdict !== reference }];
    }),
  ];
}
