import type { Recommendation } from '../../../../shared/contract/auditFindings.ts';
import { classIndexOf, DIAGNOSIS_NAMES, isMalignant, type Diagnosis } from '../../../../shared/domain/diagnosis.ts';
import { formatEpsilon } from '../../../../shared/domain/epsilon.ts';
import { disjoint, preferenceAmong, type Preference } from './preference.ts';
import {
  countedClasses,
  failedModels,
  FRAGILE_BELOW,
  worstCaseSensitivities,
  type Evidence,
  type RecommendationSource,
} from './source.ts';
import { capitalised, eachInWords, inWords, listed } from './wording.ts';

interface Group {
  /** Neighbouring epsilons with the same outcome. */
  readonly epsilons: readonly number[];
  /** At the last of them. */
  readonly preference: Preference;
}

/**
 * For each diagnosis with lesions enough, malignant ones first: the model that keeps the most of its images, by
 * sensitivity alone. No paired comparison is made by class; models count as apart where their intervals are disjoint.
 */
export function preferPerDiagnosis(source: RecommendationSource): Recommendation[] {
  const diagnoses = countedClasses(source).map(({ diagnosis }) => diagnosis);
  const malignant = (diagnosis: Diagnosis) => isMalignant(classIndexOf(diagnosis));
  return [...diagnoses.filter(malignant), ...diagnoses.filter((one) => !malignant(one))].flatMap((diagnosis) =>
    forDiagnosis(source, diagnosis),
  );
}

function forDiagnosis(source: RecommendationSource, diagnosis: Diagnosis): Recommendation[] {
  const groups = groupsOf(source, diagnosis);
  if (groups.length === 0) return [];
  const sentences = groups.map((group) => `${capitalised(whereOf(group.epsilons))} ${outcome(group)}.`);
  return [
    {
      kind: 'prefer-model',
      text: `${capitalised(DIAGNOSIS_NAMES[diagnosis])}, by sensitivity alone. ${sentences.join(' ')}`,
      evidence: groups.flatMap(({ preference }) => evidenceOf(preference)),
    },
  ];
}

function groupsOf(source: RecommendationSource, diagnosis: Diagnosis): Group[] {
  const failed = failedModels(source);
  const models = source.models.filter(({ id }) => !failed.has(id));
  const groups: Group[] = [];
  for (const epsilon of [0, ...source.epsilons]) {
    const preference = preferenceAmong(
      worstCaseSensitivities(
        source,
        models.map(({ id }) => id),
        epsilon,
        diagnosis,
      ),
      (modelId) => models.find(({ id }) => id === modelId)?.recipe ?? '',
      ({ high }) => high >= FRAGILE_BELOW,
      (best, other) => disjoint(best.figure, other.figure),
    );
    if (!preference) continue;
    const last = groups.at(-1);
    const goesOn = last !== undefined && last.epsilons.at(-1) !== 0 && nameOf(last.preference) === nameOf(preference);
    if (goesOn) groups[groups.length - 1] = { epsilons: [...last.epsilons, epsilon], preference };
    else groups.push({ epsilons: [epsilon], preference });
  }
  return groups;
}

/** What two outcomes share that are told in one sentence. */
const nameOf = (preference: Preference): string =>
  preference.kind === 'tie'
    ? `tie ${preference.tied
        .map(({ modelId }) => modelId)
        .sort()
        .join()}`
    : `${preference.kind} ${preference.best.modelId}`;

const whereOf = (epsilons: readonly number[]): string =>
  epsilons[0] === 0 ? 'on unperturbed images' : `at ${listed(epsilons.map(formatEpsilon))}`;

function outcome({ epsilons, preference }: Group): string {
  const at = epsilons.length > 1 ? `at ${formatEpsilon(epsilons.at(-1) ?? 0)} ` : '';
  switch (preference.kind) {
    case 'none':
      return `no model keeps half of them: the best, ${preference.best.modelId}, ${at}${inWords(preference.best.figure)}`;
    case 'one':
      return `prefer ${preference.best.modelId} (${at}${eachInWords([preference.best, ...preference.lower.slice(0, 1)])})`;
    case 'tie':
      return (
        `this sample cannot tell ${listed(preference.tied.map(({ modelId }) => modelId))} apart ` +
        `(${at}${eachInWords(preference.tied)}); prefer ${preference.simplest.modelId}, the simplest recipe of these`
      );
  }
}

function evidenceOf(preference: Preference): Evidence[] {
  switch (preference.kind) {
    case 'none':
      return [preference.best.evidence];
    case 'one':
      return [preference.best, ...preference.lower.slice(0, 1)].map(({ evidence }) => evidence);
    case 'tie':
      return preference.tied.map(({ evidence }) => evidence);
  }
}
