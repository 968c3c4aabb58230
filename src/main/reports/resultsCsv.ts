import type { AuditCase, AuditContent } from '../../shared/contract/audit.ts';
import { DIAGNOSES } from '../../shared/domain/diagnosis.ts';
import { epsilonKey } from '../../shared/domain/epsilon.ts';
import { csvLine } from '../../shared/kernel/csv.ts';
import { checksOf } from './wording.ts';

const HEADER = [
  'image_id',
  'image_sha256',
  'lesion_id',
  'label',
  'weight',
  'model_id',
  'checks',
  'attack',
  'norm',
  'epsilon',
  'epsilon_255',
  'clean_verdict',
  'verdict',
  'success',
  'turned_benign',
  'minimal_epsilon',
  'minimal_epsilon_verdict',
  ...DIAGNOSES.map((diagnosis) => `clean_probability_${diagnosis}`),
] as const;

/**
 * `results.csv`: one row per case, model, attack and epsilon, clean included (epsilon 0, with the probabilities).
 * `success` is the attack's criterion, as audit.json documents it; `checks` is what the sanity checks of the model say
 * together; empty cells are unknown or do not apply.
 */
export function* resultsCsv(content: AuditContent): Generator<string> {
  yield csvLine(HEADER);
  const checks = new Map(content.models.map(({ id }) => [id, checksOf(content, id)]));
  const norms = new Map(content.results.map(({ attack, norm }) => [attack, norm]));
  for (const audited of content.cases) {
    for (const model of audited.models) yield* modelRows(audited, model, norms, checks.get(model.modelId) ?? null);
  }
}

function* modelRows(
  audited: AuditCase,
  model: AuditCase['models'][number],
  norms: ReadonlyMap<string, string>,
  checks: string | null,
): Generator<string> {
  const { imageId, imageSha256, lesionId, label, weight } = audited;
  const who = [imageId, imageSha256, lesionId, label, weight, model.modelId, checks];
  const { verdict: cleanVerdict, probabilities } = model.clean;
  const minimal = [model.minimalEpsilon, model.minimalEpsilonVerdict];
  yield csvLine([
    ...who,
    'clean',
    norms.get('clean') ?? null,
    ...[0, 0, cleanVerdict, cleanVerdict, null, null],
    ...minimal,
    ...probabilities,
  ]);
  const unknown = probabilities.map(() => null);
  for (const { attack, epsilon, verdict, success, turnedBenign } of model.attacked) {
    const outcome = [epsilon, Number(epsilonKey(epsilon)), cleanVerdict, verdict, success, turnedBenign];
    yield csvLine([...who, attack, norms.get(attack) ?? null, ...outcome, ...minimal, ...unknown]);
  }
}
