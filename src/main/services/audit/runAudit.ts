import type { Audit } from '../../../shared/contract/audit.ts';
import type { LoadedModel } from '../../../shared/contract/engine.ts';
import { badInput } from '../../../shared/kernel/errors.ts';
import { drawSample } from '../../engine/metrics/index.ts';
import {
  canonicalJson,
  finishRun,
  hashOf,
  openRun,
  registerModel,
  unitData,
  type ReadableDb,
} from '../../store/index.ts';
import { assembleContent } from './assemble.ts';
import { auditableCases } from './cases.ts';
import { executePlan } from './execute.ts';
import { modelInputs } from './inputs.ts';
import { planAudit, type AuditPlan } from './plan.ts';
import type { AuditControl, AuditDependencies, AuditOptions, AuditRun } from './types.ts';

/**
 * Attacks a sample of the workspace's cases with every model, and says how often each verdict survives. Stores each piece
 * of work as it is done; run again, it goes on from there, to the same `contentSha256`.
 *
 * @throws EpsiloscopeError `WORKSPACE_EMPTY`, `MODEL_...`, `INTERRUPTED`, `ENGINE_DIED`, `DISK_FULL`, ...
 */
export async function runAudit(
  dependencies: AuditDependencies,
  options: AuditOptions,
  control: AuditControl = {},
): Promise<AuditRun> {
  const { workspace, engine, clock, app } = dependencies;
  const { db } = workspace;
  const facts = await engine.call('describe', undefined);
  const models = await loadModels(dependencies, options);
  const sample = drawSample(auditableCases(db, options.originalIds), { size: options.sample, seed: options.seed });
  const plan = planAudit(sample, models, facts, options);
  const run = openRun(db, plan.sha256, plan.document);
  const { resumed, fromFile } = await executePlan(dependencies, plan, run.id, options, control);
  if (run.state !== 'finished') finishRun(db, run.id);
  const content = assembleContent(db, run.id, plan, sample, facts, options);
  const audit: Audit = {
    format: 'epsiloscope.audit',
    formatVersion: 1,
    contentSha256: hashOf(canonicalJson(content)),
    run: {
      id: run.id,
      workspaceId: workspace.id,
      startedAt: run.startedAt,
      finishedAt: clock.now(),
      app,
      host: { platform: process.platform, arch: process.arch, node: process.version },
      resumed,
    },
    content,
  };
  return {
    audit,
    models,
    fromFile,
    originalIds: plan.cases.map(({ originalId }) => originalId),
    cleanInputs: (modelId) => cleanInputs(dependencies, plan, modelOf(models, modelId), control),
    adversarials: (modelId, attack, epsilon) =>
      storedAdversarials(
        db,
        run.id,
        plan,
        modelOf(models, modelId),
        attack,
        options.epsilons.indexOf(epsilon),
        options,
      ),
  };
}

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

function modelOf(models: readonly LoadedModel[], modelId: string): LoadedModel {
  const model = models.find(({ card }) => card.id === modelId);
  if (!model) throw new Error(`${modelId} is not part of the audit.`);
  return model;
}

/** A few originals at a time are in memory. */
async function cleanInputs(
  dependencies: AuditDependencies,
  plan: AuditPlan,
  model: LoadedModel,
  control: AuditControl,
): Promise<Float32Array> {
  const { height, width } = model.card.input;
  const gathered = new Float32Array(plan.cases.length * height * width * 3);
  for (const { cases } of plan.units.filter((unit) => unit.kind === 'predict' && unit.model === model)) {
    const { pixels } = await modelInputs(dependencies, plan, model, cases, control);
    gathered.set(
      Float32Array.from(pixels, (value) => value / 255),
      (cases[0] ?? 0) * height * width * 3,
    );
  }
  return gathered;
}

/** Gathers one epsilon's attacked inputs from the units of an attack, in the order of the cases. */
function storedAdversarials(
  db: ReadableDb,
  runId: string,
  plan: AuditPlan,
  model: LoadedModel,
  attackId: string,
  epsilonIndex: number,
  { keepAdversarials, epsilons }: AuditOptions,
): Float32Array {
  if (!keepAdversarials || epsilonIndex < 0) throw new Error('These attacked inputs were not kept.');
  const { height, width } = model.card.input;
  const size = height * width * 3;
  const gathered = new Float32Array(plan.cases.length * size);
  const ofAttack = plan.units.filter(
    (unit) => unit.kind === 'attack' && unit.model.sha256 === model.sha256 && unit.attack.id === attackId,
  );
  for (const unit of ofAttack) {
    const data = unitData(db, runId, unit.key);
    if (!data) continue;
    // A copy starts at an offset that float32 may begin at; SQLite's need not.
    const values = new Float32Array(Uint8Array.from(data).buffer);
    unit.cases.forEach((position, at) => {
      const from = (at * epsilons.length + epsilonIndex) * size;
      gathered.set(values.subarray(from, from + size), position * size);
    });
  }
  return gathered;
}
