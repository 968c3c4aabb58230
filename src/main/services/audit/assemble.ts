import type { AuditAttack, AuditCase, AuditContent } from '../../../shared/contract/audit.ts';
import { NO_EVIDENCE } from '../../../shared/contract/auditEvidence.ts';
import type { EngineFacts } from '../../../shared/contract/engine.ts';
import { DIAGNOSES, isMalignant, type ClassIndex } from '../../../shared/domain/diagnosis.ts';
import { INTERVALS_IN_WORDS, type Sample } from '../../engine/metrics/index.ts';
import { canonicalJson, hashOf, unitResults, type ReadableDb } from '../../store/index.ts';
import type { AuditableCase } from './cases.ts';
import { auditFigures } from './figures.ts';
import type { AuditPlan, Unit } from './plan.ts';
import type { AuditOptions } from './types.ts';
import {
  attackResultSchema,
  minimalEpsilonResultSchema,
  predictResultSchema,
  type Attacked,
  type MinimalEpsilonResult,
  type PredictResult,
} from './unitResults.ts';

const INTENDED_USE =
  'Research and quality assurance of adversarial robustness. Not a diagnostic device; no figure here says how well a model would do on patients.';

/** What every audit of this version leaves out, so that silence is not mistaken for a pass. */
const NOT_RUN = [
  'Stronger attacks (APGD, Square, worst case of an ensemble): NOT RUN. Robust figures are upper bounds.',
  'Sanity checks for gradient masking: NOT RUN.',
  'Transfer between models and common corruptions: NOT RUN.',
];

/** Everything computed for one model, by position of the case. */
interface ModelResults {
  readonly clean: Map<number, PredictResult['cases'][number]>;
  /** By attack id, by position. */
  readonly attacked: Map<string, Map<number, readonly Attacked[]>>;
  readonly directed: Map<string, Map<number, readonly Attacked[]>>;
  readonly minimalEpsilon: Map<number, MinimalEpsilonResult['cases'][number]>;
}

/** The content of an audit, from what the units of its run left on file: the same however often the run was broken off. */
export function assembleContent(
  db: ReadableDb,
  runId: string,
  plan: AuditPlan,
  sample: Sample<AuditableCase>,
  facts: EngineFacts,
  options: AuditOptions,
): AuditContent {
  const perModel = plan.models.map((model) =>
    collect(
      db,
      runId,
      plan.units.filter((unit) => unit.model.sha256 === model.sha256),
    ),
  );
  const { backend, device, versions, cpu, threads, numericsFingerprint } = facts;
  const models = plan.models.map(({ card, sha256 }) => ({
    id: card.id,
    recipe: card.training.recipe,
    sha256,
    inputHeight: card.input.height,
    inputWidth: card.input.width,
  }));
  const attacks: AuditAttack[] = [
    { id: 'clean' },
    ...plan.attacks.map(({ attack }) => ({ ...attack, seed: options.seed })),
  ];
  const cases = plan.cases.map((one, position) => ({
    imageId: one.imageId,
    imageSha256: one.imageSha256,
    lesionId: one.lesionId,
    label: one.label === null ? null : DIAGNOSES[one.label],
    weight: one.weight,
    models: perModel.map((results, model) => caseEntry(results, models[model]?.id ?? '', position, one.label, options)),
  }));
  const source = { cases, models, attacks, epsilons: [...options.epsilons], sample: { seed: options.seed } };
  return {
    environment: { backend, device, versions: { ...versions }, cpu, threads, numericsFingerprint },
    models,
    sample: sampleFacts(sample, cases),
    budget: 'basic',
    attacks,
    ensemble: [],
    epsilons: source.epsilons,
    ...auditFigures(source),
    intervals: INTERVALS_IN_WORDS,
    notRun: plan.minimalEpsilonAttack ? NOT_RUN : [...NOT_RUN, 'Minimal epsilon: NOT RUN in L2.'],
    intendedUse: INTENDED_USE,
    cases,
  };
}

function collect(db: ReadableDb, runId: string, units: readonly Unit[]): ModelResults {
  const byKey = new Map(units.map((unit) => [unit.key, unit]));
  const results: ModelResults = {
    clean: new Map(),
    attacked: new Map(),
    directed: new Map(),
    minimalEpsilon: new Map(),
  };
  for (const { unitKey, result } of unitResults(db, runId)) {
    const unit = byKey.get(unitKey);
    if (!unit) continue;
    const place = <T>(entries: readonly T[], into: Map<number, T>) => {
      unit.cases.forEach((position, at) => {
        const entry = entries[at];
        if (entry !== undefined) into.set(position, entry);
      });
    };
    if (unit.kind === 'predict') place(predictResultSchema.parse(result).cases, results.clean);
    else if (unit.kind === 'minimalEpsilon')
      place(minimalEpsilonResultSchema.parse(result).cases, results.minimalEpsilon);
    else {
      const kind = unit.attack.criterion.kind === 'malignantToBenign' ? results.directed : results.attacked;
      const own = kind.get(unit.attack.id) ?? new Map<number, readonly Attacked[]>();
      kind.set(unit.attack.id, own);
      place(attackResultSchema.parse(result).cases, own);
    }
  }
  return results;
}

function caseEntry(
  results: ModelResults,
  modelId: string,
  position: number,
  label: ClassIndex | null,
  { attacks, epsilons }: AuditOptions,
): AuditCase['models'][number] {
  const clean = results.clean.get(position);
  if (!clean) throw new Error(`No verdict of ${modelId} on case ${position} is on file.`);
  const smallest = results.minimalEpsilon.get(position);
  const smallestVerdict = smallest && (smallest.verdict ?? verdictOnFile(results, position, smallest, epsilons));
  const counted = label !== null && isMalignant(label) && isMalignant(clean.verdict);
  const attacked = attacks.flatMap((attack) =>
    epsilons.map((epsilon, which) => {
      const entry = results.attacked.get(attack)?.get(position)?.[which];
      if (!entry) throw new Error(`No result of ${attack} on case ${position} is on file.`);
      const directed = results.directed.get(attack)?.get(position)?.[which];
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
    modelId,
    clean: { verdict: DIAGNOSES[clean.verdict], probabilities: [...clean.probabilities] },
    attacked,
    minimalEpsilon: smallest?.minimalEpsilon ?? null,
    minimalEpsilonVerdict: smallestVerdict == null ? null : DIAGNOSES[smallestVerdict],
    minimalEpsilonSurvivesRounding: smallest?.survivesRounding ?? null,
    evidence: NO_EVIDENCE,
  };
}

/** Where the search could not repeat a change that another attack on file has found: the verdict that it found. */
function verdictOnFile(
  { clean, attacked, directed }: ModelResults,
  position: number,
  { minimalEpsilon }: MinimalEpsilonResult['cases'][number],
  epsilons: readonly number[],
): ClassIndex | null {
  const which = epsilons.findIndex((epsilon) => epsilon === minimalEpsilon);
  const found = [...attacked.values(), ...directed.values()].map((results) => results.get(position)?.[which]?.verdict);
  return found.find((verdict) => verdict !== undefined && verdict !== clean.get(position)?.verdict) ?? null;
}

/** What an audit was made on, as one hash: its cases' ids and image hashes, in their order. */
export const manifestSha256 = (cases: readonly Pick<AuditCase, 'imageId' | 'imageSha256'>[]) =>
  hashOf(canonicalJson(cases.map(({ imageId, imageSha256 }) => [imageId, imageSha256])));

function sampleFacts(sample: Sample<AuditableCase>, cases: readonly AuditCase[]): AuditContent['sample'] {
  return {
    n: cases.length,
    of: sample.of,
    lesions: sample.lesions,
    seed: sample.seed,
    how: sample.how,
    manifestSha256: manifestSha256(cases),
    perClass: sample.perClass.map((one) => ({ ...one })),
    unlabelled: sample.unlabelled,
  };
}
