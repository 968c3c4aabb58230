import type { Audit, AuditContent } from '../../../shared/contract/audit.ts';
import type { LoadedModel } from '../../../shared/contract/engine.ts';
import { badInput } from '../../../shared/kernel/errors.ts';
import { drawSample } from '../../engine/metrics/index.ts';
import {
  canonicalJson,
  finishRun,
  hashOf,
  openRun,
  registerModel,
  unitResults,
  type RunRecord,
} from '../../store/index.ts';
import { assembleContent } from './assemble.ts';
import { cleanInputs, storedAdversarials } from './arrays.ts';
import { refuseIncompleteBudget } from './budgets.ts';
import { auditableCases } from './cases.ts';
import { executePlan } from './execute.ts';
import { logitMargin } from './margins.ts';
import { planAudit, type AuditPlan } from './plan.ts';
import { planInputsOf } from './planInputs.ts';
import type { AuditControl, AuditDependencies, AuditOptions, AuditRun } from './types.ts';

/**
 * Attacks a sample of the workspace's cases with every model, and says how often each verdict survives. Stores each piece
 * of work as it is done; run again, it goes on from there, to the same `contentSha256`.
 *
 * @throws EpsiloscopeError `WORKSPACE_EMPTY`, `MODEL_...`, `BUDGET_NEEDS_...`, `INTERRUPTED`, `ENGINE_DIED`, ...
 */
export async function runAudit(
  dependencies: AuditDependencies,
  options: AuditOptions,
  control: AuditControl = {},
): Promise<AuditRun> {
  const { db } = dependencies.workspace;
  const { plan, run, models, originalIds } = await openAudit(dependencies, options);
  const { resumed, fromFile } = await executePlan(dependencies, plan, run.id, plan.units, control);
  if (run.state !== 'finished') finishRun(db, run.id);
  const results = new Map([...unitResults(db, run.id)].map(({ unitKey, result }) => [unitKey, result]));
  const content = assembleContent(plan, (key) => results.get(key));
  return {
    audit: auditOf(content, { ...runFacts(dependencies, run), resumed }),
    models,
    fromFile,
    originalIds,
    cleanInputs: (modelId) => cleanInputs(dependencies, plan, modelId, control),
    adversarials: (modelId, attack, epsilon) => storedAdversarials(db, run.id, plan, modelId, attack, epsilon),
    logitMargin: (modelId, position, at) => logitMargin(dependencies, plan, modelId, position, at, control),
  };
}

interface OpenedAudit {
  readonly plan: AuditPlan;
  readonly run: RunRecord;
  readonly models: readonly LoadedModel[];
  /** Patient data: for the terminal only. */
  readonly originalIds: readonly string[];
}

/** Loads the models, draws the sample, plans, and opens the run of that plan. */
export async function openAudit(dependencies: AuditDependencies, options: AuditOptions): Promise<OpenedAudit> {
  refuseIncompleteBudget(options);
  const { db } = dependencies.workspace;
  const facts = await dependencies.engine.call('describe', undefined);
  const models = await loadModels(dependencies, options);
  const sample = drawSample(auditableCases(db, options.originalIds), { size: options.sample, seed: options.seed });
  const plan = planAudit(planInputsOf(sample, models, facts, options));
  const run = openRun(db, plan.sha256, plan.document);
  return { plan, run, models, originalIds: sample.images.map(({ originalId }) => originalId) };
}

/** The audit of this content. */
export const auditOf = (content: AuditContent, run: Audit['run']): Audit => ({
  format: 'epsiloscope.audit',
  formatVersion: 1,
  contentSha256: hashOf(canonicalJson(content)),
  run,
  content,
});

/** What two runs of one plan may differ in. */
export const runFacts = (
  { workspace, clock, app }: AuditDependencies,
  run: RunRecord,
): Omit<Audit['run'], 'resumed'> => ({
  id: run.id,
  workspaceId: workspace.id,
  startedAt: run.startedAt,
  finishedAt: clock.now(),
  app,
  host: { platform: process.platform, arch: process.arch, node: process.version },
});

async function loadModels({ engine, workspace }: AuditDependencies, options: AuditOptions): Promise<LoadedModel[]> {
  const models: LoadedModel[] = [];
  for (const directory of options.modelDirectories) {
    const model = await engine.call('loadModel', { directory });
    if (models.some(({ card }) => card.id === model.card.id)) throw twice(model.card.id);
    registerModel(workspace.db, { sha256: model.sha256, id: model.card.id, card: model.card });
    models.push(model);
  }
  return models;
}

const twice = (id: string) =>
  badInput('MODEL_NAMED_TWICE', {
    happened: `Two of the models call themselves "${id}".`,
    kept: 'Nothing was computed.',
    toDo: 'Name each model once, or give one of them another id.',
  });
