import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epsilonFrom255 } from '../../../../src/shared/domain/epsilon.ts';
import {
  epsilonAt,
  epsilonText,
  scaleOf,
  shareOf,
  tickText,
} from '../../../../src/renderer/src/features/review/scale.ts';
import {
  neighbourStop,
  nudged,
  rounded,
  snapped,
  stopsOf,
} from '../../../../src/renderer/src/features/review/stops.ts';

const LINF = scaleOf('linf');
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('the axis', () => {
  it('gives the small epsilons room: 1/255 of 16/255 lies at a quarter', () => {
    expect(shareOf(LINF, epsilonFrom255(1))).toBeCloseTo(0.25, 12);
  });

  it('goes there and back', () => {
    fc.assert(
      fc.property(share, (at) => {
        expect(shareOf(LINF, epsilonAt(LINF, at))).toBeCloseTo(at, 9);
      }),
    );
  });

  it.each([
    ['linf', 0.75 / 255, '0.75/255', '0.75'],
    ['linf', 16 / 255, '16/255', '16'],
    ['l2', 0.35, 'L2 0.35', '0.35'],
  ] as const)('%s %f reads "%s"', (norm, epsilon, text, tick) => {
    expect([epsilonText(norm, epsilon), tickText(norm, epsilon)]).toEqual([text, tick]);
  });
});

describe('the stops of the slider', () => {
  const stops = stopsOf([8, 0.25, 1, 1].map(epsilonFrom255));

  it('are all computed epsilons and 0, each once, ascending', () => {
    expect(stops.map((epsilon) => tickText('linf', epsilon))).toEqual(['0', '0.25', '1', '8']);
  });

  it('are snapped to from near by', () => {
    expect(snapped(LINF, stops, shareOf(LINF, epsilonFrom255(1)) + 0.01)).toBe(epsilonFrom255(1));
  });

  it('leave free places between them, which are round', () => {
    expect(tickText('linf', snapped(LINF, stops, shareOf(LINF, epsilonFrom255(4.1))))).toBe('4');
    expect(tickText('linf', snapped(LINF, stops, shareOf(LINF, epsilonFrom255(0.53))))).toBe('0.55');
  });

  it('are gone through by key, and end at the ends', () => {
    expect(neighbourStop(stops, 0, 1)).toBe(epsilonFrom255(0.25));
    expect(neighbourStop(stops, epsilonFrom255(3), -1)).toBe(epsilonFrom255(1));
    expect(neighbourStop(stops, epsilonFrom255(8), 1)).toBe(epsilonFrom255(8));
    expect(neighbourStop(stops, 0, -1)).toBe(0);
  });

  it('can be left by small steps, which come to 0 and to the end', () => {
    expect(tickText('linf', nudged(LINF, epsilonFrom255(0.5), 1))).toBe('0.55');
    expect(tickText('linf', nudged(LINF, epsilonFrom255(4), -1))).toBe('3.75');
    expect(nudged(LINF, epsilonFrom255(0.05), -1)).toBe(0);
    expect(nudged(LINF, LINF.largest, 1)).toBe(LINF.largest);
  });

  it('never leave the axis, nor ask for 0', () => {
    fc.assert(
      fc.property(share, (at) => {
        const epsilon = rounded(LINF, epsilonAt(LINF, at));
        expect(epsilon).toBeGreaterThan(0);
        expect(epsilon).toBeLessThanOrEqual(LINF.largest);
      }),
    );
  });
});
