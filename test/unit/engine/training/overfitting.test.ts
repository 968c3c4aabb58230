import { describe, expect, it } from 'vitest';
import {
  findingsOf,
  overfitsCatastrophically,
  robustGap,
  type EpochRecord,
} from '../../../../src/main/engine/training/overfitting.ts';

const watched = (robustTrainAccuracy: number, fgsmTrainAccuracy: number) => ({
  robustTrainAccuracy,
  fgsmTrainAccuracy,
});

/** Epochs of these robust accuracies, on validation and on training images. */
const course = (...figures: (readonly [validation: number, train: number, fgsm?: number])[]): EpochRecord[] =>
  figures.map(([robustBalancedAccuracy, robustTrainAccuracy, fgsmTrainAccuracy = robustTrainAccuracy], at) => ({
    ...{ epoch: at + 1, loss: 1, cleanBalancedAccuracy: 0.5 },
    ...{ robustBalancedAccuracy, robustTrainAccuracy, fgsmTrainAccuracy },
  }));

it('is catastrophic overfitting when PGD breaks at once what FGSM does not', () => {
  expect(overfitsCatastrophically([0.2, 0.3, 0.4], watched(0.05, 0.9))).toBe(true);
});

it('is catastrophic overfitting when that takes two epochs', () => {
  expect(overfitsCatastrophically([0.3, 0.4, 0.25], watched(0.1, 0.8))).toBe(true);
});

it.each([
  ['the first epoch, which has nothing to fall from', [], watched(0, 0.9)],
  ['noise from epoch to epoch', [0.4, 0.42], watched(0.3, 0.6)],
  ['a network that got worse under both attacks', [0.4, 0.5], watched(0.1, 0.2)],
  ['a height that was lost longer ago, by and by', [0.5, 0.35, 0.3], watched(0.2, 0.6)],
  ['one that gets better', [0.1, 0.2], watched(0.4, 0.5)],
])('%s is not', (_, earlier, now) => {
  expect(overfitsCatastrophically(earlier, now)).toBe(false);
});

describe('robust overfitting', () => {
  it('is when validation falls under attack for two epochs while training gains', () => {
    const gap = robustGap(course([0.2, 0.2], [0.35, 0.4], [0.31, 0.5], [0.3, 0.6]));
    expect(gap).toEqual({
      bestEpoch: 2,
      bestAccuracy: 0.35,
      lastAccuracy: 0.3,
      trainAccuracyAtBest: 0.4,
      trainAccuracyAtLast: 0.6,
      overfits: true,
    });
  });

  it.each([
    ['a single bad epoch', course([0.35, 0.4], [0.36, 0.45], [0.3, 0.5])],
    ['a fall within noise', course([0.35, 0.4], [0.33, 0.5], [0.33, 0.6])],
    ['a network that got worse on training images as well', course([0.35, 0.6], [0.3, 0.5], [0.3, 0.5])],
    ['one that still gains', course([0.3, 0.4], [0.31, 0.5], [0.32, 0.6])],
  ])('%s is not', (_, epochs) => {
    expect(robustGap(epochs)?.overfits).toBe(false);
  });

  it('cannot be where nothing was attacked', () => {
    const clean = { epoch: 1, loss: 1, cleanBalancedAccuracy: 0.5 };
    const none = { robustBalancedAccuracy: null, robustTrainAccuracy: null, fgsmTrainAccuracy: null };
    expect(robustGap([{ ...clean, ...none }])).toBeNull();
    expect(findingsOf([{ ...clean, ...none }])).toEqual([]);
  });
});

describe('the findings on a card', () => {
  it('say what was found, in words and numbers', () => {
    const [catastrophic, robust] = findingsOf(course([0.2, 0.2], [0.351, 0.45], [0.31, 0.5], [0.3, 0.602]));
    expect(robust).toEqual({
      kind: 'robustOverfitting',
      found: true,
      text:
        'Robust overfitting: balanced accuracy under attack on validation images was 35.1 % at its best (epoch 2) and 30.0 % in ' +
        'the last epoch (4), a gap of 5.1 points, while accuracy under attack on training images went from 45.0 % to 60.2 %.',
      figures: {
        ...{ bestEpoch: 2, bestAccuracy: 0.351, lastEpoch: 4, lastAccuracy: 0.3 },
        ...{ trainAccuracyAtBest: 0.45, trainAccuracyAtLast: 0.602 },
      },
    });
    expect(catastrophic).toMatchObject({ kind: 'catastrophicOverfitting', found: false });
    expect(catastrophic?.text).toContain('No catastrophic overfitting');
  });

  it('say that a training ended in catastrophic overfitting', () => {
    const [catastrophic] = findingsOf(course([0.3, 0.4], [0.02, 0.05, 0.9]));
    expect(catastrophic).toMatchObject({ found: true, figures: { robustTrainAccuracy: 0.05, fgsmTrainAccuracy: 0.9 } });
    expect(catastrophic?.text).toContain(
      '90.0 % of the watched training images were right under FGSM and 5.0 % under PGD',
    );
    expect(catastrophic?.text).toContain('down from 40.0 %');
  });

  it('report the gap also where it is none', () => {
    const [, robust] = findingsOf(course([0.3, 0.4], [0.32, 0.5]));
    expect(robust).toMatchObject({ found: false });
    expect(robust?.text).toContain('a gap of 0.0 points');
  });
});
