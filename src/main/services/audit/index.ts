/** From a workspace and models to an audit: which verdicts survive which attack. */
export { runAudit } from './runAudit.ts';
export { verifyAudit, type AuditVerification } from './verify.ts';
export { AUDIT_ATTACKS } from './types.ts';
export type {
  AuditAttackName,
  AuditControl,
  AuditDependencies,
  AuditOptions,
  AuditProgress,
  AuditRun,
} from './types.ts';
