import type { AttackRequest, EngineMethod, EngineMethods } from '../../../shared/contract/engine.ts';
import type { ClassIndex } from '../../../shared/domain/diagnosis.ts';
import { unitResult, type UnitResult } from '../../store/index.ts';
import { corruptionVerdicts } from './corruptions.ts';
import type { ModelInputs } from './inputs.ts';
import { brokenAt, onFileOf, smallestChange, turnedBenignAt, type OnFile } from './onFile.ts';
import type { AuditPlan } from './plan.ts';
import type { PlannedModel } from './planInputs.ts';
import type { AuditControl, AuditDependencies } from './types.ts';
import {
  attackResult,
  checkRunResult,
  minimalEpsilonResult,
  packAdversarials,
  predictResult,
  runToTheEndResult,
  type MinimalEpsilonResult,
} from './unitResults.ts';
import type { Unit, UnitOf } from './units.ts';

/** What a unit is computed with. */
export interface Workbench {
  readonly dependencies: AuditDependencies;
  readonly plan: AuditPlan;
  readonly runId: string;
  readonly inputs: ModelInputs;
  readonly control: AuditControl;
  /** Told the share of the unit that is done, 0..1. */
  readonly onShare: (share: number) => void;
}

/** A call of the engine that can be cancelled and reports its share. */
type Call = <M extends EngineMethod>(
  method: M,
  params: EngineMethods[M]['params'],
) => Promise<EngineMethods[M]['result']>;

/** All that the engine's methods over a unit's cases have in common. */
interface Request {
  readonly modelSha256: PlannedModel['sha256'];
  readonly inputs: AttackRequest['inputs'];
  readonly labels: readonly (ClassIndex | null)[];
  readonly seed: number;
}

/** Computes one unit: a function of the plan and of what the units before it in its block have left on file. */
export async function computeUnit(bench: Workbench, unit: Unit): Promise<UnitResult> {
  const { plan, inputs, control } = bench;
  const call = callOf(bench);
  if (unit.kind === 'corruption') {
    const { decoder } = bench.dependencies;
    const predict = (params: EngineMethods['predict']['params']) => call('predict', params);
    const means = { decoder, plan, inputs, signal: control.signal, predict, onShare: bench.onShare };
    return stored(await corruptionVerdicts(means, unit));
  }
  const [model] = unit.models;
  if (!model) throw new Error(`${unit.key} names no model.`);
  const request: Request = {
    modelSha256: model.sha256,
    inputs: await inputs.batch(model.input, unit.block, unit.cases, control),
    labels: unit.cases.map((position) => plan.inputs.cases[position]?.label ?? null),
    seed: plan.inputs.options.seed,
  };
  switch (unit.kind) {
    case 'predict':
      return stored(predictResult(await call('predict', request)));
    case 'attack':
      return computeAttack(bench, call, unit, request);
    case 'checkRun': {
      const { attack, epsilons } = unit.checkRun;
      const asked = { ...request, attack, epsilons, wantAdversarials: false, broken: null, carry: false };
      return stored(checkRunResult((await call('attack', asked)).outcomes, asked));
    }
    case 'probe': {
      const { outcomes } = await call('probe', request);
      return stored({
        cases: outcomes.map(({ largestGradient, logitMargin, repeatable }) => ({
          largestGradient,
          logitMargin,
          repeatable,
        })),
      });
    }
    case 'minimalEpsilon':
      return stored(await computeMinimalEpsilon(bench, call, unit, request));
    case 'runToTheEnd': {
      const judges = unit.judges.map(({ sha256 }) => sha256);
      const { epsilons } = plan.inputs.options;
      const { outcomes } = await call('runToTheEnd', { ...request, judges, attack: unit.attack, epsilons });
      return stored(runToTheEndResult(outcomes, unit.cases.length, epsilons.length));
    }
    case 'certificate': {
      const { outcomes } = await call('certify', { ...request, smoothing: unit.smoothing });
      return stored({ cases: outcomes.map(({ verdict, radius }) => ({ verdict, radius })) });
    }
  }
}

const stored = (result: unknown): UnitResult => ({ result, data: null });

function callOf({ dependencies, control, onShare }: Workbench): Call {
  return (method, params) =>
    dependencies.engine.call(method, params, {
      ...(control.signal && { signal: control.signal }),
      onEvent: (event) => {
        const { done, total } = event as { done: number; total: number };
        onShare(done / total);
      },
    });
}

/** What the units of the same block and model that come before this one have left. */
function before({ dependencies, plan, runId }: Workbench, unit: Unit): OnFile {
  const ofBlock = plan.units.filter(({ block }) => block === unit.block);
  const earlier = ofBlock.slice(0, ofBlock.indexOf(unit));
  return onFileOf(unit.models[0]?.sha256 ?? '', earlier, ({ key }) =>
    unitResult(dependencies.workspace.db, runId, key),
  );
}

async function computeAttack(
  bench: Workbench,
  call: Call,
  unit: UnitOf<'attack'>,
  request: Request,
): Promise<UnitResult> {
  const { epsilons, keepAdversarials } = bench.plan.inputs.options;
  const { attack, wave } = unit;
  const directed = attack.criterion.kind === 'malignantToBenign';
  // The directed attack is there for a count; the attacked inputs that are kept are those of the headline figures.
  const wantAdversarials = keepAdversarials && wave === 'headline' && !directed;
  const onFile = wave === 'headline' ? null : before(bench, unit);
  const placeOf = directed ? turnedBenignAt : brokenAt;
  const broken = onFile && unit.cases.map((position) => valueAt(epsilons, placeOf(onFile, position)));
  const asked = { ...request, attack, epsilons, wantAdversarials, broken, carry: true };
  const { outcomes } = await call('attack', asked);
  return { result: attackResult(outcomes, asked), data: wantAdversarials ? packAdversarials(outcomes) : null };
}

const valueAt = (epsilons: readonly number[], at: number | null): number | null =>
  at === null ? null : (epsilons[at] ?? null);

async function computeMinimalEpsilon(
  bench: Workbench,
  call: Call,
  unit: UnitOf<'minimalEpsilon'>,
  request: Request,
): Promise<MinimalEpsilonResult> {
  const { epsilons } = bench.plan.inputs.options;
  const onFile = before(bench, unit);
  const known = unit.cases.map((position) => smallestChange(onFile, position));
  if (unit.how === 'grid') return fromGrid(call, unit, request, { epsilons, onFile, known });
  const knownSuccess = known.map((found) => (found ? (epsilons[found.epsilonIndex] ?? null) : null));
  const { outcomes } = await call('minimalEpsilon', { ...request, attack: unit.attack, knownSuccess });
  return minimalEpsilonResult(
    outcomes.map((outcome, at) => {
      // What another attack has found stands where the search could not repeat it, or did not look: it ends at 16/255.
      const minimalEpsilon = outcome.minimalEpsilon ?? knownSuccess[at] ?? null;
      const found = minimalEpsilon === knownSuccess[at] ? known[at]?.verdict : undefined;
      return { ...outcome, minimalEpsilon, verdict: outcome.verdict ?? found ?? null };
    }),
  );
}

/**
 * The smallest epsilon on file, without a search. Images that are wrong when clean were not attacked away from their
 * label: these are attacked here, away from the model's own verdict.
 */
async function fromGrid(
  call: Call,
  unit: UnitOf<'minimalEpsilon'>,
  request: Request,
  {
    epsilons,
    onFile,
    known,
  }: { epsilons: readonly number[]; onFile: OnFile; known: ReturnType<typeof smallestChange>[] },
): Promise<MinimalEpsilonResult> {
  const wrongWhenClean = unit.cases.map((position, at) => {
    const label = request.labels[at] ?? null;
    return label !== null && label !== onFile.clean.get(position)?.verdict;
  });
  const broken = unit.cases.map((_, at) =>
    wrongWhenClean[at] === true ? valueAt(epsilons, known[at]?.epsilonIndex ?? null) : 0,
  );
  const asked = { ...request, attack: unit.attack, epsilons, wantAdversarials: false, broken, carry: true };
  const { cases } = attackResult((await call('attack', asked)).outcomes, asked);
  return {
    cases: cases.map((perEpsilon, at) => {
      const here = perEpsilon.findIndex((entry) => entry?.success === true);
      const found = here < 0 ? known[at] : { epsilonIndex: here, verdict: perEpsilon[here]?.verdict };
      return {
        minimalEpsilon: found ? (epsilons[found.epsilonIndex] ?? null) : null,
        verdict: found?.verdict ?? null,
        survivesRounding: null,
      };
    }),
  };
}
