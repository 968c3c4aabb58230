import type { Figure } from '../../../shared/contract/modelCard.ts';
import {
  classIndexOf,
  DIAGNOSES,
  isMalignant,
  MELANOMA,
  type ClassIndex,
  type Diagnosis,
} from '../../../shared/domain/diagnosis.ts';
import { BOOTSTRAP_DRAWS, type Cohort } from './cohort.ts';
import { effectiveLesions, wilsonInterval, type Estimate } from './intervals.ts';
import { classRecalls, sumOfRecalls } from './recall.ts';

/** How the intervals of these figures come about, for reports. */
export const INTERVALS_IN_WORDS =
  '95 % intervals; the lesion, not the image, is the sampling unit. Accuracy and balanced accuracy: percentile ' +
  `bootstrap over lesions within class (${BOOTSTRAP_DRAWS} draws), where a class whose lesions all agree, above all ` +
  'one at 0 or 100 %, enters by its Wilson interval, joined by MOVER. Macro-AUROC, macro-F1, calibration error and ' +
  'sensitivity at a specificity: the same bootstrap. Single proportions (sensitivity, specificity, attack success, ' +
  'dangerous flips, transfer, certificates): Wilson on the effective number of lesions (Kish). Medians: Woodruff. n counts images.';

/** A figure of each class; null where there is none. */
export type OfEachClass = Readonly<Record<Diagnosis, Figure | null>>;

export const ofEachClass = (figureOf: (label: ClassIndex) => Figure | null): OfEachClass =>
  Object.fromEntries(DIAGNOSES.map((diagnosis) => [diagnosis, figureOf(classIndexOf(diagnosis))])) as Record<
    Diagnosis,
    Figure | null
  >;

/** The figures of one model under one attack at one epsilon. */
export interface VerdictFigures {
  /** Labelled images. */
  readonly n: number;
  /** Reweighted to the set that the cohort was drawn from. */
  readonly accuracy: Figure | null;
  /** Mean recall over the classes present (see `classesPresent`). */
  readonly balancedAccuracy: Figure | null;
  readonly melanomaSensitivity: Figure | null;
  /** Recall of each class; null where the cohort has none of it. */
  readonly sensitivities: OfEachClass;
}

/**
 * Accuracy, balanced accuracy and sensitivities, or their robust versions: `correct[i]` says whether the verdict on
 * image i is its label (and, under attack, stayed so). Each is null where there is nothing to count.
 */
export function verdictFigures(cohort: Cohort, correct: readonly boolean[]): VerdictFigures {
  const sensitivities = ofEachClass((label) => sensitivity(cohort, label, correct));
  return {
    n: cohort.n,
    ...accuracyFigures(cohort, correct),
    melanomaSensitivity: sensitivities[DIAGNOSES[MELANOMA]],
    sensitivities,
  };
}

/** The two figures of `verdictFigures` that run over all classes. */
export function accuracyFigures(
  cohort: Cohort,
  correct: readonly boolean[],
): Pick<VerdictFigures, 'accuracy' | 'balancedAccuracy'> {
  const recalls = classRecalls(cohort, correct);
  const sumWith = (factorOf: (at: number) => number) =>
    recalls.length === 0
      ? null
      : figure(sumOfRecalls(recalls.map((recall, at) => ({ factor: factorOf(at), recall }))), cohort.n, 0);
  return {
    accuracy: sumWith((at) => (cohort.classes[at]?.weight ?? 0) / cohort.weight),
    balancedAccuracy: sumWith(() => 1 / recalls.length),
  };
}

/** The classes that balanced accuracy runs over. */
export const classesPresent = (cohort: Cohort): readonly Diagnosis[] =>
  cohort.classes.map(({ label }) => DIAGNOSES[label]);

/** Share of the images of one class that are right, with Wilson's interval; null where the class is absent. */
export function sensitivity(cohort: Cohort, label: ClassIndex, correct: readonly boolean[]): Figure | null {
  const at = cohort.classes.findIndex((one) => one.label === label);
  const recall = classRecalls(cohort, correct)[at];
  return recall === undefined ? null : figure({ value: recall.value, ...recall.wilson }, cohort.classes[at]?.n ?? 0, 0);
}

/**
 * Dangerous flips: the share of malignant images called malignant (not necessarily by the right name) when clean
 * that the attack turns benign. `turned[i]`: the attack found a benign verdict for image i. Null where no malignant
 * image is called malignant.
 */
export const dangerousFlips = (
  cohort: Cohort,
  cleanVerdicts: readonly ClassIndex[],
  turned: readonly boolean[],
): Figure | null => {
  const calledMalignant = (image: number) => {
    const label = cohort.images[image]?.label ?? null;
    const verdict = cleanVerdicts[image];
    return label !== null && isMalignant(label) && verdict !== undefined && isMalignant(verdict);
  };
  return proportion(cohort, calledMalignant, turned);
};

/** Attack success rate: the share of the images that are right when clean and wrong under attack. */
export const attackSuccessRate = (
  cohort: Cohort,
  correctWhenClean: readonly boolean[],
  correctUnderAttack: readonly boolean[],
): Figure | null =>
  proportion(
    cohort,
    (image) => correctWhenClean[image] === true,
    correctUnderAttack.map((correct) => !correct),
  );

/**
 * The weighted share of `hit` among the labelled images that are `counted`, with Wilson's interval on the effective
 * number of lesions that they come from; null where none is counted.
 */
export function proportion(
  cohort: Cohort,
  counted: (image: number) => boolean,
  hit: readonly boolean[],
): Figure | null {
  const lesionWeights: number[] = [];
  let n = 0;
  let weight = 0;
  let hits = 0;
  for (const lesion of cohort.classes.flatMap((one) => one.lesions)) {
    let lesionWeight = 0;
    for (const image of lesion.images.filter(counted)) {
      const imageWeight = cohort.images[image]?.weight ?? 0;
      n += 1;
      lesionWeight += imageWeight;
      weight += imageWeight;
      if (hit[image] === true) hits += imageWeight;
    }
    lesionWeights.push(lesionWeight);
  }
  if (n === 0) return null;
  const value = hits / weight;
  return figure({ value, ...wilsonInterval(value, effectiveLesions(lesionWeights)) }, n, 0);
}

/** An estimate as a figure within [lowest, 1]; its interval holds its value, which a percentile interval may miss. */
export const figure = ({ value, low, high }: Estimate, n: number, lowest: -1 | 0): Figure => {
  // Sums of shares may leave the range by a rounding error.
  const inRange = (number: number) => Math.min(1, Math.max(lowest, number));
  return {
    value: inRange(value),
    low: inRange(Math.min(value, low)),
    high: inRange(Math.max(value, high)),
    n,
  };
};
