import { EpsiloscopeError, interrupted } from '../../../shared/kernel/errors.ts';
import { finishedUnits, recordUnit, type UnitResult } from '../../store/index.ts';
import { computeUnit, type Workbench } from './compute.ts';
import { ModelInputs } from './inputs.ts';
import type { AuditPlan } from './plan.ts';
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
  const progress = new Progress(units, missing, control);
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

/** Weighted progress over all units, with the time left judged by this run's own speed. */
class Progress {
  readonly #control: AuditControl;
  readonly #total: number;
  readonly #before: number;
  readonly #startedAt = performance.now();
  #done: number;
  #current: Unit | null = null;

  constructor(units: readonly Unit[], missing: readonly Unit[], control: AuditControl) {
    this.#control = control;
    this.#total = units.reduce((sum, { cost }) => sum + cost, 0);
    this.#before = this.#total - missing.reduce((sum, { cost }) => sum + cost, 0);
    this.#done = this.#before;
  }

  begin(unit: Unit): void {
    this.#current = unit;
    this.within(0);
  }

  within(share: number): void {
    const unit = this.#current;
    if (!unit) return;
    const done = this.#done + share * unit.cost;
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const here = done - this.#before;
    this.#control.onProgress?.({
      phase: phaseOf(unit),
      fraction: done / this.#total,
      secondsLeft: here > 0 ? ((this.#total - done) * seconds) / here : null,
    });
  }

  end(): void {
    this.#done += this.#current?.cost ?? 0;
    this.#current = null;
  }
}

function phaseOf(unit: Unit): string {
  return `${unit.models.map(({ id }) => id).join(', ')}: ${workInWords(unit)}`;
}

function workInWords(unit: Unit): string {
  switch (unit.kind) {
    case 'predict':
      return 'verdicts';
    case 'attack': {
      const directed = unit.attack.criterion.kind === 'malignantToBenign' ? ', malignant to benign' : '';
      return `${unit.attack.id}${directed}`;
    }
    case 'checkRun':
      return `check, ${unit.checkRun.run}`;
    case 'probe':
      return 'check, gradients';
    case 'minimalEpsilon':
      return 'smallest epsilon';
    case 'runToTheEnd':
      return `${unit.attack.id} to the end, and transfer`;
    case 'corruption':
      return 'corruptions';
    case 'certificate':
      return 'certificate';
  }
}
