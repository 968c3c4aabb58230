import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstPace, paceAfter, type Paced } from '../../../../src/main/engine/attacks/pace.ts';

/** The paces of a run with these losses, that of the start first. */
function run(losses: readonly number[], steps = losses.length - 1, rho = 0.75): Paced[] {
  let pace = firstPace(steps);
  return losses.map((loss) => {
    const paced = paceAfter(pace, loss, { steps, rho });
    pace = paced.pace;
    return paced;
  });
}
const range = (count: number) => Array.from({ length: count }, (_, at) => at);
const returnsOf = (paced: readonly Paced[]) => range(paced.length).filter((step) => paced[step]?.returns);

describe('the pace of Auto-PGD', () => {
  it('keeps the step of twice epsilon as long as the loss grows', () => {
    const paced = run(range(101));
    expect(new Set(paced.map(({ pace }) => pace.stepSize))).toEqual(new Set([2]));
    expect(returnsOf(paced)).toEqual([]);
  });

  it('halves the step and returns at each checkpoint of the paper where the loss falls', () => {
    const paced = run(range(101).map((step) => -step));
    expect(returnsOf(paced)).toEqual([22, 41, 57, 70, 80, 87, 93, 99]);
    expect(paced.at(-1)?.pace.stepSize).toBe(2 / 2 ** 8);
  });

  it('halves the step where at most the share rho of the steps raised the loss', () => {
    // 16 of the first 22 steps are at most 0.75 of them, 17 are more.
    const withRises = (rises: number) => [0, ...range(22).map((step) => (step < rises ? step + 1 : -step))];
    expect(returnsOf(run(withRises(16), 100))).toEqual([22]);
    expect(returnsOf(run(withRises(17), 100))).toEqual([]);
  });

  it('halves the step where the largest loss stood still since a checkpoint that did not halve it', () => {
    const upTo22 = range(23);
    const below = range(19).map((step) => step / 100);
    expect(returnsOf(run([...upTo22, ...below], 100))).toEqual([41]);
  });

  it('does not halve it for standing still right after a halving', () => {
    const fallsTo22 = range(23).map((step) => 100 - step);
    const risesBelow = range(19).map((step) => step);
    expect(returnsOf(run([...fallsTo22, ...risesBelow], 100))).toEqual([22]);
  });

  it('for any losses, knows the largest so far, which never falls, and never lengthens a step', () => {
    const losses = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(losses, (all) => {
        run(all, 60).forEach(({ pace, improved }, step) => {
          const before = all.slice(0, step);
          expect(pace.best).toBe(Math.max(...before, all[step] ?? 0));
          expect(improved).toBe(before.every((loss) => loss < (all[step] ?? 0)));
        });
        const sizes = run(all, 60).map(({ pace }) => pace.stepSize);
        sizes.slice(1).forEach((size, at) => {
          expect([sizes[at], (sizes[at] ?? 0) / 2]).toContain(size);
        });
      }),
    );
  });
});
