import { describe, expect, it } from 'vitest';
import { boundDistribution } from '../../../../src/main/engine/metrics/index.ts';
import { wilsonInterval } from '../../../../src/main/engine/metrics/intervals.ts';
import { image, lesionsOf, unweighted } from './cases.ts';

const ELEVEN = unweighted(lesionsOf(5, 11));
const distribution = (bounds: readonly (number | null)[], images = ELEVEN) =>
  boundDistribution(images, bounds) ?? expect.fail('expected a distribution');

describe('the distribution of bounds over images', () => {
  const bounds = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, null, null, null];

  it('has the middle one as its median, and an interval of order statistics', () => {
    // Wilson's interval of one half of 11 is 0.246 to 0.754: of 11 images the 3rd and the 9th.
    expect(wilsonInterval(0.5, 11).low).toBeCloseTo(0.246, 3);
    expect(distribution(bounds).median).toEqual({ value: 0.6, low: 0.3, high: 1, n: 11 });
  });

  it('has shares that count images without a bound among all', () => {
    const { shareUpTo, none } = distribution(bounds);
    expect(shareUpTo(0.3)).toEqual({ value: 3 / 11, ...wilsonInterval(3 / 11, 11), n: 11 });
    expect(shareUpTo(0.29).value).toBe(2 / 11);
    expect(shareUpTo(1).value).toBe(8 / 11);
    expect(none).toBe(3);
  });

  it('has no median where more than half have no bound', () => {
    expect(distribution(bounds.map((bound) => (bound !== null && bound < 0.6 ? bound : null))).median).toBeNull();
    expect(distribution(bounds.map((bound) => (bound !== null && bound < 0.7 ? bound : null))).median?.value).toBe(0.6);
  });

  it('counts an image as often as it stands for', () => {
    const weighted = ELEVEN.map((one, at) => ({ ...one, weight: at === 0 ? 10 : 1 }));
    expect(distribution(bounds, weighted).median?.value).toBe(0.1);
    expect(distribution(bounds, weighted).shareUpTo(0.1).value).toBe(0.5);
  });

  it('rests on lesions, not on photographs of them', () => {
    const images = unweighted(lesionsOf(5, 11, 3));
    const repeated = images.map((_, at) => bounds[Math.floor(at / 3)] ?? null);
    const { median, shareUpTo } = distribution(repeated, images);
    expect(median).toEqual({ value: 0.6, low: 0.3, high: 1, n: 33 });
    expect(shareUpTo(0.3)).toEqual({ ...distribution(bounds).shareUpTo(0.3), n: 33 });
  });

  it('counts unlabelled images too', () => {
    const images = unweighted([image('a', null, null), image('b', null, 4)]);
    expect(distribution([0.5, null], images).shareUpTo(0.5)).toMatchObject({ value: 0.5, n: 2 });
  });

  it('is null for no image', () => {
    expect(boundDistribution([], [])).toBeNull();
  });
});
