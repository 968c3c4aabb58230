import { auditSchema, type Audit, type AuditContent } from '../../../shared/contract/audit.ts';
import { canonicalJson, hashOf } from '../../store/index.ts';
import { auditFigures } from './figures.ts';

export interface VerificationCheck {
  readonly name: string;
  readonly ok: boolean;
  /** In plain words: what was found. */
  readonly detail: string;
}

export interface AuditVerification {
  /** Every check passed. That shows that the file is whole and consistent, not who made it. */
  readonly ok: boolean;
  readonly checks: readonly VerificationCheck[];
}

/** Checks the text of an audit.json: its form, its hash, its cases against themselves, and its figures, computed again. */
export function verifyAudit(text: string): AuditVerification {
  const audit = readAudit(text);
  if (typeof audit === 'string') return { ok: false, checks: [{ name: 'form', ok: false, detail: audit }] };
  const checks = [
    { name: 'form', ok: true, detail: `audit.json, format version ${audit.formatVersion}` },
    checkHash(audit),
    checkCases(audit.content),
    checkFigures(audit.content),
  ];
  return { ok: checks.every(({ ok }) => ok), checks };
}

function readAudit(text: string): Audit | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'The file is not JSON: it was cut short or is something else.';
  }
  const parsed = auditSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `The file is not an audit.json: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
}

function checkHash({ content, contentSha256 }: Audit): VerificationCheck {
  const computed = hashOf(canonicalJson(content));
  return computed === contentSha256
    ? { name: 'content hash', ok: true, detail: computed }
    : { name: 'content hash', ok: false, detail: `the file says ${contentSha256}, its content has ${computed}` };
}

/** What a case says twice must agree. */
function checkCases({ cases, models, epsilons }: AuditContent): VerificationCheck {
  const wrong: string[] = [];
  for (const one of cases) {
    if (one.models.map(({ modelId }) => modelId).join() !== models.map(({ id }) => id).join()) {
      wrong.push(`${one.imageId}: its models are not those of the audit`);
    }
    for (const { attacked, clean } of one.models) {
      const reference = one.label ?? clean.verdict;
      const contradicts = attacked.some(
        ({ success, verdict, epsilon }) => success !== (verdict !== reference) || !epsilons.includes(epsilon),
      );
      if (contradicts) wrong.push(`${one.imageId}: a verdict contradicts its success`);
    }
  }
  const detail = wrong.length === 0 ? `${cases.length} cases agree with themselves` : wrong.slice(0, 3).join('; ');
  return { name: 'cases', ok: wrong.length === 0, detail };
}

function checkFigures(content: AuditContent): VerificationCheck {
  const { results, primaryComparison } = auditFigures(content);
  const differing = results.filter((row, at) => canonicalJson(row) !== canonicalJson(content.results[at] ?? null));
  const same =
    differing.length === 0 &&
    results.length === content.results.length &&
    canonicalJson(primaryComparison) === canonicalJson(content.primaryComparison);
  return same
    ? { name: 'figures', ok: true, detail: `${results.length} rows, computed again from the cases` }
    : { name: 'figures', ok: false, detail: 'the figures are not those that follow from the cases' };
}
