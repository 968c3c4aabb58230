import { describe, expect, it } from 'vitest';
import { epsilonFrom255, LARGEST_SEARCHED_EPSILON } from '../../../../src/shared/domain/epsilon.ts';
import { FIRST_ATTACK } from '../../../../src/shared/contract/app/cases.ts';
import { changeOf, laneOf, screeningFor, triedUpTo } from '../../../../src/renderer/src/features/review/lanes.ts';
import { evidenceOf, pointAt, screenedAt } from './made.ts';

/** `mel 0-0.25, nv 0.25-16`: verdicts with their stretch in 1/255. */
const inWords = (evidence: Parameters<typeof laneOf>[0]): string =>
  laneOf(evidence, LARGEST_SEARCHED_EPSILON)
    .map(({ from, to, verdict }) => `${verdict} ${Number((from * 255).toFixed(3))}-${Number((to * 255).toFixed(3))}`)
    .join(', ');

describe('the lane of a model', () => {
  it('holds the clean verdict to its end where no attack changed it', () => {
    expect(inWords(evidenceOf([pointAt(1, null), pointAt(16, null)]))).toBe('mel 0-16');
  });

  it('is cut at the smallest success', () => {
    expect(inWords(evidenceOf([pointAt(0.5, null), pointAt(1, 'nv'), pointAt(2, 'nv')]))).toBe('mel 0-1, nv 1-16');
  });

  it('is cut at the smallest epsilon of the search, below every success of the attack', () => {
    expect(inWords(evidenceOf([pointAt(0.5, null), pointAt(1, 'nv')], screenedAt(0.75, 'nv')))).toBe(
      'mel 0-0.75, nv 0.75-16',
    );
  });

  it('names the verdict of the largest success so far', () => {
    expect(inWords(evidenceOf([pointAt(0.25, 'nv'), pointAt(1, 'bkl'), pointAt(2, 'bkl')]))).toBe(
      'mel 0-0.25, nv 0.25-1, bkl 1-16',
    );
  });

  it('keeps a change where a larger epsilon missed it: the success lies in the larger ball', () => {
    expect(inWords(evidenceOf([pointAt(1, 'nv'), pointAt(2, null), pointAt(4, null)]))).toBe('mel 0-1, nv 1-16');
  });

  it("takes the attack's own verdict where the search met another one at the same epsilon", () => {
    const evidence = evidenceOf([pointAt(1, 'bkl')], screenedAt(1, 'nv'));
    expect(inWords(evidence)).toBe('mel 0-1, bkl 1-16');
    expect(changeOf(evidence)).toEqual({ epsilon: epsilonFrom255(1), to: 'bkl' });
  });
});

describe('how far attacks were tried', () => {
  it('is the largest point without a search', () => {
    expect(triedUpTo(evidenceOf([pointAt(1, null), pointAt(8, null)]))).toBe(epsilonFrom255(8));
  });

  it('is 16/255 after a search', () => {
    expect(triedUpTo(evidenceOf([pointAt(1, null)], screenedAt(null, null)))).toBe(LARGEST_SEARCHED_EPSILON);
  });

  it('is nothing before anything was computed', () => {
    expect(triedUpTo(evidenceOf([]))).toBe(0);
  });
});

describe('the search for the smallest epsilon', () => {
  const found = screenedAt(0.75, 'bcc');

  it('counts for any change of the verdict', () => {
    expect(screeningFor(found, FIRST_ATTACK)).toBe(found);
  });

  it('does not count for another aim than what it found: malignant to malignant is no loss of a malignant verdict', () => {
    expect(screeningFor(found, { ...FIRST_ATTACK, criterion: { kind: 'malignantToBenign' } })).toBeNull();
    const lost = screenedAt(0.75, 'nv');
    expect(screeningFor(lost, { ...FIRST_ATTACK, criterion: { kind: 'malignantToBenign' } })).toBe(lost);
  });

  it.each([
    { ...FIRST_ATTACK, norm: 'l2' as const },
    { id: 'noise', norm: 'linf', criterion: { kind: 'verdictChanged' } } as const,
  ])('does not count for $id in $norm', (attack) => {
    expect(screeningFor(found, attack)).toBeNull();
  });
});
