import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Schedule, type Chain, type ChainOutcome, type Search } from '../../../../src/main/engine/attacks/schedule.ts';
import type { Trial, TrialResult } from '../../../../src/main/engine/attacks/trials.ts';

const trial = (image: number, attempt: number): Trial => ({
  image,
  attempt,
  epsilon: 0.1,
  objective: { from: [0], into: [1] },
});
const chain = (image: number, length: number): Chain => Array.from({ length }, (_, attempt) => trial(image, attempt));
const result = (success: boolean): TrialResult => ({
  success,
  logits: new Float32Array(7),
  adversarial: new Float32Array(),
});

/** A search of these chains that notes each outcome. */
function* searchOf(chains: readonly Chain[], outcomes: ChainOutcome[]): Search {
  for (const asked of chains) outcomes.push(yield asked);
}

describe('a schedule', () => {
  it('decides every chain by its first success in order, whatever runs ahead and whichever trial ends first', () => {
    const successes = fc.array(fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        successes,
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 1, max: 12 }),
        (worlds, choices, places) => {
          const outcomes = worlds.map((): ChainOutcome[] => []);
          const schedule = new Schedule(
            worlds.map((world, image) => searchOf([chain(image, world.length)], outcomes[image] ?? [])),
          );
          let running: Trial[] = [];
          for (;;) {
            while (running.length < places) {
              const more = schedule.next() ?? schedule.speculate();
              if (!more) break;
              running.push(more);
            }
            if (running.length === 0) break;
            const [ended] = running.splice((choices.next().value as number) % running.length, 1);
            if (ended) schedule.settle(ended, result(worlds[ended.image]?.[ended.attempt] ?? false));
            running = running.filter((one) => schedule.isNeeded(one));
          }
          worlds.forEach((world, image) => {
            const first = world.indexOf(true);
            const [outcome] = outcomes[image] ?? [];
            expect(outcome?.firstSuccess).toBe(first === -1 ? null : first);
            const needed = first === -1 ? world.length : first + 1;
            expect(outcome?.results.slice(0, needed).map((one) => one?.success)).toEqual(world.slice(0, needed));
          });
        },
      ),
    );
  });

  it('gives one needed trial per search, and later ones of a chain only when asked to speculate', () => {
    const schedule = new Schedule([searchOf([chain(0, 3)], []), searchOf([chain(1, 3)], [])]);
    expect([schedule.next(), schedule.next(), schedule.next()]).toEqual([trial(0, 0), trial(1, 0), undefined]);
    expect([schedule.speculate(), schedule.speculate()]).toEqual([trial(0, 1), trial(1, 1)]);
  });

  it('no longer needs the trials behind a success', () => {
    const schedule = new Schedule([searchOf([chain(0, 3)], [])]);
    const first = schedule.next();
    const second = schedule.speculate();
    const third = schedule.speculate();
    if (!first || !second || !third) throw new Error('expected three trials');
    schedule.settle(second, result(true));
    expect([first, third].map((one) => schedule.isNeeded(one))).toEqual([true, false]);
  });

  it('asks a search for its next chain when the one before is decided', () => {
    const outcomes: ChainOutcome[] = [];
    const schedule = new Schedule([searchOf([chain(0, 1), chain(7, 1)], outcomes)]);
    const first = schedule.next();
    if (first) schedule.settle(first, result(false));
    expect(schedule.next()).toEqual(trial(7, 0));
    expect(outcomes).toEqual([{ firstSuccess: null, results: [result(false)] }]);
  });
});
