import type { Figure } from '../../../shared/contract/modelCard.ts';
import { CLASS_COUNT, DIAGNOSES, MELANOMA, type ClassIndex, type Diagnosis } from '../../../shared/domain/diagnosis.ts';
import { lesionResampler, type Cohort } from './cohort.ts';
import { figure, proportion, sensitivity } from './figures.ts';
import { percentileInterval } from './intervals.ts';

/** Softmax probabilities per image, one per class. */
type Probabilities = readonly (readonly number[])[];

/** A weighted statistic in [0, 1]: `weights` is per image, 0 for those left out. */
type Statistic = (weights: Float64Array) => number;

/** Images by label (row) and verdict (column), counted, not reweighted. Under attack: of iterates run to the end. */
export function confusionMatrix(cohort: Cohort, verdicts: readonly ClassIndex[]): readonly (readonly number[])[] {
  const matrix = DIAGNOSES.map(() => DIAGNOSES.map(() => 0));
  cohort.images.forEach(({ label }, image) => {
    const row = label === null ? undefined : matrix[label];
    const verdict = verdicts[image];
    if (row !== undefined && verdict !== undefined) row[verdict] = (row[verdict] ?? 0) + 1;
  });
  return matrix;
}

export interface ClassFigures {
  readonly diagnosis: Diagnosis;
  /** Share of the images of this class called so. */
  readonly sensitivity: Figure | null;
  /** Share of the other labelled images not called so. */
  readonly specificity: Figure | null;
}

/** Sensitivity and specificity of each class present, with Wilson's intervals. */
export const classFigures = (cohort: Cohort, verdicts: readonly ClassIndex[]): readonly ClassFigures[] =>
  cohort.classes.map(({ label }) => ({
    diagnosis: DIAGNOSES[label],
    sensitivity: sensitivity(
      cohort,
      label,
      verdicts.map((verdict) => verdict === label),
    ),
    specificity: proportion(
      cohort,
      (image) => cohort.images[image]?.label !== label,
      verdicts.map((verdict) => verdict !== label),
    ),
  }));

/** Mean over the classes present of F1 = 2 TP / (2 TP + FP + FN), with its bootstrap interval. */
export function macroF1(cohort: Cohort, verdicts: readonly ClassIndex[]): Figure | null {
  const images = labelledImages(cohort);
  return bootstrapped(cohort, (weights) => {
    const right = new Float64Array(CLASS_COUNT);
    const labelled = new Float64Array(CLASS_COUNT);
    const called = new Float64Array(CLASS_COUNT);
    for (const image of images) {
      const weight = weights[image] ?? 0;
      const label = cohort.images[image]?.label ?? null;
      const verdict = verdicts[image];
      if (label === null || verdict === undefined) continue;
      labelled[label] = (labelled[label] ?? 0) + weight;
      called[verdict] = (called[verdict] ?? 0) + weight;
      if (label === verdict) right[label] = (right[label] ?? 0) + weight;
    }
    const f1 = cohort.classes.map(
      ({ label }) => (2 * (right[label] ?? 0)) / ((labelled[label] ?? 0) + (called[label] ?? 0)),
    );
    return mean(f1);
  });
}

/**
 * Mean over the classes present of the area under the receiver operating characteristic of that class against the
 * others, ties counting half. Null where fewer than two classes are present.
 */
export function macroAuroc(cohort: Cohort, probabilities: Probabilities): Figure | null {
  if (cohort.classes.length < 2) return null;
  const perClass = cohort.classes.map(({ label }) => auroc(cohort, label, probabilities));
  return bootstrapped(cohort, (weights) => mean(perClass.map((statistic) => statistic(weights))));
}

/** Mann and Whitney's statistic: the chance that an image of the class scores above one of another class. */
function auroc(cohort: Cohort, label: ClassIndex, probabilities: Probabilities): Statistic {
  const { scores, order } = ranked(cohort, label, probabilities);
  return (weights) => {
    let below = 0;
    let positives = 0;
    let wins = 0;
    for (let from = 0; from < order.length;) {
      let tiedPositives = 0;
      let tiedNegatives = 0;
      const score = scores[order[from] ?? 0];
      for (; from < order.length && scores[order[from] ?? 0] === score; from += 1) {
        const image = order[from] ?? 0;
        if (cohort.images[image]?.label === label) tiedPositives += weights[image] ?? 0;
        else tiedNegatives += weights[image] ?? 0;
      }
      wins += tiedPositives * (below + tiedNegatives / 2);
      positives += tiedPositives;
      below += tiedNegatives;
    }
    return wins / (positives * below);
  };
}

/** Melanoma sensitivity at the lowest threshold on its probability that keeps specificity at 95 % or above. */
export function melanomaSensitivityAt95Specificity(cohort: Cohort, probabilities: Probabilities): Figure | null {
  const melanoma = cohort.classes.find(({ label }) => label === MELANOMA);
  if (melanoma === undefined || cohort.classes.length < 2) return null;
  const { scores, order } = ranked(cohort, MELANOMA, probabilities);
  const isMelanoma = (image: number) => cohort.images[image]?.label === MELANOMA;
  const result = bootstrapped(cohort, (weights) => {
    const sumOf = (counted: (image: number) => boolean) =>
      order.reduce((sum, image) => (counted(image) ? sum + (weights[image] ?? 0) : sum), 0);
    const allowed = 0.05 * sumOf((image) => !isMelanoma(image));
    let falseAlarms = 0;
    let threshold = -Infinity;
    for (let at = order.length - 1; at >= 0; at -= 1) {
      const image = order[at] ?? 0;
      if (!isMelanoma(image)) falseAlarms += weights[image] ?? 0;
      if (falseAlarms > allowed) {
        // Called melanoma is what scores above the first image that would be one false alarm too many.
        threshold = scores[image] ?? Infinity;
        break;
      }
    }
    const caught = sumOf((image) => isMelanoma(image) && (scores[image] ?? 0) > threshold);
    return caught / sumOf(isMelanoma);
  });
  return result && { ...result, n: melanoma.n };
}

/** The labelled images in ascending order of the probability of one class. */
function ranked(cohort: Cohort, label: ClassIndex, probabilities: Probabilities) {
  const scores = Float64Array.from(probabilities, (row) => row[label] ?? 0);
  const order = labelledImages(cohort).sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  return { scores, order };
}

const CALIBRATION_BINS = 15;

/**
 * Expected calibration error (Naeini 2015, Guo 2017): mean distance between confidence (the largest probability) and
 * accuracy over 15 equal bins of confidence, weighted by their images.
 */
export function expectedCalibrationError(cohort: Cohort, probabilities: Probabilities): Figure | null {
  const images = labelledImages(cohort).map((image) => {
    const row = probabilities[image] ?? [];
    const confidence = Math.max(...row);
    const right = row.indexOf(confidence) === cohort.images[image]?.label;
    const bin = Math.min(CALIBRATION_BINS - 1, Math.floor(confidence * CALIBRATION_BINS));
    return { image, bin, excess: confidence - (right ? 1 : 0) };
  });
  return bootstrapped(cohort, (weights) => {
    const excess = new Float64Array(CALIBRATION_BINS);
    let weight = 0;
    for (const one of images) {
      excess[one.bin] = (excess[one.bin] ?? 0) + one.excess * (weights[one.image] ?? 0);
      weight += weights[one.image] ?? 0;
    }
    return excess.reduce((sum, inBin) => sum + Math.abs(inBin), 0) / weight;
  });
}

const labelledImages = (cohort: Cohort): number[] =>
  cohort.classes.flatMap(({ lesions }) => lesions.flatMap(({ images }) => images));

/**
 * A statistic with its percentile interval over lesions within class. Where no draw differs from another (perfect or
 * hopeless scores, one lesion), the bootstrap knows nothing of the uncertainty, and the interval is all of [0, 1].
 */
function bootstrapped(cohort: Cohort, statistic: Statistic): Figure | null {
  if (cohort.n === 0) return null;
  const value = statistic(Float64Array.from(cohort.images, (image) => (image.label === null ? 0 : image.weight)));
  const nextWeights = weightResampler(cohort);
  const draws = Float64Array.from({ length: cohort.draws }, () => statistic(nextWeights()));
  const interval = draws.every((draw) => draw === draws[0]) ? { low: 0, high: 1 } : percentileInterval(draws);
  return figure({ value, ...interval }, cohort.n, 0);
}

/** Each call gives the image weights of the next bootstrap draw (one buffer, overwritten by the next call). */
function weightResampler(cohort: Cohort): () => Float64Array {
  const weights = new Float64Array(cohort.images.length);
  const classes = cohort.classes.map((one) => ({ lesions: one.lesions, resample: lesionResampler(cohort, one) }));
  return () => {
    weights.fill(0);
    for (const { lesions, resample } of classes) {
      for (const lesion of resample()) {
        for (const image of lesions[lesion]?.images ?? []) {
          weights[image] = (weights[image] ?? 0) + (cohort.images[image]?.weight ?? 0);
        }
      }
    }
    return weights;
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
