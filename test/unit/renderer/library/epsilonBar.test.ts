import { describe, expect, it } from 'vitest';
import { axisShare, epsilonBar } from '../../../../src/renderer/src/features/library/epsilonBar.ts';
import { epsilonFrom255 } from '../../../../src/shared/domain/epsilon.ts';

const verdict = (minimalEpsilon: number | null) =>
  ({ verdict: 'mel', probability: 0.91, minimalEpsilon, changedTo: minimalEpsilon === null ? null : 'nv' }) as const;

describe('the small epsilon axis', () => {
  it('is a square root from 0 to 16/255: a quarter of one step is seen, and nothing stands beyond its end', () => {
    expect(axisShare(0)).toBe(0);
    expect(axisShare(epsilonFrom255(0.25))).toBeCloseTo(0.125);
    expect(axisShare(epsilonFrom255(4))).toBeCloseTo(0.5);
    expect(axisShare(epsilonFrom255(16))).toBe(1);
    expect(axisShare(epsilonFrom255(32))).toBe(1);
  });

  it('tells a change found, none found, and not searched apart', () => {
    expect(epsilonBar(verdict(epsilonFrom255(0.75)))).toMatchObject({ kind: 'changed', number: '0.75' });
    expect(epsilonBar(verdict(epsilonFrom255(16)))).toEqual({ kind: 'changed', share: 1, number: '16' });
    expect(epsilonBar(verdict(null))).toEqual({ kind: 'unchanged' });
    expect(epsilonBar(null)).toEqual({ kind: 'notSearched' });
  });
});
