/** From a workspace and models to an audit: which verdicts survive which attack. */
export { assembleContent } from './assemble.ts';
export { auditFigures } from './figures/index.ts';
export { planAudit, type AuditPlan } from './plan.ts';
export { planInputsSchema } from './planInputs.ts';
export { auditOf, runAudit } from './runAudit.ts';
export { runSchema, runShard, unitsOfShard, type Shard, type ShardResult } from './shard.ts';
export { verifyAudit, type AuditVerification } from './verify.ts';
export { AUDIT_ATTACKS } from './types.ts';
export type {
  AuditAttackName,
  AuditControl,
  AuditDependencies,
  AuditOptions,
  AuditProgress,
  AuditRun,
  VerdictAt,
} from './types.ts';
