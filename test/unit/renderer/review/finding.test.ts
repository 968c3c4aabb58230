import { describe, expect, it } from 'vitest';
import { FIRST_ATTACK } from '../../../../src/shared/contract/app/cases.ts';
import { epsilonFrom255, LARGEST_SEARCHED_EPSILON } from '../../../../src/shared/domain/epsilon.ts';
import { findingOf, firstEpsilon } from '../../../../src/renderer/src/features/review/finding.ts';
import { evidenceOf, pointAt, screenedAt } from './made.ts';

describe("a model's line of the sentence", () => {
  it('tells the change, that it is below one 8-bit step, and which way it goes', () => {
    expect(findingOf(evidenceOf([pointAt(1, 'nv')], screenedAt(0.75, 'nv')), FIRST_ATTACK)).toEqual({
      kind: 'changed',
      to: 'nv',
      epsilon: epsilonFrom255(0.75),
      belowOneStep: true,
      harm: 'malignantLost',
      notSearchedBelow: null,
    });
  });

  it('says no harm of a change within the malignant ones, at one step or more', () => {
    expect(findingOf(evidenceOf([pointAt(0.5, null), pointAt(1, 'bcc')]), FIRST_ATTACK)).toMatchObject({
      belowOneStep: false,
      harm: null,
      notSearchedBelow: null,
    });
  });

  it('tells that nothing was searched below, where the smallest epsilon tried is the one that changed it', () => {
    expect(findingOf(evidenceOf([pointAt(0.25, 'nv')]), FIRST_ATTACK)).toMatchObject({
      notSearchedBelow: epsilonFrom255(0.25),
    });
  });

  it('claims no more than was tried', () => {
    expect(findingOf(evidenceOf([pointAt(1, null), pointAt(8, null)]), FIRST_ATTACK)).toEqual({
      kind: 'unchanged',
      upTo: epsilonFrom255(8),
    });
    expect(findingOf(evidenceOf([], screenedAt(null, null)), FIRST_ATTACK)).toEqual({
      kind: 'unchanged',
      upTo: LARGEST_SEARCHED_EPSILON,
    });
  });

  it('says nothing before anything was computed, and of an aim that makes no sense here', () => {
    expect(findingOf(evidenceOf([]), FIRST_ATTACK)).toEqual({ kind: 'unknown' });
    expect(
      findingOf(evidenceOf([pointAt(1, 'nv')]), { norm: 'linf', criterion: { kind: 'benignToMalignant' } }),
    ).toEqual({ kind: 'notApplicable' });
  });
});

describe('where the slider stands at first', () => {
  it('is the smallest change of any model', () => {
    expect(
      firstEpsilon([evidenceOf([pointAt(4, 'nv')]), evidenceOf([], screenedAt(0.75, 'nv'))], LARGEST_SEARCHED_EPSILON),
    ).toBe(epsilonFrom255(0.75));
  });

  it('is 4/255 where nothing changed, or nothing is known', () => {
    expect(firstEpsilon([evidenceOf([pointAt(8, null)]), null], LARGEST_SEARCHED_EPSILON)).toBe(epsilonFrom255(4));
  });
});
