import type { EngineMethod, EngineMethods } from '../../../shared/contract/engine.ts';
import { EpsiloscopeError, interrupted } from '../../../shared/kernel/errors.ts';
import { finishedUnits, recordUnit, unitResults, type UnitResult } from '../../store/index.ts';
import { modelInputs } from './inputs.ts';
import type { AuditPlan, Unit } from './plan.ts';
import type { AuditControl, AuditDependencies, AuditOptions } from './types.ts';
import {
  attackResult,
  attackResultSchema,
  minimalEpsilonResult,
  packAdversarials,
  predictResult,
  predictResultSchema,
} from './unitResults.ts';

/**
 * Computes every unit of the plan that is not on file yet, each stored for good before the next begins.
 *
 * @returns whether any unit was on file before, and whether all were
 * @throws EpsiloscopeError `INTERRUPTED`, or what made a unit fail twice; what is on file stays
 */
export async function executePlan(
  dependencies: AuditDependencies,
  plan: AuditPlan,
  runId: string,
  options: AuditOptions,
  control: AuditControl,
): Promise<{ resumed: boolean; fromFile: boolean }> {
  const { workspace } = dependencies;
  const onFile = finishedUnits(workspace.db, runId);
  const missing = plan.units.filter((unit) => !onFile.has(unit.key));
  const progress = new Progress(plan, missing, control);
  for (const unit of missing) {
    if (control.signal?.aborted === true) throw stopped(plan, missing, unit);
    progress.begin(unit);
    const result = await computeUnit(dependencies, plan, runId, unit, options, control, (share) => {
      progress.within(share);
    }).catch((error: unknown) => {
      // The engine or the decoder that stopped knows nothing of the other pieces.
      throw control.signal?.aborted === true ? stopped(plan, missing, unit) : error;
    });
    recordUnit(workspace.db, runId, unit.key, result);
    progress.end();
  }
  return { resumed: onFile.size > 0 && missing.length > 0, fromFile: missing.length === 0 };
}

const stopped = (plan: AuditPlan, missing: readonly Unit[], next: Unit) =>
  interrupted(
    `${plan.units.length - missing.length + missing.indexOf(next)} of ${plan.units.length} pieces of work, in the workspace.`,
    'Run the same command again: it goes on from there.',
  );

/** An engine that died may have met bad luck (memory); a second death on the same piece is a reason to stop. */
async function computeUnit(...args: Parameters<typeof computeOnce>): Promise<UnitResult> {
  try {
    return await computeOnce(...args);
  } catch (error) {
    if (error instanceof EpsiloscopeError && error.code === 'ENGINE_DIED') return computeOnce(...args);
    throw error;
  }
}

async function computeOnce(
  dependencies: AuditDependencies,
  plan: AuditPlan,
  runId: string,
  unit: Unit,
  options: AuditOptions,
  control: AuditControl,
  onShare: (share: number) => void,
): Promise<UnitResult> {
  const inputs = await modelInputs(dependencies, plan, unit.model, unit.cases, control);
  const call = <M extends EngineMethod>(method: M, params: EngineMethods[M]['params']) =>
    dependencies.engine.call(method, params, {
      ...(control.signal && { signal: control.signal }),
      onEvent: (event) => {
        const { done, total } = event as { done: number; total: number };
        onShare(done / total);
      },
    });
  const modelSha256 = unit.model.sha256;
  const labels = unit.cases.map((position) => plan.cases[position]?.label ?? null);
  const { seed, epsilons, keepAdversarials } = options;
  switch (unit.kind) {
    case 'predict': {
      return { result: predictResult(await call('predict', { modelSha256, inputs })), data: null };
    }
    case 'attack': {
      const { attack } = unit;
      // The directed attack is there for a count; the attacked inputs that are kept are those of the headline figures.
      const wantAdversarials = keepAdversarials && attack.criterion.kind !== 'malignantToBenign';
      const common = { modelSha256, inputs, labels, attack, epsilons, seed };
      const request = { ...common, wantAdversarials, broken: null, carry: true };
      const { outcomes } = await call('attack', request);
      return {
        result: attackResult(outcomes, unit.cases.length, epsilons.length),
        data: wantAdversarials ? packAdversarials(outcomes) : null,
      };
    }
    case 'minimalEpsilon': {
      const knownSuccess = knownSuccesses(dependencies, plan, runId, unit, epsilons);
      const request = { modelSha256, inputs, labels, attack: unit.attack, seed, knownSuccess };
      const { outcomes } = await call('minimalEpsilon', request);
      return { result: minimalEpsilonResult(outcomes), data: null };
    }
  }
}

/**
 * Per case of the unit the smallest epsilon at which an attack on file changed the model's own clean verdict, else null.
 * For an image that is wrong when clean, success against the label says nothing about a change.
 */
function knownSuccesses(
  { workspace }: AuditDependencies,
  plan: AuditPlan,
  runId: string,
  unit: Unit,
  epsilons: readonly number[],
): (number | null)[] {
  const clean = new Map<number, number>();
  const smallest = new Map<number, number>();
  const units = new Map(
    plan.units.filter(({ model }) => model.sha256 === unit.model.sha256).map((own) => [own.key, own]),
  );
  for (const { unitKey, result } of unitResults(workspace.db, runId)) {
    const own = units.get(unitKey);
    if (own?.kind === 'predict') {
      predictResultSchema.parse(result).cases.forEach(({ verdict }, at) => clean.set(own.cases[at] ?? -1, verdict));
    }
  }
  for (const { unitKey, result } of unitResults(workspace.db, runId)) {
    const own = units.get(unitKey);
    if (own?.kind !== 'attack' || own.attack.norm !== 'linf') continue;
    attackResultSchema.parse(result).cases.forEach((attacked, at) => {
      const position = own.cases[at] ?? -1;
      attacked.forEach(({ verdict }, which) => {
        const epsilon = epsilons[which] ?? Number.POSITIVE_INFINITY;
        if (verdict !== clean.get(position) && epsilon < (smallest.get(position) ?? Number.POSITIVE_INFINITY)) {
          smallest.set(position, epsilon);
        }
      });
    });
  }
  return unit.cases.map((position) => smallest.get(position) ?? null);
}

/** Weighted progress over all units, with the time left judged by this run's own speed. */
class Progress {
  readonly #control: AuditControl;
  readonly #total: number;
  readonly #before: number;
  readonly #startedAt = performance.now();
  #done: number;
  #current: Unit | null = null;

  constructor(plan: AuditPlan, missing: readonly Unit[], control: AuditControl) {
    this.#control = control;
    this.#total = plan.units.reduce((sum, { cost }) => sum + cost, 0);
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
  const { id } = unit.model.card;
  switch (unit.kind) {
    case 'predict':
      return `${id}: verdicts`;
    case 'minimalEpsilon':
      return `${id}: smallest epsilon`;
    case 'attack': {
      const directed = unit.attack.criterion.kind === 'malignantToBenign' ? ', malignant to benign' : '';
      return `${id}: ${unit.attack.id}${directed}`;
    }
  }
}
