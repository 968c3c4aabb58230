import type { AuditCase, AuditContent } from '../../../shared/contract/audit.ts';
import type { AttackId } from '../../../shared/domain/attack.ts';
import { DIAGNOSES, isMalignant } from '../../../shared/domain/diagnosis.ts';
import { caseEvidence } from './evidence.ts';
import { auditFigures } from './figures/index.ts';
import { onFileOf, type OnFile } from './onFile.ts';
import type { AuditPlan } from './plan.ts';
import type { PlannedModel } from './planInputs.ts';
import { statedWork } from './statedWork.ts';
import { byInput } from './units.ts';

/**
 * The content of an audit, from what its units have left: the same however often the run was broken off, and from
 * however many shards it was merged.
 *
 * @param resultOf what the unit of this key left
 * @param environments all that computed parts of it, where there are several
 */
export function assembleContent(
  plan: AuditPlan,
  resultOf: (key: string) => unknown,
  environments: readonly AuditContent['environment'][] = [],
): AuditContent {
  const { inputs, work } = plan;
  const { environment, sample } = inputs;
  const models = inputs.models.map(({ id, recipe, sha256, input }) => ({
    id,
    recipe,
    sha256,
    inputHeight: input.height,
    inputWidth: input.width,
  }));
  const stated = statedWork(inputs, work, environments.length);
  const source = { ...stated, cases: casesOf(plan, stated.ensemble, resultOf), models, sample };
  return {
    environment,
    ...(environments.length > 1 && { mixedEnvironments: [...environments] }),
    ...source,
    ...auditFigures(source),
  };
}

function casesOf(plan: AuditPlan, ensemble: readonly AttackId[], resultOf: (key: string) => unknown): AuditCase[] {
  const { models, cases } = plan.inputs;
  const judges = new Map(byInput(models).flatMap((group) => group.map((model) => [model, group])));
  const perModel = models.map((model) => ({
    model,
    judges: judges.get(model) ?? [],
    onFile: onFileOf(model.sha256, plan.units, ({ key }) => resultOf(key)),
  }));
  return cases.map(({ imageId, imageSha256, lesionId, label, weight }, position) => ({
    imageId,
    imageSha256,
    lesionId,
    label: label === null ? null : DIAGNOSES[label],
    weight,
    models: perModel.map((one) => caseEntry(plan, { ...one, ensemble }, position)),
  }));
}

interface About {
  readonly model: PlannedModel;
  readonly judges: readonly PlannedModel[];
  readonly onFile: OnFile;
  readonly ensemble: readonly AttackId[];
}

function caseEntry({ inputs }: AuditPlan, about: About, position: number): AuditCase['models'][number] {
  const { model, onFile } = about;
  const { epsilons } = inputs.options;
  const label = inputs.cases[position]?.label ?? null;
  const clean = onFile.clean.get(position);
  if (!clean) throw new Error(`No verdict of ${model.id} on case ${position} is on file.`);
  const smallest = onFile.minimalEpsilon.get(position);
  const counted = label !== null && isMalignant(label) && isMalignant(clean.verdict);
  const attacked = inputs.options.attacks.flatMap((attack) =>
    epsilons.map((epsilon, which) => {
      const entry = onFile.attacked.get(attack)?.get(position)?.[which];
      if (!entry) throw new Error(`No result of ${attack} on case ${position} is on file.`);
      const directed = onFile.directed.get(attack)?.get(position)?.[which];
      return {
        attack,
        epsilon,
        verdict: DIAGNOSES[entry.verdict],
        probability: entry.probability,
        success: entry.success,
        turnedBenign: counted && directed ? directed.success : null,
      };
    }),
  );
  return {
    modelId: model.id,
    clean: { verdict: DIAGNOSES[clean.verdict], probabilities: [...clean.probabilities] },
    attacked,
    minimalEpsilon: smallest?.minimalEpsilon ?? null,
    minimalEpsilonVerdict: smallest?.verdict == null ? null : DIAGNOSES[smallest.verdict],
    minimalEpsilonSurvivesRounding: smallest?.survivesRounding ?? null,
    evidence: caseEvidence({ ...about, position, label, epsilons }),
  };
}
