import type { Figure } from '../../../shared/contract/modelCard.ts';
import { CLASS_COUNT, DIAGNOSES, MELANOMA, type ClassIndex } from '../../../shared/domain/diagnosis.ts';
import { lesionDraws, type Cohort } from './cohort.ts';
import { figure, ofEachClass, proportion, type OfEachClass } from './figures.ts';
import { percentileInterval } from './intervals.ts';

/** Softmax probabilities per image, one per class. */
type Probabilities = readonly (readonly number[])[];

/** A weighted statistic in [0, 1]: `weights` is per image, 0 for those left out. */
type Statistic = (weights: Float64Array) => number;

/**
 * Labelled images by label (row) and verdict (column), each counted with its weight. Under attack the verdicts are those
 * of iterates run to the end: a loop that stops at the first success says nothing of where it would have gone.
 */
export function confusionMatrix(cohort: Cohort, verdicts: readonly ClassIndex[]): number[][] {
  const matrix = DIAGNOSES.map(() => DIAGNOSES.map(() => 0));
  for (const image of labelledImages(cohort)) {
    const { label = null, weight = 0 } = cohort.images[image] ?? {};
    const row = label === null ? undefined : matrix[label];
    const verdict = verdicts[image];
    if (row !== undefined && verdict !== undefined) row[verdict] = (row[verdict] ?? 0) + weight;
  }
  return matrix;
}

/** Of each class present, from one verdict per image. */
export interface ClassFigures {
  /** Share of the images of this class called so. */
  readonly sensitivities: OfEachClass;
  /** Share of the other labelled images not called so; null where there are no others. */
  readonly specificities: OfEachClass;
}

/**
 * Sensitivity and specificity of each class present, with Wilson's intervals. Under attack only for iterates run to the
 * end, as all that depends on which name an image is given: an attack that stops at its first success, or the worst case of
 * several, leaves no verdict that says which classes it could have led to. Sensitivity asks only whether a label was kept,
 * so it stands in `verdictFigures` for these as well.
 */
export function classFigures(cohort: Cohort, verdicts: readonly ClassIndex[]): ClassFigures {
  const present = new Set(cohort.classes.map(({ label }) => label));
  const shareOf = (counted: (own: boolean) => boolean, hit: (own: boolean) => boolean) =>
    ofEachClass((label) =>
      present.has(label)
        ? proportion(
            cohort,
            (image) => counted(cohort.images[image]?.label === label),
            verdicts.map((verdict) => hit(verdict === label)),
          )
        : null,
    );
  const not = (own: boolean) => !own;
  return { sensitivities: shareOf(Boolean, Boolean), specificities: shareOf(not, not) };
}

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
  const { order, positive, score } = ranked(cohort, label, probabilities);
  const endsTie = Uint8Array.from(score, (own, at) => (own === score[at + 1] ? 0 : 1));
  return (weights) => {
    let below = 0;
    let positives = 0;
    let wins = 0;
    let tiedPositives = 0;
    let tiedNegatives = 0;
    for (let at = 0; at < order.length; at += 1) {
      const weight = weights[order[at] ?? 0] ?? 0;
      if (positive[at] === 1) tiedPositives += weight;
      else tiedNegatives += weight;
      if (endsTie[at] === 0) continue;
      wins += tiedPositives * (below + tiedNegatives / 2);
      positives += tiedPositives;
      below += tiedNegatives;
      tiedPositives = 0;
      tiedNegatives = 0;
    }
    return wins / (positives * below);
  };
}

/** Melanoma sensitivity at the lowest threshold on its probability that keeps specificity at 95 % or above. */
export function melanomaSensitivityAt95Specificity(cohort: Cohort, probabilities: Probabilities): Figure | null {
  const melanoma = cohort.classes.find(({ label }) => label === MELANOMA);
  if (melanoma === undefined || cohort.classes.length < 2) return null;
  const { order, positive, score } = ranked(cohort, MELANOMA, probabilities);
  const result = bootstrapped(cohort, (weights) => {
    let melanomas = 0;
    let others = 0;
    order.forEach((image, at) => {
      if (positive[at] === 1) melanomas += weights[image] ?? 0;
      else others += weights[image] ?? 0;
    });
    const allowed = 0.05 * others;
    let falseAlarms = 0;
    let caught = 0;
    // Called melanoma is what scores above the first image that would be one false alarm too many.
    for (let to = order.length; to > 0;) {
      let tiedMelanomas = 0;
      let from = to;
      for (; from > 0 && score[from - 1] === score[to - 1]; from -= 1) {
        const weight = weights[order[from - 1] ?? 0] ?? 0;
        if (positive[from - 1] === 1) tiedMelanomas += weight;
        else falseAlarms += weight;
      }
      if (falseAlarms > allowed) break;
      caught += tiedMelanomas;
      to = from;
    }
    return caught / melanomas;
  });
  return result && { ...result, n: melanoma.n };
}

/** The labelled images in ascending order of the probability of one class; in this order whether each is of it. */
function ranked(cohort: Cohort, label: ClassIndex, probabilities: Probabilities) {
  const scoreOf = (image: number) => probabilities[image]?.[label] ?? 0;
  const order = Uint32Array.from(labelledImages(cohort).sort((a, b) => scoreOf(a) - scoreOf(b)));
  return {
    order,
    positive: Uint8Array.from(order, (image) => (cohort.images[image]?.label === label ? 1 : 0)),
    score: Float64Array.from(order, scoreOf),
  };
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
  const drawn = timesDrawn(cohort);
  const weights = new Float64Array(cohort.images.length);
  const ownWeights = Float64Array.from(cohort.images, ({ weight }) => weight);
  let from = 0;
  return () => {
    for (let image = 0; image < weights.length; image += 1) {
      weights[image] = (drawn[from + image] ?? 0) * (ownWeights[image] ?? 0);
    }
    from += weights.length;
    return weights;
  };
}

const counted = new WeakMap<Cohort, Uint16Array>();

/** Draw after draw, how often each image was drawn with its lesion; unlabelled ones never. */
function timesDrawn(cohort: Cohort): Uint16Array {
  const known = counted.get(cohort);
  if (known) return known;
  const size = cohort.images.length;
  const times = new Uint16Array(cohort.draws * size);
  for (const one of cohort.classes) {
    lesionDraws(cohort, one).lesions.forEach((lesion, at) => {
      const from = Math.floor(at / one.lesions.length) * size;
      for (const image of one.lesions[lesion]?.images ?? []) times[from + image] = (times[from + image] ?? 0) + 1;
    });
  }
  counted.set(cohort, times);
  return times;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
