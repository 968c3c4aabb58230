import { EpsiloscopeError, interrupted } from '../../../shared/kernel/errors.ts';
import { finishedUnits, recordUnit, type UnitResult } from '../../store/index.ts';
import { computeUnit, type Workbench } from './compute.ts';
import { ModelInputs } from './inputs.ts';
import type { AuditPlan } from './plan.ts';
import { Progress } from './progress.ts';
import type { AuditControl, AuditDependencies } from './types.ts';
import type { Unit } from './units.ts';

/**
 * Computes every one of these units of the plan that is not on file yet, as many at a time as the engine works on, each
 * stored for good as it is done. Units of one model and block build on each other: they go one after the other.
 *
 * @returns whether any unit was on file before, and whether all were
 * @throws EpsiloscopeError `INTERRUPTED`, or what made a unit fail twice; what is on file stays
 */
export async function executePlan(
  dependencies: AuditDependencies,
  plan: AuditPlan,
  runId: string,
  units: readonly Unit[],
  control: AuditControl,
): Promise<{ resumed: boolean; fromFile: boolean }> {
  const { db } = dependencies.workspace;
  const { width } = dependencies.engine;
  const onFile = finishedUnits(db, runId);
  const missing = units.filter((unit) => !onFile.has(unit.key));
  const progress = new Progress(units, missing, control.onProgress, width);
  const inputs = new ModelInputs(dependencies, plan.inputs.cases, width + 1);
  let done = units.length - missing.length;
  const compute = async (unit: Unit, signal: AbortSignal): Promise<void> => {
    const current = progress.begin(unit);
    const onShare = (share: number) => {
      current.within(share);
    };
    const result = await computeTwice({ dependencies, plan, runId, inputs, control: { signal }, onShare }, unit);
    recordUnit(db, runId, unit.key, result);
    current.end();
    done += 1;
  };
  const failures = await runLanes(lanesOf(missing), width, compute, control.signal);
  if (control.signal?.aborted === true && done < units.length) {
    // The engine or the decoder that stopped knows nothing of the other pieces.
    throw interrupted(
      `${done} of ${units.length} pieces of work, in the workspace.`,
      'Run the same command again: it goes on from there.',
    );
  }
  if (failures.length > 0) throw failures[0];
  return { resumed: missing.length < units.length && missing.length > 0, fromFile: missing.length === 0 };
}

/** Units of one block and model, in the order of the plan. */
function lanesOf(units: readonly Unit[]): Unit[][] {
  const lanes = Map.groupBy(units, (unit) =>
    // Work for several models builds on nothing.
    unit.models.length === 1 ? unit.key.slice(0, unit.key.lastIndexOf('/')) : unit.key,
  );
  return [...lanes.values()];
}

/**
 * Runs the units of each lane one after the other, and lanes side by side: whoever is free takes the next one. A failure
 * stops all of them.
 *
 * @returns what failed, first the one that stopped the others
 */
async function runLanes(
  lanes: readonly (readonly Unit[])[],
  atATime: number,
  compute: (unit: Unit, signal: AbortSignal) => Promise<void>,
  stop: AbortSignal | undefined,
): Promise<unknown[]> {
  const failure = new AbortController();
  const signal = stop ? AbortSignal.any([failure.signal, stop]) : failure.signal;
  const failures: unknown[] = [];
  const waiting = lanes.values();
  const work = async (): Promise<void> => {
    for (const lane of waiting) {
      for (const unit of lane) {
        if (signal.aborted) return;
        await compute(unit, signal);
      }
    }
  };
  const noteFailure = (error: unknown) => {
    failures.push(error);
    failure.abort();
  };
  await Promise.all(Array.from({ length: atATime }, () => work().catch(noteFailure)));
  return failures;
}

/** An engine that died may have met bad luck (memory); a second death on the same piece is a reason to stop. */
async function computeTwice(bench: Workbench, unit: Unit): Promise<UnitResult> {
  try {
    return await computeUnit(bench, unit);
  } catch (error) {
    if (error instanceof EpsiloscopeError && error.code === 'ENGINE_DIED') return computeUnit(bench, unit);
    throw error;
  }
}
