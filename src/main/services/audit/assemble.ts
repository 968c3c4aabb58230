import type { AuditAttack, AuditCase, AuditContent } from '../../../shared/contract/audit.ts';
import type { AttackId } from '../../../shared/domain/attack.ts';
import { DIAGNOSES, isMalignant } from '../../../shared/domain/diagnosis.ts';
import { INTERVALS_IN_WORDS } from '../../engine/metrics/index.ts';
import { notRun } from './budgets.ts';
import { caseEvidence } from './evidence.ts';
import { auditFigures } from './figures/index.ts';
import { onFileOf, type OnFile } from './onFile.ts';
import type { AuditPlan } from './plan.ts';
import type { PlannedModel } from './planInputs.ts';
import { byInput } from './units.ts';

const INTENDED_USE =
  'Research and quality assurance of adversarial robustness. Not a diagnostic device; no figure here says how well a model would do on patients.';

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
  const { environment, options, sample } = inputs;
  const models = inputs.models.map(({ id, recipe, sha256, input }) => ({
    id,
    recipe,
    sha256,
    inputHeight: input.height,
    inputWidth: input.width,
  }));
  const ensemble = ensembleOf(plan);
  const cases = casesOf(plan, ensemble, resultOf);
  const labelled = inputs.cases.filter(({ label }) => label !== null).length;
  const mixed = environments.length > 1;
  const source = {
    cases,
    models,
    attacks: attacksOf(plan),
    epsilons: [...options.epsilons],
    sample,
    budget: options.budget,
    ensemble,
    smoothing: plan.work.smoothing,
    notRun: [
      ...notRun(options, work.checkCases.length === labelled),
      ...(mixed
        ? [
            `One environment for all: NOT GIVEN. ${environments.length} environments computed parts of this; the last bits of each may differ.`,
          ]
        : []),
    ],
  };
  return {
    environment,
    ...(mixed && { mixedEnvironments: [...environments] }),
    ...source,
    ...auditFigures(source),
    intervals: INTERVALS_IN_WORDS,
    intendedUse: INTENDED_USE,
  };
}

const hasSquare = ({ work }: AuditPlan) => work.checkRuns.some(({ run }) => run === 'square');

/** The attacks of the worst case in the order in which they ran; none in an audit of the headline attacks alone. */
function ensembleOf(plan: AuditPlan): AttackId[] {
  const { work, inputs } = plan;
  const beyond = [...new Set(work.ensemble.map(({ attack }) => attack.id))];
  if (inputs.options.budget === 'basic') return [];
  return [...inputs.options.attacks, ...beyond, ...(hasSquare(plan) ? (['square'] as const) : [])];
}

function attacksOf({ inputs, work }: AuditPlan): AuditAttack[] {
  const { seed } = inputs.options;
  const square = work.checkRuns.filter(({ run }) => run === 'square');
  const all = [...work.headline, ...work.ensemble, ...square].map(({ attack }) => ({ ...attack, seed }));
  return [{ id: 'clean' }, ...all];
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
