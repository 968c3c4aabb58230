import type { AuditContent } from '../../../../shared/contract/audit.ts';
import { DIAGNOSES } from '../../../../shared/domain/diagnosis.ts';
import { drawSample, sampleQuotas, strataOf, type Sample, type Stratum } from '../../../engine/metrics/index.ts';
import { canonicalJson } from '../../../store/index.ts';
import type { PlanAgain } from '../planAgain.ts';
import { manifestSha256, type PlannedCase } from '../planInputs.ts';
import { found, isNear, sumOf, type Contradiction } from './contradiction.ts';
import { arePseudonymsWrong } from './pseudonyms.ts';

type Described = AuditContent['sample'];
type PerClass = Described['perClass'][number];

/** What the description of the sample and the cases do not agree on, in words that follow "they disagree on". */
export function ofSample({ cases, sample }: AuditContent, { inputs }: PlanAgain): string[] {
  // All of the cases, drawn: described by the very rules that described the sample.
  const drawn = drawSample(inputs.cases, { size: null, seed: sample.seed });
  const names = new Set(cases.map(({ imageId }) => imageId));
  return found([
    ['whether there are any', cases.length === 0],
    ['their number', sample.n !== cases.length],
    ['their list of images', sample.manifestSha256 !== manifestSha256(cases)],
    ['whether each image has a name of its own', names.size < cases.length],
    ['their order', drawn.images.some(({ imageId }, at) => imageId !== cases[at]?.imageId)],
    ['how many are not labelled', sample.unlabelled !== drawn.unlabelled],
    ['how many of each class there are', !areCounted(sample.perClass, drawn.perClass)],
    ['the names of images and lesions', arePseudonymsWrong(cases, sample.n === sample.of)],
    ...(sample.n === sample.of ? ofWholeSet(sample, inputs.cases, drawn) : ofDrawn(sample, inputs.cases)),
  ]);
}

/** Every class of the cases once, in class order; further ones can only be those that none was drawn of. */
function areCounted(stated: readonly PerClass[], counted: readonly PerClass[]): boolean {
  const named = stated.map(({ diagnosis }) => diagnosis);
  const inOrder = DIAGNOSES.filter((diagnosis) => named.includes(diagnosis)).join() === named.join();
  const none = { n: 0, lesions: 0, tooFew: true };
  return (
    inOrder &&
    counted.every(({ diagnosis }) => named.includes(diagnosis)) &&
    stated.every(({ diagnosis, n, lesions, tooFew }) => {
      const own = counted.find((one) => one.diagnosis === diagnosis) ?? none;
      return n === own.n && lesions === own.lesions && tooFew === own.tooFew;
    })
  );
}

/** Of a sample that holds every image of its set, all follows from the cases. */
const ofWholeSet = (
  sample: Described,
  cases: readonly PlannedCase[],
  { lesions, perClass }: Sample<PlannedCase>,
): Contradiction[] => [
  ['how many lesions the set has', sample.lesions !== lesions],
  ['how many lesions of each class the set has', canonicalJson(sample.perClass) !== canonicalJson(perClass)],
  ['how many images each stands for', cases.some(({ weight }) => weight !== 1)],
];

/** Of one that was drawn, the weights say how many images of each class the set has, and these how many were to be drawn. */
function ofDrawn(sample: Described, cases: readonly PlannedCase[]): Contradiction[] {
  const strata = strataOf(cases).map((stratum) => stratumOf(sample, stratum, cases));
  const images = sumOf(strata.map(({ weight }) => weight));
  // With no more places than classes (the unlabelled are one), a class of the set may be missing in the sample.
  const mayLackOne = sample.n <= sample.perClass.length;
  return [
    ['how many images the set has', sample.n > sample.of],
    ['how many images the set has', mayLackOne ? images > sample.of + 0.5 : !isNear(images, sample.of)],
    ['how many images each stands for', strata.some(({ areWeightsSound }) => !areWeightsSound)],
    ['how many lesions of each class the set has', strata.some(({ areLesionsSound }) => !areLesionsSound)],
    ['how many lesions the set has', !mayLackOne && sumOf(strata.map(({ inSet }) => inSet)) !== sample.lesions],
    ['how many of each class were to be drawn', !mayLackOne && sample.perClass.some(({ n }) => n === 0)],
    ['how many of each class were to be drawn', !mayLackOne && !areDrawnByTheRule(strata, sample.n)],
  ];
}

interface DrawnStratum {
  /** Images of it in the sample, lesions of it in the set, and images of it in the set. */
  readonly n: number;
  readonly inSet: number;
  readonly weight: number;
  readonly areWeightsSound: boolean;
  readonly areLesionsSound: boolean;
}

function stratumOf(sample: Described, { label, lesions }: Stratum, cases: readonly PlannedCase[]): DrawnStratum {
  const weights = lesions.map(({ images }) => images.map((at) => cases[at]?.weight ?? 0));
  const n = weights.flat().length;
  const weight = sumOf(weights.flat());
  const labelled = sumOf(sample.perClass.map(({ lesionsInSet }) => lesionsInSet));
  const stated = sample.perClass.find(({ diagnosis }) => label !== null && diagnosis === DIAGNOSES[label]);
  const inSet = label === null ? sample.lesions - labelled : (stated?.lesionsInSet ?? 0);
  const isWhole = (value: number) => isNear(value, Math.round(value));
  const areAllIn = lesions.length === inSet;
  return {
    n,
    inSet,
    weight,
    // Images of one lesion share its weight; where all lesions are in, each weighs as many images as it has.
    areWeightsSound:
      isWhole(weight) &&
      weight > Math.max(n, inSet) - 0.5 &&
      weights.every((own) => own.every((one) => isNear(one, own[0] ?? one))) &&
      (!areAllIn || weights.every((own) => isWhole(sumOf(own)) && sumOf(own) > own.length - 0.5)),
    // A second image of a lesion is drawn only where every lesion is in.
    areLesionsSound: lesions.length <= inSet && (areAllIn || n === lesions.length),
  };
}

const areDrawnByTheRule = (strata: readonly DrawnStratum[], n: number): boolean =>
  sampleQuotas(
    strata.map(({ inSet }) => inSet),
    strata.map(({ weight }) => Math.round(weight)),
    n,
  ).every((quota, at) => quota === strata[at]?.n);
