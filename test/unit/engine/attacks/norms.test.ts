import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadNativeBackend } from '../../../../src/main/engine/backend/native.ts';
import { distances, NORM_FAMILIES } from '../../../../src/main/engine/attacks/norms.ts';
import { randomStream } from '../../../../src/main/engine/randomness.ts';

beforeAll(loadNativeBackend);

const NORMS = ['linf', 'l2'] as const;
const SHAPE: [number, number, number, number] = [2, 2, 2, 3];
const SIZE = 12;

const perturbation = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 2 * SIZE, maxLength: 2 * SIZE });
const radius = fc.float({ min: Math.fround(0.001), max: 1, noNaN: true });

const length = (norm: (typeof NORMS)[number], values: Float32Array): number =>
  distances(values, new Float32Array(values.length))[norm];

function rows(compute: () => tf.Tensor): Float32Array[] {
  const tensor = tf.tidy(compute);
  const values = tensor.dataSync<'float32'>();
  tensor.dispose();
  return [values.slice(0, SIZE), values.slice(SIZE)];
}

describe.each(NORMS)('the %s family', (norm) => {
  const family = NORM_FAMILIES[norm];

  it('projects each image into its own ball and leaves alone what already lies inside', () => {
    fc.assert(
      fc.property(perturbation, fc.tuple(radius, radius), (values, radii) => {
        const projected = rows(() => family.project(tf.tensor4d(values, SHAPE), tf.tensor4d(radii, [2, 1, 1, 1])));
        projected.forEach((after, image) => {
          const before = Float32Array.from(values.slice(image * SIZE, (image + 1) * SIZE));
          const epsilon = radii[image] ?? 0;
          expect(length(norm, after)).toBeLessThanOrEqual(epsilon + 1e-6);
          if (length(norm, before) < epsilon) expect(distances(after, before).linf).toBeLessThan(1e-7);
        });
      }),
      { numRuns: 50 },
    );
  });

  it('takes a step of length 1 uphill, and none where the gradient is zero', () => {
    fc.assert(
      fc.property(perturbation, (values) => {
        const gradient = Float32Array.from(values).fill(0, SIZE);
        const [step = new Float32Array(), none] = rows(() => family.normalize(tf.tensor4d(gradient, SHAPE)));
        const uphill = step.reduce((sum, value, at) => sum + value * (gradient[at] ?? 0), 0);
        const flat = length('l2', gradient) < 1e-9;
        expect(none).toEqual(new Float32Array(SIZE));
        if (!flat) expect(length(norm, step)).toBeCloseTo(1, 5);
        if (!flat) expect(uphill).toBeGreaterThan(0);
      }),
      { numRuns: 50 },
    );
  });

  it.each(['randomStart', 'gaussian'] as const)('draws %s from the unit ball by its stream alone', (kind) => {
    for (let draw = 0; draw < 20; draw += 1) {
      const values = family[kind](randomStream('norms', draw), 300);
      expect(length(norm, values)).toBeLessThanOrEqual(1 + 1e-6);
      expect(family[kind](randomStream('norms', draw), 300)).toEqual(values);
    }
  });

  it('draws a direction of length 1, another one for each stream', () => {
    const directions = [1, 2, 3].map((draw) => family.randomDirection(randomStream('direction', draw), 300));
    for (const direction of directions) expect(length(norm, direction)).toBeCloseTo(1, 6);
    const [first, second] = directions;
    expect(first).not.toEqual(second);
  });
});

describe('the uniform draw from the l2 ball', () => {
  it('fills the ball: in three dimensions an eighth of the draws lies within half the radius', () => {
    const inside = Array.from({ length: 4000 }, (_, draw) => {
      const values = NORM_FAMILIES.l2.randomStart(randomStream('ball', draw), 3);
      return length('l2', values) < 0.5 ? 1 : 0;
    }).reduce<number>((sum, one) => sum + one, 0);
    // Binomial(4000, 1/8): mean 500, standard deviation 21.
    expect(Math.abs(inside - 500)).toBeLessThan(4 * 21);
  });
});

describe('distances', () => {
  it('measures the largest change and the length of the change', () => {
    expect(distances(Float32Array.of(0.5, 1, 0), Float32Array.of(0.5, 0.25, 1))).toEqual({ linf: 1, l2: 1.25 });
  });
});
