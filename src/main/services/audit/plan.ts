import { CORRUPTIONS, SEVERITIES } from '../../../shared/domain/corruption.ts';
import type { Sha256 } from '../../../shared/kernel/ids.ts';
import { canonicalJson, hashOf } from '../../store/index.ts';
import type { PlanInputs } from './planInputs.ts';
import { unitsOf, type Unit } from './units.ts';
import { workOf, type PlannedWork } from './work.ts';

const PLAN_VERSION = 2;

/**
 * To be raised with every change of the code that changes a verdict which the plan's parameters do not tell apart (the
 * steps of an attack, its random draws, the probe, a corruption): stored units of the old arithmetic are then left alone.
 */
const ATTACK_ARITHMETIC_VERSION = 3;

export interface AuditPlan {
  /** Equal for equal work on equal numerics: one run. */
  readonly sha256: Sha256;
  /** Equal for equal work on whichever numerics. */
  readonly workSha256: Sha256;
  /** As it is stored with the run. */
  readonly document: unknown;
  readonly inputs: PlanInputs;
  readonly work: PlannedWork;
  readonly blocks: number;
  /** Block by block; within a block model by model, each unit after those that it builds on. */
  readonly units: readonly Unit[];
}

/** What will be computed, in which pieces: a function of its inputs alone. */
export function planAudit(inputs: PlanInputs): AuditPlan {
  const { environment, models, cases, options } = inputs;
  const work = workOf(inputs);
  const workDocument = {
    planVersion: PLAN_VERSION,
    arithmeticVersion: ATTACK_ARITHMETIC_VERSION,
    models: models.map((model) => model.sha256),
    cases: cases.map(({ imageSha256, label, weight }) => ({ imageSha256, label, weight })),
    headline: work.headline.map(({ attack }) => attack),
    ensemble: work.ensemble.map(({ attack }) => attack),
    checkRuns: work.checkRuns,
    checkCases: work.checkCases,
    minimalEpsilon: work.minimalEpsilon,
    runToTheEnd: work.runToTheEnd,
    corruptions: work.corruptions ? { corruptions: CORRUPTIONS, severities: SEVERITIES } : null,
    smoothing: work.smoothing,
    certificateCases: work.certificateCases,
    options,
  };
  const document = { ...workDocument, numericsFingerprint: environment.numericsFingerprint };
  return {
    sha256: hashOf(canonicalJson(document)),
    workSha256: hashOf(canonicalJson(workDocument)),
    document,
    inputs,
    work,
    blocks: Math.ceil(cases.length / options.casesPerBlock),
    units: unitsOf(inputs, work),
  };
}
