import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { BENIGN, MALIGNANT, type ClassIndex } from '../../../../src/shared/domain/diagnosis.ts';
import { loadNativeBackend } from '../../../../src/main/engine/backend/native.ts';
import type { Objective } from '../../../../src/main/engine/attacks/criteria.ts';
import { lossAt } from '../../../../src/main/engine/attacks/losses.ts';

beforeAll(loadNativeBackend);

const logits = fc
  .array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: 7, maxLength: 7 })
  .map((values) => Float32Array.from(values));
const allBut = (index: number) => ([0, 1, 2, 3, 4, 5, 6] as const).filter((other) => other !== index);

const gradientOf = (loss: (z: tf.Tensor1D) => tf.Tensor, at: Float32Array): number[] =>
  tf.tidy(() =>
    Array.from(
      tf
        .grad((z) => loss(z as tf.Tensor1D))(tf.tensor1d(at))
        .dataSync<'float32'>(),
    ),
  );
const unit = (values: ArrayLike<number>): number[] => {
  const list = Array.from(values);
  const length = Math.hypot(...list);
  return list.map((value) => value / length);
};
const columns = (z: tf.Tensor1D, group: readonly number[]) => tf.gather(z, tf.tensor1d([...group], 'int32'));

describe('the gradient of the loss', () => {
  const expectEqual = (actual: ArrayLike<number>, expected: readonly number[]) => {
    expected.forEach((value, at) => {
      expect(actual[at]).toBeCloseTo(value, 4);
    });
  };

  it('untargeted, points along the gradient of the cross-entropy', () => {
    fc.assert(
      fc.property(logits, fc.integer({ min: 0, max: 6 }), (z, y) => {
        const objective: Objective = { from: [y as ClassIndex], into: allBut(y) };
        const crossEntropy = gradientOf((x) => tf.neg(columns(tf.logSoftmax(x), [y])), z);
        // Where the label's probability rounds to 1, float32 has no direction left to compare with.
        fc.pre(Math.hypot(...crossEntropy) > 1e-2);
        expectEqual(unit(lossAt(z, objective, 'crossEntropy').gradient), unit(crossEntropy));
      }),
    );
  });

  it('targeted, points down the gradient of the cross-entropy of the target', () => {
    fc.assert(
      fc.property(logits, fc.integer({ min: 0, max: 6 }), (z, target) => {
        const objective: Objective = { from: allBut(target), into: [target as ClassIndex] };
        const logProbability = gradientOf((x) => columns(tf.logSoftmax(x), [target]), z);
        fc.pre(Math.hypot(...logProbability) > 1e-2);
        expectEqual(unit(lossAt(z, objective, 'crossEntropy').gradient), unit(logProbability));
      }),
    );
  });

  it('between groups, is that of the log-odds of the one group against the other', () => {
    fc.assert(
      fc.property(logits, (z) => {
        const logOdds = gradientOf(
          (x) => tf.sub(tf.logSumExp(columns(x, BENIGN)), tf.logSumExp(columns(x, MALIGNANT))),
          z,
        );
        expectEqual(lossAt(z, { from: MALIGNANT, into: BENIGN }, 'crossEntropy').gradient, logOdds);
      }),
    );
  });

  it('of the margin, raises the best class to reach and lowers the best to leave', () => {
    const z = Float32Array.of(0, 1, 2, 3, 9, 5, 4);
    expectEqual(lossAt(z, { from: [4], into: allBut(4) }, 'margin').gradient, [0, 0, 0, 0, -1, 1, 0]);
    expectEqual(lossAt(z, { from: allBut(2), into: [2] }, 'margin').gradient, [0, 0, 1, 0, -1, 0, 0]);
    expectEqual(lossAt(z, { from: MALIGNANT, into: BENIGN }, 'margin').gradient, [0, 0, 0, 0, -1, 1, 0]);
  });

  it('does not fade at a verdict so confident that float32 cross-entropy is flat', () => {
    const z = Float32Array.of(0, 0, 0, 0, 200, 0, 0);
    expect(gradientOf((x) => tf.neg(columns(tf.logSoftmax(x), [4])), z)).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expectEqual(lossAt(z, { from: [4], into: allBut(4) }, 'crossEntropy').gradient, [
      ...[1, 1, 1, 1].map((one) => one / 6),
      -1,
      1 / 6,
      1 / 6,
    ]);
  });
});

describe('the difference of logits ratio', () => {
  const z = Float32Array.of(0, 1, 2, 3, 9, 5, 4);

  it('untargeted, is the margin over the distance of the first logit from the third', () => {
    // -(9 - 5) / (9 - 4), equation 6.
    expect(lossAt(z, { from: [4], into: allBut(4) }, 'dlr').value).toBeCloseTo(-4 / 5, 6);
    // Already misclassified: -(5 - 9) / (9 - 4).
    expect(lossAt(z, { from: [5], into: allBut(5) }, 'dlr').value).toBeCloseTo(4 / 5, 6);
  });

  it('targeted, divides by the distance from the mean of the third and fourth', () => {
    // -(9 - 2) / (9 - (4 + 3) / 2), equation 7.
    expect(lossAt(z, { from: [4], into: [2] }, 'dlr').value).toBeCloseTo(-7 / 5.5, 6);
    // Towards the third class equation 6 would be constant.
    expect(Math.hypot(...lossAt(z, { from: [4], into: [6] }, 'dlr').gradient)).toBeGreaterThan(0.1);
  });

  it('does not change when the logits are scaled or shifted, so that confident logits cannot hide it', () => {
    fc.assert(
      fc.property(logits, fc.double({ min: 0.01, max: 100, noNaN: true }), (values, factor) => {
        fc.pre(Math.max(...values) - (values.toSorted((a, b) => b - a)[2] ?? 0) > 0.1);
        const objective: Objective = { from: MALIGNANT, into: BENIGN };
        const scaled = lossAt(
          values.map((value) => factor * value + 3),
          objective,
          'dlr',
        );
        expect(scaled.value).toBeCloseTo(lossAt(values, objective, 'dlr').value, 3);
      }),
    );
  });

  it.each<[string, Objective]>([
    ['untargeted', { from: [1], into: allBut(1) }],
    ['targeted', { from: [1], into: [3] }],
    ['between groups', { from: MALIGNANT, into: BENIGN }],
  ])('%s, has the gradient that finite differences give', (_, objective) => {
    const at = Float32Array.of(0.5, 3.25, -1, 2, 1.5, -0.75, 1);
    const { gradient } = lossAt(at, objective, 'dlr');
    const step = 2 ** -8;
    at.forEach((_value, index) => {
      const moved = (by: number) => lossAt(at.with(index, (at[index] ?? 0) + by), objective, 'dlr').value;
      expect(gradient[index]).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 3);
    });
  });
});

describe('the value of a loss', () => {
  it('of the cross-entropy is larger at the one of two points where the cross-entropy is', () => {
    fc.assert(
      fc.property(logits, logits, (first, second) => {
        const objective: Objective = { from: [2], into: allBut(2) };
        const [one, other] = [first, second].map((row) => ({
          ours: lossAt(row, objective, 'crossEntropy').value,
          crossEntropy: -tf.tidy(() => tf.logSoftmax(tf.tensor1d(row)).dataSync<'float32'>()[2] ?? Number.NaN),
        }));
        // Where float32 cannot tell the cross-entropies apart, there is nothing to compare with.
        fc.pre(Math.abs((one?.crossEntropy ?? 0) - (other?.crossEntropy ?? 0)) > 1e-4);
        expect((one?.ours ?? 0) > (other?.ours ?? 0)).toBe((one?.crossEntropy ?? 0) > (other?.crossEntropy ?? 0));
      }),
    );
  });
});
