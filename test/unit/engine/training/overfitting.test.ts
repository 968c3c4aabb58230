import { expect, it } from 'vitest';
import { overfitsCatastrophically } from '../../../../src/main/engine/training/overfitting.ts';

const watched = (pgdTrainAccuracy: number, fgsmTrainAccuracy: number) => ({ pgdTrainAccuracy, fgsmTrainAccuracy });

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
