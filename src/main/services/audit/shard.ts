import { auditSchema, type Audit } from '../../../shared/contract/audit.ts';
import type { Sha256 } from '../../../shared/kernel/ids.ts';
import { finishRun, unitResults } from '../../store/index.ts';
import { executePlan } from './execute.ts';
import type { AuditPlan } from './plan.ts';
import type { PlanInputs } from './planInputs.ts';
import { openAudit, runFacts } from './runAudit.ts';
import type { AuditControl, AuditDependencies, AuditOptions } from './types.ts';
import type { Unit } from './units.ts';

/** Shard `number` of `of`, counted from 1. */
export interface Shard {
  readonly number: number;
  readonly of: number;
}

/** What a shard of an audit leaves: all that the audit is put together from, but the other shards. */
export interface ShardResult {
  readonly shard: Shard;
  readonly planSha256: Sha256;
  readonly inputs: PlanInputs;
  readonly run: Audit['run'];
  /** In the order of the plan. */
  readonly units: readonly { readonly key: string; readonly result: unknown }[];
}

export const runSchema = auditSchema.shape.run;

/** Blocks go round the shards: each gets about as many as another, and no two the same. */
export const unitsOfShard = ({ units }: AuditPlan, { number, of }: Shard): Unit[] =>
  units.filter(({ block }) => block % of === number - 1);

/**
 * Computes one shard of what `runAudit` would: the units of its blocks, with the same results. Run again after a break,
 * it goes on.
 *
 * @throws EpsiloscopeError as `runAudit`
 */
export async function runShard(
  dependencies: AuditDependencies,
  options: AuditOptions,
  shard: Shard,
  control: AuditControl = {},
): Promise<ShardResult> {
  const { db } = dependencies.workspace;
  const { plan, run } = await openAudit(dependencies, options);
  const units = unitsOfShard(plan, shard);
  const { resumed } = await executePlan(dependencies, plan, run.id, units, control);
  const results = new Map([...unitResults(db, run.id)].map(({ unitKey, result }) => [unitKey, result]));
  if (run.state !== 'finished' && plan.units.every(({ key }) => results.has(key))) finishRun(db, run.id);
  return {
    shard,
    planSha256: plan.sha256,
    inputs: plan.inputs,
    run: { ...runFacts(dependencies, run), resumed },
    units: units.map(({ key }) => ({ key, result: results.get(key) })),
  };
}
