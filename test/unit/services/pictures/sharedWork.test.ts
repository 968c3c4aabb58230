import { describe, expect, it } from 'vitest';
import { SharedWork } from '../../../../src/main/services/pictures/sharedWork.ts';

/** Work that ends when the test says so. */
function held() {
  const begun: { signal: AbortSignal; end: (result: string) => void; fail: (error: Error) => void }[] = [];
  const perform = (signal: AbortSignal) =>
    new Promise<string>((end, fail) => {
      begun.push({ signal, end, fail });
    });
  return { begun, perform };
}

describe('work that several callers ask for at once', () => {
  it('is done once, and all get its result', async () => {
    const work = new SharedWork<string>();
    const { begun, perform } = held();
    const answers = [1, 2, 3].map(() => work.join('a', undefined, perform));
    const other = work.join('b', undefined, perform);
    expect(begun).toHaveLength(2);
    begun[0]?.end('done');
    begun[1]?.end('other');
    expect(await Promise.all(answers)).toEqual(['done', 'done', 'done']);
    expect(await other).toBe('other');
  });

  it('is begun anew once it has ended, well or badly', async () => {
    const work = new SharedWork<string>();
    const { begun, perform } = held();
    const failing = work.join('a', undefined, perform);
    begun[0]?.fail(new Error('broken'));
    await expect(failing).rejects.toThrow('broken');
    const second = work.join('a', undefined, perform);
    begun[1]?.end('done');
    expect(await second).toBe('done');
    void work.join('a', undefined, perform);
    expect(begun).toHaveLength(3);
  });

  it('lets go of who does not want it any more, and goes on for the others', async () => {
    const work = new SharedWork<string>();
    const { begun, perform } = held();
    const leaving = new AbortController();
    const left = work.join('a', leaving.signal, perform);
    const staying = work.join('a', new AbortController().signal, perform);
    leaving.abort();
    await expect(left).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(begun[0]?.signal.aborted).toBe(false);
    begun[0]?.end('done');
    expect(await staying).toBe('done');
  });

  it('is stopped when nobody waits for it, and begun anew for who asks then', async () => {
    const work = new SharedWork<string>();
    const { begun, perform } = held();
    const controllers = [new AbortController(), new AbortController()];
    const answers = controllers.map(({ signal }) => work.join('a', signal, perform));
    for (const controller of controllers) controller.abort();
    for (const answer of answers) await expect(answer).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(begun.map(({ signal }) => signal.aborted)).toEqual([true]);
    const later = work.join('a', undefined, perform);
    begun[0]?.fail(new Error('stopped'));
    begun[1]?.end('done');
    expect(await later).toBe('done');
  });

  it('is not begun for who has given up before', async () => {
    const { begun, perform } = held();
    const work = new SharedWork<string>().join('a', AbortSignal.abort(), perform);
    await expect(work).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(begun).toEqual([]);
  });
});
