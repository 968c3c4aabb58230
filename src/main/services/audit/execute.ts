import { EpsiloscopeError, interrupted } from '../../../shared/kernel/errors.ts';
import { finishedUnits, recordUnit, type UnitResult } from '../../store/index.ts';
import { computeUnit, type Workbench } from './compute.ts';
import { ModelInputs } from './inputs.ts';
import type { AuditPlan } from './plan.ts';
import { Progress } from './progress.ts';
import type { AuditControl, AuditDependencies } from './types.ts';
import type { Unit } from './units.ts';

/**
 * Computes every one of these units of the plan that is not on file yet, each stored for good before the next begins.
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
  const onFile = finishedUnits(db, runId);
  const missing = units.filter((unit) => !onFile.has(unit.key));
  const progress = new Progress(units, missing, control.onProgress);
  const inputs = new ModelInputs(dependencies, plan.inputs.cases);
  const onShare = (share: number) => {
    progress.within(share);
  };
  const bench: Workbench = { dependencies, plan, runId, inputs, control, onShare };
  const stopped = (next: Unit) =>
    interrupted(
      `${units.length - missing.length + missing.indexOf(next)} of ${units.length} pieces of work, in the workspace.`,
      'Run the same command again: it goes on from there.',
    );
  for (const unit of missing) {
    if (control.signal?.aborted === true) throw stopped(unit);
    progress.begin(unit);
    const result = await computeTwice(bench, unit).catch((error: unknown) => {
      // The engine or the decoder that stopped knows nothing of the other pieces.
      throw control.signal?.aborted === true ? stopped(unit) : error;
    });
    recordUnit(db, runId, unit.key, result);
    progress.end();
  }
  return { resumed: missing.length < units.length && missing.length > 0, fromFile: missing.length === 0 };
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
