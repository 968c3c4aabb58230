import { interrupted } from '../../../shared/kernel/errors.ts';
import { finishedUnits, recordUnit } from '../../store/index.ts';
import { runLanes, twiceIfEngineDies } from '../engine/index.ts';
import { computeUnit } from './compute.ts';
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
    const bench = { dependencies, plan, runId, inputs, control: { signal }, onShare };
    const result = await twiceIfEngineDies(() => computeUnit(bench, unit));
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
