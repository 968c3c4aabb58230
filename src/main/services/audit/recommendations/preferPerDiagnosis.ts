import { listed } from '../../../../shared/kernel/listed.ts';
import { failedModels } from '../../../../shared/contract/auditChecks.ts';
import type { Recommendation } from '../../../../shared/contract/auditFindings.ts';
import { DIAGNOSIS_NAMES, MALIGNANT_FIRST, type Diagnosis } from '../../../../shared/domain/diagnosis.ts';
import { formatEpsilon } from '../../../../shared/domain/epsilon.ts';
import { differ, preferenceAmong, preferredModel, type Preference } from './preference.ts';
import { overallPreference } from './preferOverall.ts';
import {
  countedClasses,
  FRAGILE_BELOW,
  worstCaseSensitivities,
  type Evidence,
  type RecommendationSource,
} from './source.ts';
import { capitalised, eachInWords, inWords } from './wording.ts';

interface Outcome {
  readonly epsilon: number;
  /** By sensitivity; whether models are apart, by the intervals. */
  readonly preference: Preference;
  /** The model preferred by balanced accuracy at this epsilon. */
  readonly overall: string | null;
}

/**
 * For each diagnosis with lesions enough, malignant ones first: the model that keeps the most of its images, by
 * sensitivity alone. Where the sample cannot tell, the model that is preferred overall, if it is one of the best; so a
 * diagnosis speaks for another model only where its own images do.
 */
export function preferPerDiagnosis(source: RecommendationSource): Recommendation[] {
  const counted = new Set(countedClasses(source).map(({ diagnosis }) => diagnosis));
  return MALIGNANT_FIRST.filter((diagnosis) => counted.has(diagnosis)).flatMap((diagnosis) =>
    forDiagnosis(source, diagnosis),
  );
}

function forDiagnosis(source: RecommendationSource, diagnosis: Diagnosis): Recommendation[] {
  const outcomes = outcomesOf(source, diagnosis);
  if (outcomes.length === 0) return [];
  const sentences = inGroups(outcomes).map((group) => `${capitalised(whereOf(group))}, ${groupInWords(group)}.`);
  return [
    {
      kind: 'prefer-model',
      text: `${capitalised(DIAGNOSIS_NAMES[diagnosis])}, by the share that is recognised. ${sentences.join(' ')}`,
      evidence: outcomes.flatMap(({ preference }) => evidenceOf(preference)),
    },
  ];
}

function outcomesOf(source: RecommendationSource, diagnosis: Diagnosis): Outcome[] {
  const failed = failedModels(source);
  const models = source.models.filter(({ id }) => !failed.has(id));
  const ids = models.map(({ id }) => id);
  return [0, ...source.epsilons].flatMap((epsilon) => {
    const preference = preferenceAmong(
      worstCaseSensitivities(source, ids, epsilon, diagnosis),
      (modelId) => models.find(({ id }) => id === modelId)?.recipe ?? '',
      ({ high }) => high >= FRAGILE_BELOW,
      (best, other) => differ(best.figure, other.figure),
    );
    return preference ? [{ epsilon, preference, overall: preferredModel(overallPreference(source, epsilon)) }] : [];
  });
}

/** Neighbouring epsilons with the same outcome are told in one sentence; unperturbed images in one of their own. */
function inGroups(outcomes: readonly Outcome[]): Outcome[][] {
  const groups: Outcome[][] = [];
  for (const outcome of outcomes) {
    const last = groups.at(-1);
    const before = last?.at(-1);
    if (last && before && before.epsilon > 0 && nameOf(before) === nameOf(outcome)) last.push(outcome);
    else groups.push([outcome]);
  }
  return groups;
}

/** What two outcomes share that are told in one sentence. */
function nameOf({ preference, overall }: Outcome): string {
  if (preference.kind !== 'tie') return `${preference.kind} ${preference.best.modelId}`;
  const tied = preference.tied.map(({ modelId }) => modelId).sort();
  return `tie ${tied.join()} ${String(tied.includes(overall ?? ''))} ${overall ?? ''}`;
}

const whereOf = (group: readonly Outcome[]): string =>
  group[0]?.epsilon === 0
    ? 'on unperturbed images'
    : `at ${listed(group.map(({ epsilon }) => formatEpsilon(epsilon)))}`;

/** The figures are those at the group's last epsilon; where no model is worth preferring, at its first. */
function groupInWords(group: readonly Outcome[]): string {
  const told = group[0]?.preference.kind === 'none' ? group[0] : group.at(-1);
  if (!told) return '';
  const { preference, overall, epsilon } = told;
  const at = group.length > 1 ? `at ${formatEpsilon(epsilon)} ` : '';
  switch (preference.kind) {
    case 'none':
      return `prefer none: the best, ${preference.best.modelId}, keeps fewer than half (${at}${inWords(preference.best.figure)})`;
    case 'one':
      return `prefer ${preference.best.modelId} (${at}${eachInWords([preference.best, ...preference.lower.slice(0, 1)])})`;
    case 'tie':
      return tieInWords(preference, overall, at);
  }
}

function tieInWords({ tied, simplest }: Preference & { kind: 'tie' }, overall: string | null, at: string): string {
  const [best] = tied;
  const asOverall = tied.find(({ modelId }) => modelId === overall);
  const preferred = asOverall ?? simplest;
  const shown = overall !== null && best && best !== preferred ? [best, preferred] : [asOverall ?? best ?? simplest];
  const why = `${listed(tied.map(({ modelId }) => modelId))} are not told apart`;
  const figures = `${at}${eachInWords(shown)}`;
  if (overall === null) return `prefer none, as overall: ${why} (${figures})`;
  const like = asOverall ? 'as overall' : 'the simplest recipe of these';
  return `prefer ${preferred.modelId}, ${like}: ${why} (${figures})`;
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
