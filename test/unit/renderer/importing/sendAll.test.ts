import { describe, expect, it } from 'vitest';
import { sendAll, type SendProgress } from '../../../../src/renderer/src/features/importing/sendAll.ts';

const indices = (count: number) => Array.from({ length: count }, (_, at) => at);
const sizeOf = (index: number) => index + 1;
const signal = new AbortController().signal;
const ignore = () => undefined;

describe('sending many files', () => {
  it('sends each once, a few at a time, and tells files and bytes', async () => {
    const sent: number[] = [];
    let atOnce = 0;
    let most = 0;
    const told: SendProgress[] = [];
    const outcome = await sendAll({
      indices: indices(50),
      sizeOf,
      signal,
      send: async (index) => {
        most = Math.max(most, (atOnce += 1));
        await Promise.resolve();
        sent.push(index);
        atOnce -= 1;
      },
      onProgress: (progress) => told.push(progress),
    });
    expect(outcome).toEqual({ unsent: [], error: null });
    expect(sent.sort((left, right) => left - right)).toEqual(indices(50));
    expect(most).toBe(4);
    expect(told.map(({ done }) => done)).toEqual(indices(50).map((at) => at + 1));
    expect(told.at(-1)).toEqual({ done: 50, total: 50, sentBytes: 1275, totalBytes: 1275 });
  });

  it('goes on past 300 broken files among 10,000, and names them', async () => {
    const isBroken = (index: number) => index % 33 === 5 && index < 9900;
    const outcome = await sendAll({
      indices: indices(10_000),
      sizeOf,
      signal,
      send: (index) => (isBroken(index) ? Promise.reject(new Error(`file ${index}`)) : Promise.resolve()),
      onProgress: ignore,
    });
    expect(outcome.unsent).toEqual(indices(10_000).filter(isBroken));
    expect(outcome.unsent).toHaveLength(300);
    expect(outcome.error?.message).toBe('file 5');
  });

  it('gives up where nothing arrives any more, and names what it did not try too', async () => {
    let tried = 0;
    const outcome = await sendAll({
      indices: indices(10_000),
      sizeOf,
      signal,
      send: async (index) => {
        tried += 1;
        await Promise.resolve();
        if (index >= 100) throw new Error('The share is gone.');
      },
      onProgress: ignore,
    });
    expect(outcome.unsent).toEqual(indices(10_000).slice(100));
    expect(tried).toBeLessThan(130);
  });

  it('begins no further file once it is cancelled, and sends only those that are asked for', async () => {
    const controller = new AbortController();
    const sent: number[] = [];
    const outcome = await sendAll({
      indices: [3, 5, 7, 9, 11, 13],
      sizeOf,
      signal: controller.signal,
      send: (index) => {
        sent.push(index);
        if (index === 5) controller.abort();
        return Promise.resolve();
      },
      onProgress: ignore,
    });
    expect(sent).toEqual([3, 5]);
    expect(outcome).toEqual({ unsent: [7, 9, 11, 13], error: null });
  });
});
