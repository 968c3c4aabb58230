import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClassIndex } from '../../../../src/shared/domain/diagnosis.ts';
import {
  classFigures,
  confusionMatrix,
  createCohort,
  expectedCalibrationError,
  macroAuroc,
  macroF1,
  melanomaSensitivityAt95Specificity,
} from '../../../../src/main/engine/metrics/index.ts';
import { wilsonInterval } from '../../../../src/main/engine/metrics/intervals.ts';
import { image, lesionsOf, unweighted } from './cases.ts';

const MEL: ClassIndex = 4;
const NV: ClassIndex = 5;
const options = { seed: 1, draws: 100 };
const cohort = createCohort(unweighted([...lesionsOf(MEL, 4), ...lesionsOf(NV, 6), image('?', null, null)]), options);
// 3 of 4 melanomas and 4 of 6 nevi right; one melanoma missed, one nevus called melanoma, one called bkl.
const verdicts: ClassIndex[] = [MEL, MEL, MEL, NV, NV, NV, NV, NV, MEL, 2, MEL];

/** Probabilities of melanoma and nevus alone. */
const rows = (melanoma: readonly number[]) => melanoma.map((p) => [0, 0, 0, 0, p, 1 - p, 0]);

describe('the confusion matrix', () => {
  it('counts labelled images by label and verdict', () => {
    const matrix = confusionMatrix(cohort, verdicts);
    expect(matrix[MEL]).toEqual([0, 0, 0, 0, 3, 1, 0]);
    expect(matrix[NV]).toEqual([0, 0, 1, 0, 1, 4, 0]);
    expect(matrix.flat().reduce((sum, count) => sum + count, 0)).toBe(10);
  });

  it('counts an image of a sample as often as it stands for', () => {
    const images = cohort.images.map((one, at) => ({ ...one, weight: at + 1 }));
    const matrix = confusionMatrix(createCohort(images, options), verdicts);
    expect(matrix[MEL]).toEqual([0, 0, 0, 0, 1 + 2 + 3, 4, 0]);
    expect(matrix[NV]).toEqual([0, 0, 10, 0, 9, 5 + 6 + 7 + 8, 0]);
  });
});

describe('sensitivity and specificity', () => {
  const absent = { akiec: null, bcc: null, bkl: null, df: null, vasc: null };

  it("of each class present come with Wilson's intervals", () => {
    expect(classFigures(cohort, verdicts)).toEqual({
      sensitivities: {
        ...absent,
        mel: { value: 3 / 4, ...wilsonInterval(3 / 4, 4), n: 4 },
        nv: { value: 4 / 6, ...wilsonInterval(4 / 6, 6), n: 6 },
      },
      specificities: {
        ...absent,
        mel: { value: 5 / 6, ...wilsonInterval(5 / 6, 6), n: 6 },
        nv: { value: 3 / 4, ...wilsonInterval(3 / 4, 4), n: 4 },
      },
    });
  });

  it('know no specificity where all images are of one class', () => {
    const nevi = createCohort(unweighted(lesionsOf(NV, 3)), options);
    const { sensitivities, specificities } = classFigures(nevi, [NV, NV, MEL]);
    expect(sensitivities.nv).toMatchObject({ value: 2 / 3, n: 3 });
    expect(specificities).toEqual({ ...absent, mel: null, nv: null });
  });
});

describe('macro-F1', () => {
  it('is the mean of 2 TP / (2 TP + FP + FN) over the classes present', () => {
    const figure = macroF1(cohort, verdicts);
    expect(figure?.value).toBeCloseTo((6 / (6 + 1 + 1) + 8 / (8 + 1 + 2)) / 2, 12);
    expect(figure?.low).toBeLessThan(figure?.value ?? NaN);
    expect(figure?.high).toBeGreaterThan(figure?.value ?? NaN);
    expect(figure?.n).toBe(10);
  });

  it('claims no certainty where the bootstrap cannot see any spread', () => {
    const everythingRight: ClassIndex[] = cohort.images.map(({ label }) => label ?? NV);
    expect(macroF1(cohort, everythingRight)).toEqual({ value: 1, low: 0, high: 1, n: 10 });
  });
});

describe('macro-AUROC', () => {
  it('is the share of melanoma-nevus pairs ranked rightly, ties counting half', () => {
    const score = fc.constantFrom(0, 0.1, 0.2, 0.5, 0.8, 1);
    fc.assert(
      fc.property(fc.array(score, { minLength: 11, maxLength: 11 }), (melanoma) => {
        const pairs = melanoma
          .slice(0, 4)
          .flatMap((m) => melanoma.slice(4, 10).map((n) => (m > n ? 1 : m === n ? 0.5 : 0)));
        const share = pairs.reduce<number>((sum, win) => sum + win, 0) / pairs.length;
        expect(macroAuroc(cohort, rows(melanoma))?.value).toBeCloseTo(share, 12);
      }),
    );
  });

  it('is null with one class alone', () => {
    expect(macroAuroc(createCohort(unweighted(lesionsOf(MEL, 3)), options), rows([0.1, 0.2, 0.3]))).toBeNull();
  });
});

describe('melanoma sensitivity at 95 % specificity', () => {
  const images = unweighted([...lesionsOf(MEL, 10), ...lesionsOf(NV, 40)]);
  const large = createCohort(images, options);

  it('lets 2 of 40 nevi be called melanoma and counts the melanomas above the third', () => {
    const melanomas = [0.95, 0.85, 0.75, 0.65, 0.55, 0.45, 0.35, 0.25, 0.15, 0.05];
    const nevi = Array.from({ length: 40 }, (_, i) => (i < 3 ? [0.9, 0.8, 0.6][i] : 0.01) ?? 0);
    const figure = melanomaSensitivityAt95Specificity(large, rows([...melanomas, ...nevi]));
    expect(figure?.value).toBe(0.4);
    expect(figure?.n).toBe(10);
  });

  it('counts none where nevi tie with every melanoma at the top', () => {
    expect(melanomaSensitivityAt95Specificity(large, rows(images.map(() => 0.5)))?.value).toBe(0);
  });
});

describe('the expected calibration error', () => {
  it('is the gap between confidence and accuracy, bin by bin', () => {
    const images = unweighted(lesionsOf(MEL, 10));
    // Four at confidence 0.9, two of them right; six at 0.6, all right.
    const probabilities = rows([0.9, 0.9, 0.1, 0.1, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6]);
    const figure = expectedCalibrationError(createCohort(images, options), probabilities);
    expect(figure?.value).toBeCloseTo(0.4 * 0.4 + 0.6 * 0.4, 12);
  });

  it('is null where nothing is labelled', () => {
    expect(expectedCalibrationError(createCohort(unweighted([image('?', null, null)]), options), rows([1]))).toBeNull();
  });
});
