import { describe, expect, it } from 'vitest';
import {
  compareBalancedAccuracy,
  createCohort,
  drawSample,
  verdictFigures,
  type WeightedImage,
} from '../../../../src/main/engine/metrics/index.ts';
import { randomStream } from '../../../../src/main/engine/randomness.ts';
import type { Figure } from '../../../../src/shared/contract/modelCard.ts';
import type { ClassIndex } from '../../../../src/shared/domain/diagnosis.ts';
import { image } from './cases.ts';

/**
 * How often 95 % intervals hold the truth, simulated: three classes whose lesions have 1 to 6 images, and verdicts
 * that agree within a lesion with probability 0.8, as those of a real classifier do.
 */
const REPETITIONS = 300;
const WITHIN_LESION_AGREEMENT = 0.8;
const CLASSES: readonly { readonly label: ClassIndex; readonly lesions: number; readonly recall: number }[] = [
  { label: 1, lesions: 25, recall: 0.6 },
  { label: 4, lesions: 40, recall: 0.7 },
  { label: 5, lesions: 80, recall: 0.85 },
];
const TRUTH = CLASSES.reduce((sum, { recall }) => sum + recall, 0) / CLASSES.length;

const cohortImages: readonly WeightedImage[] = CLASSES.flatMap(({ label, lesions }) =>
  Array.from({ length: lesions }, (_, lesion) =>
    Array.from({ length: 1 + (lesion % 6) }, (_, i) => ({
      ...image(`${label}-${lesion}-${i}`, `${label}-${lesion}`, label),
      weight: 1,
    })),
  ).flat(),
);
const byLesion = createCohort(cohortImages, { seed: 1, draws: 400 });
const byImage = createCohort(
  cohortImages.map((one) => ({ ...one, lesionId: null })),
  { seed: 1, draws: 400 },
);

const recallOf = (label: ClassIndex | null) => CLASSES.find((one) => one.label === label)?.recall ?? 0;

function simulatedVerdicts(repetition: number, model: string): readonly boolean[] {
  return cohortImages.map(({ imageId, lesionId, label }) => {
    const shared = randomStream('coverage', repetition, model, lesionId ?? '').next();
    const own = randomStream('coverage', repetition, model, imageId);
    return (own.next() < WITHIN_LESION_AGREEMENT ? shared : own.next()) < recallOf(label);
  });
}

const repetitions = Array.from({ length: REPETITIONS }, (_, repetition) => simulatedVerdicts(repetition, 'first'));
const figuresByLesion = repetitions.map((correct) => verdictFigures(byLesion, correct));
const figuresByImage = repetitions.map((correct) => verdictFigures(byImage, correct));
const holds = (figure: Figure | null | undefined, truth: number) =>
  figure != null && figure.low <= truth && truth <= figure.high;
const coverage = (figures: readonly boolean[]) => figures.filter(Boolean).length / figures.length;

describe('over repeated cohorts, the 95 % interval', () => {
  // 300 repetitions: the standard error of a coverage of 0.95 is 0.013.
  it('of balanced accuracy holds the truth near 95 % of the time by lesion, and clearly less often by image', () => {
    const lesionwise = coverage(figuresByLesion.map(({ balancedAccuracy }) => holds(balancedAccuracy, TRUTH)));
    const imagewise = coverage(figuresByImage.map(({ balancedAccuracy }) => holds(balancedAccuracy, TRUTH)));
    expect(lesionwise).toBeGreaterThan(0.91);
    expect(imagewise).toBeLessThan(0.86);
  });

  it('of melanoma sensitivity holds the truth near 95 % of the time by lesion, and clearly less often by image', () => {
    const truth = recallOf(4);
    const lesionwise = coverage(figuresByLesion.map(({ melanomaSensitivity }) => holds(melanomaSensitivity, truth)));
    const imagewise = coverage(figuresByImage.map(({ melanomaSensitivity }) => holds(melanomaSensitivity, truth)));
    expect(lesionwise).toBeGreaterThan(0.91);
    expect(imagewise).toBeLessThan(0.86);
  });

  it('of the difference between two equally good models holds 0 near 95 % of the time', () => {
    const covered = coverage(
      repetitions.map((correct, repetition) =>
        holds(compareBalancedAccuracy(byLesion, correct, simulatedVerdicts(repetition, 'second'))?.difference, 0),
      ),
    );
    expect(covered).toBeGreaterThan(0.91);
  });

  it('of a sample holds the accuracy of the whole set, which the samples hit on average', () => {
    // Large lesions are wrong, so that a sample of one image each would be far off if it were not reweighted.
    const isRight = ({ imageId, label }: WeightedImage) => label === 5 || Number(imageId.split('-')[1]) % 6 < 3;
    const truth = cohortImages.filter(isRight).length / cohortImages.length;
    const figures = Array.from({ length: 200 }, (_, seed) => {
      const { images } = drawSample(cohortImages, { size: 90, seed });
      return verdictFigures(createCohort(images, { seed, draws: 200 }), images.map(isRight)).accuracy;
    });
    expect(coverage(figures.map((figure) => holds(figure, truth)))).toBeGreaterThan(0.91);
    const mean = figures.reduce((sum, figure) => sum + (figure?.value ?? NaN), 0) / figures.length;
    expect(Math.abs(mean - truth)).toBeLessThan(0.01);
  });
});
