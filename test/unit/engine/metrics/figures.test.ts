import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Figure } from '../../../../src/shared/contract/modelCard.ts';
import type { ClassIndex } from '../../../../src/shared/domain/diagnosis.ts';
import {
  attackSuccessRate,
  classesPresent,
  createCohort,
  dangerousFlips,
  drawSample,
  verdictFigures,
} from '../../../../src/main/engine/metrics/index.ts';
import { wilsonInterval } from '../../../../src/main/engine/metrics/intervals.ts';
import { image, lesionsOf, someCases, unweighted } from './cases.ts';

const BCC: ClassIndex = 1;
const MEL: ClassIndex = 4;
const NV: ClassIndex = 5;
const options = { seed: 1, draws: 200 };

const contains = ({ value, low, high }: Figure) => low <= value && value <= high && low >= 0 && high <= 1;

describe('the figures of a cohort', () => {
  it('are the plain shares on a set that was not sampled', () => {
    const images = [...lesionsOf(MEL, 4), ...lesionsOf(NV, 16)];
    const correct = images.map((_, i) => i !== 0 && i < 12);
    const { n, accuracy, balancedAccuracy, melanomaSensitivity } = verdictFigures(
      createCohort(unweighted(images), options),
      correct,
    );
    expect(n).toBe(20);
    expect(accuracy?.value).toBeCloseTo(11 / 20, 12);
    expect(balancedAccuracy?.value).toBeCloseTo((3 / 4 + 8 / 16) / 2, 12);
    expect(melanomaSensitivity).toEqual({ value: 3 / 4, ...wilsonInterval(3 / 4, 4), n: 4 });
  });

  it('hold their value in an interval within [0, 1], and depend on the order of the images in no bit', () => {
    fc.assert(
      fc.property(
        someCases.chain((cases) =>
          fc.tuple(
            fc.constant(cases),
            fc.array(fc.boolean(), { minLength: cases.length, maxLength: cases.length }),
            fc.shuffledSubarray([...cases.keys()], { minLength: cases.length }),
          ),
        ),
        ([cases, correct, order]) => {
          const figures = verdictFigures(createCohort(unweighted(cases), { seed: 1, draws: 50 }), correct);
          const present = [figures.accuracy, figures.balancedAccuracy, figures.melanomaSensitivity].filter(
            (f) => f !== null,
          );
          expect(present.every(contains)).toBe(true);
          const shuffled = order.flatMap((at) => unweighted(cases)[at] ?? []);
          const again = verdictFigures(
            createCohort(shuffled, { seed: 1, draws: 50 }),
            order.map((at) => correct[at] === true),
          );
          expect(again).toEqual(figures);
        },
      ),
    );
  });

  it('narrow as lesions are added', () => {
    const width = (lesions: number) => {
      const images = lesionsOf(NV, lesions);
      const { accuracy } = verdictFigures(
        createCohort(unweighted(images), options),
        images.map((_, i) => i % 3 > 0),
      );
      return (accuracy?.high ?? NaN) - (accuracy?.low ?? NaN);
    };
    expect(width(240)).toBeLessThan(width(60));
    expect(width(60)).toBeLessThan(width(15));
  });

  it('do not narrow when every lesion is merely photographed four times', () => {
    const figuresOf = (imagesEach: number) => {
      const images = lesionsOf(MEL, 40, imagesEach);
      const correct = images.map(({ lesionId }) => Number(lesionId?.split('-')[2]) % 4 > 0);
      return verdictFigures(createCohort(unweighted(images), options), correct);
    };
    const once = figuresOf(1).melanomaSensitivity;
    expect(figuresOf(4).melanomaSensitivity).toEqual({ ...once, n: 160 });
  });

  it('give a class at 0 or 100 % its Wilson interval in balanced accuracy, never a point', () => {
    const images = [...lesionsOf(MEL, 10), ...lesionsOf(NV, 30)];
    const figures = verdictFigures(
      createCohort(unweighted(images), options),
      images.map(({ label }) => label === NV),
    );
    // MOVER over melanoma at 0 of 10 and nevus at 30 of 30, each with factor 1/2.
    const low = 0.5 - (1 - wilsonInterval(1, 30).low) / 2;
    const high = 0.5 + wilsonInterval(0, 10).high / 2;
    expect(figures.balancedAccuracy?.value).toBe(0.5);
    expect(figures.balancedAccuracy?.low).toBeCloseTo(low, 12);
    expect(figures.balancedAccuracy?.high).toBeCloseTo(high, 12);
  });

  it('at an accuracy of 0 still leave room above it', () => {
    const images = lesionsOf(NV, 100);
    const { accuracy } = verdictFigures(
      createCohort(unweighted(images), options),
      images.map(() => false),
    );
    expect(accuracy).toEqual({ value: 0, low: 0, high: wilsonInterval(0, 100).high, n: 100 });
  });

  it('reweight the accuracy of a sample to the whole set', () => {
    // Every melanoma wrong, every nevus right: 90 % on the set, which a sample with 15 of each must find again.
    const set = [...lesionsOf(MEL, 100), ...lesionsOf(NV, 900)];
    const { images } = drawSample(set, { size: 30, seed: 1 });
    const { accuracy } = verdictFigures(
      createCohort(images, options),
      images.map(({ label }) => label === NV),
    );
    expect(images.filter(({ label }) => label === MEL)).toHaveLength(15);
    expect(accuracy?.value).toBeCloseTo(0.9, 12);
  });

  it('run over the classes that are there, and name them', () => {
    const cohort = createCohort(
      unweighted([...lesionsOf(NV, 3), ...lesionsOf(MEL, 2), image('?', null, null)]),
      options,
    );
    expect(classesPresent(cohort)).toEqual(['mel', 'nv']);
    expect(cohort.n).toBe(5);
  });

  it('are null where there is nothing to count', () => {
    const nothing = createCohort(unweighted([image('?', null, null)]), options);
    expect(verdictFigures(nothing, [true])).toEqual({
      n: 0,
      accuracy: null,
      balancedAccuracy: null,
      melanomaSensitivity: null,
      sensitivities: { akiec: null, bcc: null, bkl: null, df: null, mel: null, nv: null, vasc: null },
    });
    const neviOnly = createCohort(unweighted(lesionsOf(NV, 2)), options);
    expect(verdictFigures(neviOnly, [true, true]).melanomaSensitivity).toBeNull();
    expect(dangerousFlips(neviOnly, [MEL, MEL], [true, true])).toBeNull();
    expect(attackSuccessRate(neviOnly, [false, false], [false, false])).toBeNull();
  });
});

describe('dangerous flips', () => {
  it('count malignant images called malignant when clean, by whichever malignant name, and nothing else', () => {
    const images = [
      image('melanoma called melanoma', 'a', MEL),
      image('melanoma called carcinoma', 'b', MEL),
      image('melanoma missed', 'c', MEL),
      image('nevus called melanoma', 'd', NV),
      image('unlabelled called melanoma', 'e', null),
      image('carcinoma called carcinoma', 'f', BCC),
    ];
    const clean: ClassIndex[] = [MEL, BCC, NV, MEL, MEL, BCC];
    const turned = [true, false, true, true, true, false];
    const flips = dangerousFlips(createCohort(unweighted(images), options), clean, turned);
    expect(flips).toEqual({ value: 1 / 3, ...wilsonInterval(1 / 3, 3), n: 3 });
  });
});

describe('the attack success rate', () => {
  it('counts among the images that were right when clean', () => {
    const cohort = createCohort(unweighted(lesionsOf(NV, 4)), options);
    const rate = attackSuccessRate(cohort, [true, true, true, false], [false, true, false, false]);
    expect(rate?.value).toBeCloseTo(2 / 3, 12);
    expect(rate?.n).toBe(3);
  });
});
