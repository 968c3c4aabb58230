import { describe, expect, it } from 'vitest';
import { epsilonFrom255 } from '../../../../src/shared/domain/epsilon.ts';
import { saidAt, shownAt } from '../../../../src/renderer/src/features/review/shown.ts';
import { evidenceOf, pointAt } from './made.ts';

const missed = pointAt(0.5, null);
const success = pointAt(0.75, 'nv');
const missedAbove = pointAt(2, null);
const evidence = evidenceOf([missed, success, missedAbove]);
const at = (k: number) => shownAt(evidence, epsilonFrom255(k));

describe('what the slider shows', () => {
  it('is the clean input at 0', () => {
    expect(at(0)).toEqual({ kind: 'clean' });
    expect(saidAt(evidence, at(0))).toMatchObject({ verdict: 'mel' });
  });

  it('is the run at that very epsilon', () => {
    expect(at(0.5)).toEqual({ kind: 'own', point: missed });
    expect(at(0.75)).toEqual({ kind: 'own', point: success });
    expect(saidAt(evidence, at(0.75))).toMatchObject({ verdict: 'nv' });
  });

  it('is a success carried from below where nothing was computed', () => {
    expect(at(1)).toEqual({ kind: 'carried', point: success, missed: false });
  });

  it('is a success carried from below where the own run missed it', () => {
    expect(at(2)).toEqual({ kind: 'carried', point: success, missed: true });
  });

  it('is the nearest below where there is no success to carry, and says so', () => {
    expect(at(0.6)).toEqual({ kind: 'below', point: missed });
    expect(at(0.1)).toEqual({ kind: 'below', point: null });
    expect(saidAt(evidence, at(0.1))).toMatchObject({ verdict: 'mel' });
  });
});
