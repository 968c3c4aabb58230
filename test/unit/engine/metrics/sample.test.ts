import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawSample, type LesionImage, type Sample } from '../../../../src/main/engine/metrics/index.ts';
import { image, lesionsOf, someCases } from './cases.ts';

const idsOf = (sample: Sample<LesionImage>) => sample.images.map(({ imageId }) => imageId);
const seeds = fc.nat(1000);

describe('a sample', () => {
  it('has exactly the size asked for, or all cases if they are fewer', () => {
    fc.assert(
      fc.property(someCases, fc.integer({ min: 1, max: 140 }), seeds, (cases, size, seed) => {
        const sample = drawSample(cases, { size, seed });
        expect(sample.images).toHaveLength(Math.min(size, cases.length));
        expect(new Set(idsOf(sample)).size).toBe(sample.images.length);
        expect(sample.of).toBe(cases.length);
      }),
    );
  });

  it('does not depend on the order of the cases', () => {
    fc.assert(
      fc.property(
        someCases.chain((cases) =>
          fc.tuple(fc.constant(cases), fc.shuffledSubarray([...cases], { minLength: cases.length })),
        ),
        fc.integer({ min: 1, max: 140 }),
        seeds,
        ([cases, shuffled], size, seed) => {
          expect(drawSample(shuffled, { size, seed })).toEqual(drawSample(cases, { size, seed }));
        },
      ),
    );
  });

  it('gives weights that add up to the images of each class in the set', () => {
    fc.assert(
      fc.property(someCases, fc.integer({ min: 1, max: 140 }), seeds, (cases, size, seed) => {
        const sample = drawSample(cases, { size, seed });
        for (const label of new Set(sample.images.map((one) => one.label))) {
          const weight = sample.images.filter((one) => one.label === label).reduce((sum, one) => sum + one.weight, 0);
          expect(weight).toBeCloseTo(cases.filter((one) => one.label === label).length, 9);
        }
      }),
    );
  });

  it('takes a second image of a lesion only when every lesion is in', () => {
    const cases = [...lesionsOf(4, 20, 3), ...lesionsOf(5, 30, 2)];
    const lesionsIn = (size: number) =>
      new Set(drawSample(cases, { size, seed: 1 }).images.map(({ lesionId }) => lesionId)).size;
    expect(lesionsIn(49)).toBe(49);
    expect(lesionsIn(50)).toBe(50);
    expect(lesionsIn(80)).toBe(50);
  });

  it('holds at least 15 lesions of each class, all where there are fewer, and the rest in proportion', () => {
    const cases = [...lesionsOf(3, 9), ...lesionsOf(4, 115), ...lesionsOf(5, 415)];
    const { perClass } = drawSample(cases, { size: 139, seed: 7 });
    // 9 + 15 + 15 = 39; the other 100 by the 100 and 400 lesions still outside.
    expect(perClass).toEqual([
      { diagnosis: 'df', n: 9, lesions: 9, lesionsInSet: 9, tooFew: true },
      { diagnosis: 'mel', n: 35, lesions: 35, lesionsInSet: 115, tooFew: false },
      { diagnosis: 'nv', n: 95, lesions: 95, lesionsInSet: 415, tooFew: false },
    ]);
  });

  it('shares a sample too small for that equally', () => {
    const cases = [...lesionsOf(3, 2), ...lesionsOf(4, 100), ...lesionsOf(5, 900)];
    const { perClass } = drawSample(cases, { size: 12, seed: 7 });
    expect(perClass.map(({ n }) => n)).toEqual([2, 5, 5]);
  });

  it('lets a case of a class that was drawn thinly stand for many', () => {
    const cases = [...lesionsOf(4, 20), ...lesionsOf(5, 1000)];
    const { images } = drawSample(cases, { size: 40, seed: 1 });
    const weightsOf = (label: number) => new Set(images.filter((one) => one.label === label).map((one) => one.weight));
    // 15 of 20 melanomas, and 15 + 10 rounded by what is left (5 : 985) of 1000 nevi.
    expect(weightsOf(4)).toEqual(new Set([20 / 15]));
    expect(weightsOf(5)).toEqual(new Set([1000 / 25]));
  });

  it('makes the one image drawn of a large lesion stand for its whole lesion', () => {
    const cases = [...lesionsOf(4, 1, 3), image('single', 'another', 4), image('other class', 'third', 5)];
    const { images } = drawSample(cases, { size: 3, seed: 1 });
    const weightOf = (lesionId: string) => images.find((one) => one.lesionId === lesionId)?.weight;
    expect(weightOf('lesion-4-0')).toBe(3);
    expect(weightOf('another')).toBe(1);
  });

  it('of everything gives every case the weight 1', () => {
    const cases = [...lesionsOf(2, 4, 3), ...lesionsOf(5, 9, 2), image('unlabelled', null, null)];
    const sample = drawSample(cases, { size: null, seed: 1 });
    expect(sample.images.map((one) => one.weight)).toEqual(cases.map(() => 1));
    expect(sample.how).toBe('All 31 images.');
    expect(sample.lesions).toBe(14);
    expect(sample.unlabelled).toBe(1);
  });

  it('counts each image without a lesion id as a lesion of its own', () => {
    const cases = Array.from({ length: 12 }, (_, i) => image(`image-${i}`, null, 4));
    expect(drawSample(cases, { size: null, seed: 1 }).perClass).toEqual([
      { diagnosis: 'mel', n: 12, lesions: 12, lesionsInSet: 12, tooFew: false },
    ]);
  });

  it('grows: the same seed and a larger size within one class keep the cases already drawn', () => {
    const cases = lesionsOf(5, 60, 2);
    const small = idsOf(drawSample(cases, { size: 20, seed: 3 }));
    const large = idsOf(drawSample(cases, { size: 70, seed: 3 }));
    expect(large).toEqual(expect.arrayContaining(small));
  });

  it('differs from seed to seed', () => {
    const cases = lesionsOf(5, 200);
    expect(idsOf(drawSample(cases, { size: 20, seed: 1 }))).not.toEqual(
      idsOf(drawSample(cases, { size: 20, seed: 2 })),
    );
  });

  it('draws every lesion with the same chance', () => {
    const cases = lesionsOf(5, 20);
    const times = new Map<string, number>();
    for (let seed = 0; seed < 1000; seed += 1) {
      for (const id of idsOf(drawSample(cases, { size: 5, seed }))) times.set(id, (times.get(id) ?? 0) + 1);
    }
    // Expected 250 each, standard deviation 13.7; 5 of those either way.
    for (const one of cases) {
      expect(times.get(one.imageId)).toBeGreaterThan(181);
      expect(times.get(one.imageId)).toBeLessThan(319);
    }
  });

  it.each([0, -1, 1.5, NaN])('of size %d is refused', (size) => {
    expect(() => drawSample(lesionsOf(5, 3), { size, seed: 1 })).toThrow(RangeError);
  });
});
