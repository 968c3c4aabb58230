import type { CheckRun } from '../../../shared/contract/auditEvidence.ts';
import type { AttackId } from '../../../shared/domain/attack.ts';
import { isMalignant, type ClassIndex } from '../../../shared/domain/diagnosis.ts';
import type { Unit } from './units.ts';
import {
  attackResultSchema,
  certificateResultSchema,
  checkRunResultSchema,
  corruptionResultSchema,
  minimalEpsilonResultSchema,
  predictResultSchema,
  probeResultSchema,
  runToTheEndResultSchema,
  type Attacked,
  type CertificateResult,
  type CorruptionResult,
  type MinimalEpsilonResult,
  type PredictResult,
  type ProbeResult,
  type RunToTheEndResult,
} from './unitResults.ts';

type ByCase<T> = Map<number, T>;

/** What is on file of one model, by position of the case in the plan. */
export interface OnFile {
  readonly clean: ByCase<PredictResult['cases'][number]>;
  /** By attack; per epsilon of the audit, null where an attack before it had already succeeded. */
  readonly attacked: Map<AttackId, ByCase<readonly (Attacked | null)[]>>;
  /** The same, of the attacks towards a benign verdict. */
  readonly directed: Map<AttackId, ByCase<readonly (Attacked | null)[]>>;
  readonly checkRuns: Map<CheckRun, ByCase<readonly ClassIndex[]>>;
  readonly probes: ByCase<ProbeResult['cases'][number]>;
  readonly minimalEpsilon: ByCase<MinimalEpsilonResult['cases'][number]>;
  readonly runToTheEnd: ByCase<RunToTheEndResult['cases'][number]>;
  readonly corrupted: ByCase<CorruptionResult['models'][number][number]>;
  readonly certificates: ByCase<CertificateResult['cases'][number]>;
}

/**
 * Reads the results of those units that are of this model.
 *
 * @param resultOf what a unit left; undefined where it is not on file
 */
export function onFileOf(modelSha256: string, units: readonly Unit[], resultOf: (unit: Unit) => unknown): OnFile {
  const found: OnFile = {
    clean: new Map(),
    attacked: new Map(),
    directed: new Map(),
    checkRuns: new Map(),
    probes: new Map(),
    minimalEpsilon: new Map(),
    runToTheEnd: new Map(),
    corrupted: new Map(),
    certificates: new Map(),
  };
  for (const unit of units) {
    const which = unit.models.findIndex(({ sha256 }) => sha256 === modelSha256);
    const result = which < 0 ? undefined : resultOf(unit);
    if (result !== undefined) place(found, unit, which, result);
  }
  return found;
}

function place(found: OnFile, unit: Unit, which: number, result: unknown): void {
  const into = <T>(cases: ByCase<T>, entries: readonly T[]) => {
    if (entries.length !== unit.cases.length)
      throw new Error(`${unit.key} holds another number of cases than planned.`);
    unit.cases.forEach((position, at) => {
      const entry = entries[at];
      if (entry !== undefined) cases.set(position, entry);
    });
  };
  switch (unit.kind) {
    case 'predict':
      into(found.clean, predictResultSchema.parse(result).cases);
      return;
    case 'attack': {
      const directed = unit.attack.criterion.kind === 'malignantToBenign';
      into(entryOf(directed ? found.directed : found.attacked, unit.attack.id), attackResultSchema.parse(result).cases);
      return;
    }
    case 'checkRun':
      into(entryOf(found.checkRuns, unit.checkRun.run), checkRunResultSchema.parse(result).cases);
      return;
    case 'probe':
      into(found.probes, probeResultSchema.parse(result).cases);
      return;
    case 'minimalEpsilon':
      into(found.minimalEpsilon, minimalEpsilonResultSchema.parse(result).cases);
      return;
    case 'runToTheEnd':
      into(found.runToTheEnd, runToTheEndResultSchema.parse(result).cases);
      return;
    case 'corruption':
      into(found.corrupted, corruptionResultSchema.parse(result).models[which] ?? []);
      return;
    case 'certificate':
      into(found.certificates, certificateResultSchema.parse(result).cases);
      return;
  }
}

function entryOf<Key, T>(map: Map<Key, ByCase<T>>, key: Key): ByCase<T> {
  const known = map.get(key) ?? new Map<number, T>();
  map.set(key, known);
  return known;
}

/** A verdict on an attacked input, at an epsilon of the audit by its place. */
export interface Found {
  readonly epsilonIndex: number;
  readonly verdict: ClassIndex;
}

/** Which attacked inputs of a case are on file, of whichever attack, the smallest epsilon first. */
export function attackedInputs({ attacked, directed, checkRuns }: OnFile, position: number): Found[] {
  const ofAttacks = [...attacked.values(), ...directed.values()].flatMap((cases) =>
    (cases.get(position) ?? []).flatMap((entry, epsilonIndex) =>
      entry === null ? [] : [{ epsilonIndex, verdict: entry.verdict }],
    ),
  );
  const ofChecks = [...checkRuns]
    .filter(([run]) => run !== 'pgdAtLargeEpsilons')
    .flatMap(([, cases]) => (cases.get(position) ?? []).map((verdict, epsilonIndex) => ({ epsilonIndex, verdict })));
  return [...ofAttacks, ...ofChecks].sort((one, other) => one.epsilonIndex - other.epsilonIndex);
}

/** The smallest epsilon on file that changed the model's own clean verdict, with the verdict there. */
export function smallestChange(onFile: OnFile, position: number): Found | undefined {
  const clean = onFile.clean.get(position)?.verdict;
  // For an image that is wrong when clean, success against the label says nothing about a change.
  return attackedInputs(onFile, position).find(({ verdict }) => verdict !== clean);
}

/** The smallest epsilon's place at which an attack of the ensemble so far met its criterion; null: none did. */
export function brokenAt({ attacked }: OnFile, position: number): number | null {
  return smallest([...attacked.values()].map((cases) => firstWhere(cases.get(position), ({ success }) => success)));
}

/** The same for the direction from malignant to benign, which an attack without a direction may find as well. */
export function turnedBenignAt({ attacked, directed }: OnFile, position: number): number | null {
  const benign = ({ success, verdict }: Attacked) => success && !isMalignant(verdict);
  return smallest([
    ...[...attacked.values()].map((cases) => firstWhere(cases.get(position), benign)),
    ...[...directed.values()].map((cases) => firstWhere(cases.get(position), ({ success }) => success)),
  ]);
}

function firstWhere(
  perEpsilon: readonly (Attacked | null)[] | undefined,
  holds: (entry: Attacked) => boolean,
): number | null {
  const at = (perEpsilon ?? []).findIndex((entry) => entry !== null && holds(entry));
  return at < 0 ? null : at;
}

const smallest = (places: readonly (number | null)[]): number | null =>
  places.reduce<number | null>((least, at) => (at !== null && (least === null || at < least) ? at : least), null);
