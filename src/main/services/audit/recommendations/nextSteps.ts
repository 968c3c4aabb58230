import { listed } from '../../../../shared/kernel/listed.ts';
import { failedModels, markedName } from '../../../../shared/contract/auditChecks.ts';
import type { Recommendation } from '../../../../shared/contract/auditFindings.ts';
import { headlineEpsilon, minimalEpsilonRow } from '../../../../shared/contract/auditRows.ts';
import { DIAGNOSES, DIAGNOSIS_NAMES, FEWEST_LESIONS } from '../../../../shared/domain/diagnosis.ts';
import { formatEpsilon } from '../../../../shared/domain/epsilon.ts';
import { preferredModel } from './preference.ts';
import { overallPreference } from './preferOverall.ts';
import { countedClasses, worstCaseSensitivities, type ModelFigure, type RecommendationSource } from './source.ts';
import { eachInWords, inWords } from './wording.ts';

/** A second reader can look again at about this share of all verdicts. */
const SECOND_READINGS = 0.25;

/** @param preferring whether this audit prefers models at all: else each model gets its advice */
export function nextSteps(source: RecommendationSource, preferring: boolean): Recommendation[] {
  const models = preferring ? preferredModels(source) : source.models.map(({ id }) => id);
  return [
    ...classesWithTooFewLesions(source),
    ...leastKnownClass(source),
    ...models.flatMap((modelId) => secondReader(source, modelId)),
    ...findTheCause(source),
  ];
}

/** Models that are preferred at some epsilon above zero. */
function preferredModels(source: RecommendationSource): string[] {
  const preferred = source.epsilons.flatMap((epsilon) => preferredModel(overallPreference(source, epsilon)) ?? []);
  return [...new Set(preferred)];
}

function classesWithTooFewLesions(source: RecommendationSource): Recommendation[] {
  const counted = countedClasses(source).map(({ diagnosis }) => diagnosis);
  const few = DIAGNOSES.filter((diagnosis) => !counted.includes(diagnosis));
  if (few.length === 0) return [];
  const text =
    `Collect more lesions of ${listed(few.map((one) => DIAGNOSIS_NAMES[one]))}: the sample has fewer ` +
    `than ${FEWEST_LESIONS} of ${few.length === 1 ? 'it' : 'each'}, too few to judge any model by.`;
  return [{ kind: 'next-step', text, evidence: [] }];
}

/** The class, among those with lesions enough, whose sensitivity under the worst case has the widest interval. */
function leastKnownClass(source: RecommendationSource): Recommendation[] {
  const epsilon = headlineEpsilon(source);
  const models = source.models.map(({ id }) => id);
  const widest = countedClasses(source)
    .flatMap(({ diagnosis }) =>
      worstCaseSensitivities(source, models, epsilon, diagnosis).map((found) => ({ ...found, diagnosis })),
    )
    .reduce<(ModelFigure & { diagnosis: (typeof DIAGNOSES)[number] }) | null>(
      (wide, one) => (wide === null || width(one) > width(wide) ? one : wide),
      null,
    );
  if (!widest) return [];
  const name = DIAGNOSIS_NAMES[widest.diagnosis];
  return [
    {
      kind: 'next-step',
      text:
        `Of the diagnoses with lesions enough, collect more of ${name}: what attacks at ${formatEpsilon(epsilon)} leave of ` +
        `it is known least. The widest interval of its sensitivity is ${eachInWords([widest])}.`,
      evidence: [widest.evidence],
    },
  ];
}

const width = ({ figure }: ModelFigure): number => figure.high - figure.low;

/** The largest epsilon whose fragile verdicts a second reader can bear, from the distribution of smallest epsilons. */
function secondReader(source: RecommendationSource, modelId: string): Recommendation[] {
  const distribution = source.findings.minimalEpsilons.find((one) => one.modelId === modelId);
  const shares = distribution?.shares.toSorted((one, other) => one.epsilon - other.epsilon) ?? [];
  const [smallest] = shares;
  if (!distribution || !smallest) return [];
  const bearable = shares.findLast(({ share }) => share.value <= SECOND_READINGS);
  const { epsilon, share } = bearable ?? smallest;
  const name = markedName(source, modelId);
  const text = bearable
    ? `Let a second reader see each verdict of ${name} that an attack changes at or below ${formatEpsilon(epsilon)}, the ` +
      `review threshold: here ${inWords(share)} of the images.`
    : `Let a second reader see every verdict of ${name}: no review threshold spares them, since at ` +
      `${formatEpsilon(epsilon)} attacks change ${inWords(share)} of its verdicts already.`;
  const row = `${minimalEpsilonRow(distribution, epsilon)}/share`;
  return [
    {
      kind: 'next-step',
      text,
      evidence: [{ row, modelId, attack: 'minimal-epsilon', epsilon, diagnosis: null, figure: share }],
    },
  ];
}

function findTheCause(source: RecommendationSource): Recommendation[] {
  const failed = source.models.map(({ id }) => id).filter((id) => failedModels(source).has(id));
  if (failed.length === 0) return [];
  const text =
    `Before ${listed(failed)} ${failed.length === 1 ? 'is' : 'are'} used further, find out why sanity checks failed, ` +
    'and attack again by means that do not rest on what failed.';
  return [{ kind: 'next-step', text, evidence: [] }];
}
