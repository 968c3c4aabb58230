/** How an audit spreads over the cores of a machine. */
import { describe, expect, it } from 'vitest';
import { enginesForAudits } from '../../../../src/main/hosts/node/engines.ts';

const MUCH = 64e9;

describe('the engines of an audit', () => {
  it('are one of one thread for each core', () => {
    expect(enginesForAudits({}, 8, MUCH)).toEqual({ processes: 8, threads: '1' });
  });

  it('are fewer where memory is short, but never none', () => {
    expect(enginesForAudits({}, 8, 5e9).processes).toBe(3);
    expect(enginesForAudits({}, 8, 1e8).processes).toBe(1);
  });

  it('share the cores where each is given several threads', () => {
    expect(enginesForAudits({ EPSILOSCOPE_THREADS: '4' }, 8, MUCH)).toEqual({ processes: 2, threads: '4' });
    expect(enginesForAudits({ EPSILOSCOPE_THREADS: '16' }, 8, MUCH)).toEqual({ processes: 1, threads: '16' });
  });

  it('are as many as they are set to', () => {
    expect(enginesForAudits({ EPSILOSCOPE_ENGINES: '3' }, 8, 1e8).processes).toBe(3);
  });

  it('leave what is no number of threads to the engine, which refuses it', () => {
    expect(enginesForAudits({ EPSILOSCOPE_THREADS: 'many' }, 8, MUCH)).toEqual({ processes: 1, threads: 'many' });
    expect(enginesForAudits({ EPSILOSCOPE_THREADS: '0' }, 8, 5e9)).toEqual({ processes: 3, threads: '0' });
  });

  it.each(['none', '0', '1.5', '1000'])('are refused where they are set to %s', (asked) => {
    expect(() => enginesForAudits({ EPSILOSCOPE_ENGINES: asked }, 8, MUCH)).toThrow(
      expect.objectContaining({ code: 'ENGINES_INVALID', kind: 'badInput' }) as Error,
    );
  });
});
