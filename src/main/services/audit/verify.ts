import { auditSchema, type Audit, type AuditContent } from '../../../shared/contract/audit.ts';
import { figuresByRow } from '../../../shared/contract/auditRows.ts';
import { canonicalJson, hashOf } from '../../store/index.ts';
import { ofCases, ofSample, ofWords, ofWork } from './contradictions/index.ts';
import { figuresOf, type FigureSource } from './figures/index.ts';
import { planAgain, type PlanAgain } from './planAgain.ts';
import { recommend } from './recommendations/index.ts';

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

/**
 * Checks the text of an audit.json: its form and its hash; sample, attacks, words and cases against the plan that they
 * were made by, which follows from budget, images and seed; its figures, computed again; and its recommendations.
 *
 * @param app name and version of this program, as audits give it: another version may word what it recommends otherwise
 */
export function verifyAudit(text: string, app?: string): AuditVerification {
  const audit = readAudit(text);
  if (typeof audit === 'string') return { ok: false, checks: [{ name: 'form', ok: false, detail: audit }] };
  const plan = planAgain(audit.content);
  const checks = [
    { name: 'form', ok: true, detail: `audit.json, format version ${audit.formatVersion}` },
    checkHash(audit),
    checkSample(audit.content, plan),
    checkWork(audit, plan, app),
    checkWords(audit, plan, app),
    checkCases(audit.content, plan),
    checkFigures(audit.content),
    checkRecommendations(audit, app),
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

function checkSample(content: AuditContent, plan: PlanAgain): VerificationCheck {
  const wrong = ofSample(content, plan);
  return wrong.length === 0
    ? { name: 'sample', ok: true, detail: `${content.cases.length} cases, as the sample says` }
    : { name: 'sample', ok: false, detail: `the sample and its cases disagree on ${wrong.join(', ')}` };
}

/** Attacks and their parameters belong to the version that ran them: there is no reading them otherwise. */
function checkWork({ content, run }: Audit, plan: PlanAgain, app = run.app): VerificationCheck {
  const wrong = ofWork(content, plan);
  const another =
    run.app === app ? '' : `; it was made by ${run.app}, which may plan otherwise than ${app}: verify with it`;
  return wrong.length === 0
    ? { name: 'work', ok: true, detail: `${content.models.length} models, attacked as budget ${content.budget} has it` }
    : { name: 'work', ok: false, detail: `it names ${wrong.join(', ')}${another}` };
}

/** Another version may word what it does otherwise, but cannot have left out nothing where this one leaves out something. */
function checkWords({ content, run }: Audit, plan: PlanAgain, app = run.app): VerificationCheck {
  const name = 'words';
  const wrong = ofWords(content, plan);
  if (wrong.length === 0)
    return { name, ok: true, detail: 'what was run, and what was not, is worded as the plan has it' };
  const isSilent = content.notRun.length === 0 && plan.stated.notRun.length > 0;
  return run.app === app || isSilent
    ? { name, ok: false, detail: `it does not say as it should ${wrong.join(', ')}` }
    : { name, ok: true, detail: `${app} would word otherwise than ${run.app} ${wrong.join(', ')}` };
}

/** What a case says twice must agree, and it must hold what its budget runs on it, and nothing else. */
function checkCases(content: AuditContent, plan: PlanAgain): VerificationCheck {
  const wrong = [...ofCases(content, plan)].flatMap(([at, all]) =>
    all.map((what) => `${content.cases[at]?.imageId ?? at}: ${what}`),
  );
  const detail =
    wrong.length === 0 ? `${content.cases.length} cases agree with themselves` : wrong.slice(0, 3).join('; ');
  return { name: 'cases', ok: wrong.length === 0, detail };
}

function checkFigures({ results, primaryComparison, findings, ...rest }: AuditContent): VerificationCheck {
  const measured = { ...findings, recommendations: undefined };
  return figuresAgain(rest) === canonicalJson({ results, primaryComparison, findings: measured })
    ? { name: 'figures', ok: true, detail: `${results.length} rows, computed again from the cases` }
    : { name: 'figures', ok: false, detail: 'the figures are not those that follow from the cases' };
}

/** In canonical form; null where the cases are so contradictory that no figure follows from them. */
function figuresAgain(source: FigureSource): string | null {
  try {
    return canonicalJson(figuresOf(source));
  } catch {
    return null;
  }
}

/** Each figure that a recommendation gives as its evidence stands in the row that it names; and its words are the rules'. */
function checkRecommendations({ content, run }: Audit, app = run.app): VerificationCheck {
  const name = 'recommendations';
  const { recommendations } = content.findings;
  const rows = figuresByRow(content);
  const astray = recommendations
    .flatMap(({ evidence }) => evidence)
    .find(({ row, figure }) => figure !== null && canonicalJson(figure) !== canonicalJson(rows.get(row) ?? null));
  if (astray) return { name, ok: false, detail: `the evidence for ${astray.row} is not what stands there` };
  if (canonicalJson(recommend(content)) === canonicalJson(recommendations)) {
    return { name, ok: true, detail: `${recommendations.length}, derived again from the figures` };
  }
  return run.app === app
    ? { name, ok: false, detail: 'they are not those that follow from the figures' }
    : { name, ok: true, detail: `their evidence stands in its rows; ${app} would word them otherwise than ${run.app}` };
}
