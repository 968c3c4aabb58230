import { describe, expect, it } from 'vitest';
import type { Work } from '../../../../src/shared/contract/app/work.ts';
import { failed } from '../../../../src/shared/kernel/errors.ts';
import { systemClock } from '../../../../src/shared/kernel/clock.ts';
import { WorkList, type WorkControl } from '../../../../src/main/services/work/index.ts';

function workList(now?: () => number) {
  const told: Work[] = [];
  const list = new WorkList({ clock: systemClock, onChange: (work) => told.push(work), ...(now ? { now } : {}) });
  return { list, told };
}

/** Work that ends when it is told to. */
function held() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let control: WorkControl | undefined;
  const perform = (given: WorkControl) => {
    control = given;
    given.signal.addEventListener('abort', () => {
      reject(new Error('aborted'));
    });
    return promise;
  };
  return { perform, resolve, reject, control: () => control };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('long work', () => {
  it('is running until it ends, and then gives its outcome', async () => {
    const { list, told } = workList();
    const { perform, resolve } = held();
    const { id } = list.begin('import', 3, perform);
    expect(list.busy).toBe(true);
    expect(() => list.outcomeOf(id)).toThrow('has not come to its end');
    await turn();
    resolve('imported');
    await turn();
    expect(list.busy).toBe(false);
    expect(list.outcomeOf(id)).toBe('imported');
    expect(told.map(({ state }) => state)).toEqual(['running', 'done']);
    expect(told.at(-1)).toMatchObject({ done: 3, total: 3, secondsLeft: null });
  });

  it('waits for work of its kind, and for no other', async () => {
    const { list } = workList();
    const [first, second, other] = [held(), held(), held()];
    list.begin('import', 1, first.perform);
    list.begin('import', 1, second.perform);
    list.begin('screening', 1, other.perform);
    await turn();
    expect([first, second, other].map(({ control }) => control() !== undefined)).toEqual([true, false, true]);
    first.resolve('');
    await turn();
    expect(second.control()).toBeDefined();
  });

  it('that fails says why, and lets the next one begin', async () => {
    const { list } = workList();
    const explanation = { happened: 'The disk is full.', kept: 'All.', toDo: 'Free some.' };
    list.begin('import', 1, () => Promise.reject(failed('DISK_FULL', explanation)));
    const next = held();
    list.begin('import', 1, next.perform);
    await turn();
    expect(list.list()[1]).toMatchObject({ state: 'failed', error: { code: 'DISK_FULL', explanation } });
    expect(next.control()).toBeDefined();
  });

  it('that is cancelled has stopped when the answer comes, also where it had not begun', async () => {
    const { list } = workList();
    const [first, second] = [held(), held()];
    const { id } = list.begin('import', 1, first.perform);
    const waiting = list.begin('import', 1, second.perform);
    await turn();
    await Promise.all([list.cancel(waiting.id), list.cancel(id)]);
    expect(list.list().map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
    expect(second.control()).toBeUndefined();
    await expect(list.cancel('5e0f3c1e-0000-4000-8000-000000000000')).rejects.toThrow('no such work');
  });

  it('tells its progress ten times a second at most, and the time that is left once it can be known', async () => {
    let milliseconds = 0;
    const { list, told } = workList(() => milliseconds);
    const { perform, control } = held();
    list.begin('screening', 200, perform);
    await turn();
    for (let done = 1; done <= 100; done += 1) {
      milliseconds += 20;
      control()?.onProgress({ done, total: 200 });
    }
    const progress = told.filter(({ done }) => done > 0);
    expect(progress.length).toBeLessThanOrEqual(21);
    expect(progress.at(0)?.secondsLeft).toBeNull();
    expect(list.list()[0]?.secondsLeft).toBe(2);
  });
});
