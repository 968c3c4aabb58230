import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Criterion } from '../../../../src/shared/domain/attack.ts';
import { BENIGN, classIndexOf, MALIGNANT, type ClassIndex } from '../../../../src/shared/domain/diagnosis.ts';
import { loadNativeBackend } from '../../../../src/main/engine/backend/native.ts';
import { lossGradient, succeeds, taskFor, type Objective } from '../../../../src/main/engine/attacks/criteria.ts';

beforeAll(loadNativeBackend);

const MEL = classIndexOf('mel');
const BCC = classIndexOf('bcc');
const NV = classIndexOf('nv');
const directed: Criterion = { kind: 'malignantToBenign' };

describe('what a criterion asks of an image', () => {
  it.each<[string, Criterion, ClassIndex | null, ClassIndex, string]>([
    ['right when clean', { kind: 'misclassified' }, MEL, MEL, 'attack'],
    ['wrong when clean', { kind: 'misclassified' }, MEL, NV, 'alreadyMet'],
    ['without a label', { kind: 'verdictChanged' }, null, NV, 'attack'],
    ['whatever its label', { kind: 'verdictChanged' }, MEL, NV, 'attack'],
    ['not yet at the target', { kind: 'targeted', target: NV }, MEL, MEL, 'attack'],
    ['at the target when clean', { kind: 'targeted', target: NV }, MEL, NV, 'alreadyMet'],
    ['malignant and called so', directed, MEL, MEL, 'attack'],
    ['malignant and called another malignant class', directed, MEL, BCC, 'attack'],
    ['malignant but called benign when clean', directed, MEL, NV, 'notApplicable'],
    ['benign but called malignant', directed, NV, MEL, 'notApplicable'],
    ['unlabelled and called malignant', directed, null, MEL, 'attack'],
    ['unlabelled and called benign', directed, null, NV, 'notApplicable'],
    ['benign and called so', { kind: 'benignToMalignant' }, NV, NV, 'attack'],
    ['malignant', { kind: 'benignToMalignant' }, MEL, MEL, 'notApplicable'],
  ])('%s: %o', (_, criterion, label, verdict, expected) => {
    expect(taskFor(criterion, label, verdict).kind).toBe(expected);
  });

  it('cannot count misclassified images without a label', () => {
    expect(() => taskFor({ kind: 'misclassified' }, null, NV)).toThrow(
      expect.objectContaining({ code: 'LABEL_NEEDED' }) as Error,
    );
  });

  it('is met only in the other group: another malignant class is no dangerous flip', () => {
    const task = taskFor(directed, MEL, MEL);
    if (task.kind !== 'attack') throw new Error('expected a melanoma called melanoma to be attacked');
    expect([BCC, NV].map((verdict) => succeeds(task.objective, verdict))).toEqual([false, true]);
  });
});

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
        expectEqual(unit(lossGradient(z, objective, 'crossEntropy')), unit(crossEntropy));
      }),
    );
  });

  it('targeted, points down the gradient of the cross-entropy of the target', () => {
    fc.assert(
      fc.property(logits, fc.integer({ min: 0, max: 6 }), (z, target) => {
        const objective: Objective = { from: allBut(target), into: [target as ClassIndex] };
        const logProbability = gradientOf((x) => columns(tf.logSoftmax(x), [target]), z);
        fc.pre(Math.hypot(...logProbability) > 1e-2);
        expectEqual(unit(lossGradient(z, objective, 'crossEntropy')), unit(logProbability));
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
        expectEqual(lossGradient(z, { from: MALIGNANT, into: BENIGN }, 'crossEntropy'), logOdds);
      }),
    );
  });

  it('of the margin, raises the best class to reach and lowers the best to leave', () => {
    const z = Float32Array.of(0, 1, 2, 3, 9, 5, 4);
    expectEqual(lossGradient(z, { from: [4], into: allBut(4) }, 'margin'), [0, 0, 0, 0, -1, 1, 0]);
    expectEqual(lossGradient(z, { from: allBut(2), into: [2] }, 'margin'), [0, 0, 1, 0, -1, 0, 0]);
    expectEqual(lossGradient(z, { from: MALIGNANT, into: BENIGN }, 'margin'), [0, 0, 0, 0, -1, 1, 0]);
  });

  it('does not fade at a verdict so confident that float32 cross-entropy is flat', () => {
    const z = Float32Array.of(0, 0, 0, 0, 200, 0, 0);
    expect(gradientOf((x) => tf.neg(columns(tf.logSoftmax(x), [4])), z)).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expectEqual(lossGradient(z, { from: [4], into: allBut(4) }, 'crossEntropy'), [
      ...[1, 1, 1, 1].map((one) => one / 6),
      -1,
      1 / 6,
      1 / 6,
    ]);
  });
});
