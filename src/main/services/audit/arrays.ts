import { unitData, type ReadableDb } from '../../store/index.ts';
import { ModelInputs } from './inputs.ts';
import type { AuditPlan } from './plan.ts';
import type { PlannedModel } from './planInputs.ts';
import type { AuditControl, AuditDependencies } from './types.ts';

function modelOf({ inputs }: AuditPlan, modelId: string): PlannedModel {
  const model = inputs.models.find(({ id }) => id === modelId);
  if (!model) throw new Error(`${modelId} is not part of the audit.`);
  return model;
}

const sizeOf = ({ input }: PlannedModel): number => input.height * input.width * 3;

/** Clean inputs in the order of the cases, float32 in [0, 1]. The originals of one block at a time are in memory. */
export async function cleanInputs(
  dependencies: AuditDependencies,
  plan: AuditPlan,
  modelId: string,
  control: AuditControl,
): Promise<Float32Array> {
  const model = modelOf(plan, modelId);
  const { cases } = plan.inputs;
  const inputs = new ModelInputs(dependencies, cases);
  const gathered = new Float32Array(cases.length * sizeOf(model));
  for (const unit of plan.units) {
    if (unit.kind !== 'predict' || !unit.models.includes(model)) continue;
    const { pixels } = await inputs.batch(model.input, unit.block, unit.cases, control);
    gathered.set(
      Float32Array.from(pixels, (value) => value / 255),
      (unit.cases[0] ?? 0) * sizeOf(model),
    );
  }
  return gathered;
}

/** Gathers one epsilon's attacked inputs from the units of a headline attack, in the order of the cases. */
export function storedAdversarials(
  db: ReadableDb,
  runId: string,
  plan: AuditPlan,
  modelId: string,
  attackId: string,
  epsilon: number,
): Float32Array {
  const { keepAdversarials, epsilons } = plan.inputs.options;
  const epsilonIndex = epsilons.indexOf(epsilon);
  if (!keepAdversarials || epsilonIndex < 0) throw new Error('These attacked inputs were not kept.');
  const model = modelOf(plan, modelId);
  const size = sizeOf(model);
  const gathered = new Float32Array(plan.inputs.cases.length * size);
  for (const unit of plan.units) {
    if (unit.kind !== 'attack' || !unit.models.includes(model) || unit.attack.id !== attackId) continue;
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
