import { describe, expect, it } from 'vitest';
import type { Examination } from '../../../../src/shared/contract/app/cases.ts';
import { epsilonFrom255 } from '../../../../src/shared/domain/epsilon.ts';
import { courseOf, merged, missingOf, questionsOf } from '../../../../src/renderer/src/features/review/examined.ts';
import { pointAt, screenedAt, softmax } from './made.ts';

const { provenance, modelSha256 } = screenedAt(null, null);
const examinationOf = (points: Examination['points']): Examination => ({
  shape: { height: 64, width: 64 },
  attack: {
    kind: 'gradient',
    id: 'pgd',
    norm: 'linf',
    steps: 20,
    relativeStepSize: 1 / 8,
    randomStart: true,
    restarts: 1,
    loss: 'crossEntropy',
    criterion: { kind: 'verdictChanged' },
  },
  clean: { verdict: 'mel', probabilities: softmax('mel', 0.9), inputArray: modelSha256 },
  points,
  provenance,
});

describe('answers to several questions', () => {
  const before = examinationOf([pointAt(1, null), pointAt(4, 'nv')]);

  it('are one, by epsilon', () => {
    const { points } = merged(before, examinationOf([pointAt(2, 'bkl')]));
    expect(points.map(({ epsilon }) => Math.round(epsilon * 255))).toEqual([1, 2, 4]);
  });

  it('count once at one epsilon, the later one', () => {
    const { points } = merged(before, examinationOf([pointAt(1, 'nv')]));
    expect(points.map(({ success }) => success)).toEqual([true, true]);
  });

  it('tell what is still missing', () => {
    expect(missingOf(before, [epsilonFrom255(1), epsilonFrom255(3)])).toEqual([epsilonFrom255(3)]);
  });
});

describe('questions', () => {
  it('ask for each epsilon once, at most 16 at a time, ascending', () => {
    const many = Array.from({ length: 20 }, (_, index) => epsilonFrom255(20 - index)).concat(epsilonFrom255(5));
    const questions = questionsOf(many);
    expect(questions.map(({ length }) => length)).toEqual([16, 4]);
    expect(questions.flat()).toEqual(questions.flat().toSorted((one, other) => one - other));
  });

  it('are none for no epsilon', () => {
    expect(questionsOf([])).toEqual([]);
  });
});

describe('the course of an attack', () => {
  it('is the probability of a verdict after each step', () => {
    expect(courseOf(pointAt(1, 'nv'), 'mel')).toEqual([0.9, 0.6]);
  });

  it('is not told where the attack tells no steps', () => {
    expect(courseOf({ ...pointAt(1, 'nv'), trajectory: null }, 'mel')).toBeNull();
  });
});
