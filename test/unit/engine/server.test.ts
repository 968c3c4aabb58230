import { describe, expect, it } from 'vitest';
import { type EngineImplementation, type EnginePort, serveEngine } from '../../../src/main/engine/server.ts';
import type { EngineReply, EngineRequest, TrainEvent } from '../../../src/shared/contract/engine.ts';

/** Serves `methods` and gathers the replies; `request` resolves with the reply that ends the call. */
function serve(methods: Partial<EngineImplementation>, now?: () => number) {
  const replies: EngineReply[] = [];
  const waiting = new Map<number, (reply: EngineReply) => void>();
  let deliver: (message: unknown) => void = () => undefined;
  const port: EnginePort = {
    send: (reply) => {
      replies.push(reply);
      if (reply.type !== 'event') waiting.get(reply.id)?.(reply);
    },
    onMessage: (listener) => {
      deliver = listener;
    },
  };
  serveEngine(port, methods as EngineImplementation, now);
  return {
    replies,
    send: (request: EngineRequest) => {
      deliver(request);
    },
    request: (id: number, method: keyof EngineImplementation) =>
      new Promise<EngineReply>((resolve) => {
        waiting.set(id, resolve);
        deliver({ type: 'call', id, method, params: undefined });
      }),
  };
}

const progress = (done: number) => ({ done, total: 10 });
const step = (number: number): TrainEvent => ({
  kind: 'step',
  epoch: 1,
  step: number,
  totalSteps: 9,
  loss: 1,
  secondsLeft: 1,
  tensors: 1,
});
const collapse: TrainEvent = { kind: 'catastrophicOverfitting', epoch: 1, pgdAccuracy: 0, fgsmAccuracy: 1 };

describe('serving the engine', () => {
  it('thins progress to ten events a second, keeping the last one, before the result', async () => {
    let milliseconds = 0;
    const { request, replies } = serve(
      {
        attack: (_params, { emit }) => {
          for (let done = 1; done <= 10; done += 1) {
            emit(progress(done));
            milliseconds += 30;
          }
          return Promise.resolve({ outcomes: [] });
        },
      },
      () => milliseconds,
    );
    await request(1, 'attack');
    const done = replies.flatMap((reply) => (reply.type === 'event' ? [(reply.event as { done: number }).done] : []));
    // Emitted at 0, 30, ... 270 ms: sent at 0, 120 and 240, and the last one held until the end.
    expect(done).toEqual([1, 5, 9, 10]);
    expect(replies.at(-1)).toEqual({ type: 'result', id: 1, result: { outcomes: [] } });
  });

  it('never drops news, nor lets it overtake the progress before it', async () => {
    const { request, replies } = serve(
      {
        train: (_params, { emit }) => {
          [step(1), step(2), step(3), collapse, collapse].forEach(emit);
          return Promise.resolve({ directory: 'out', stopped: false });
        },
      },
      () => 0,
    );
    await request(1, 'train');
    const events = replies.flatMap((reply) => (reply.type === 'event' ? [reply.event] : []));
    expect(events).toEqual([step(1), step(3), collapse, collapse]);
  });

  it('runs one call at a time, in order of arrival', async () => {
    const order: string[] = [];
    const { request } = serve({
      attack: async () => {
        order.push('attack begins');
        await Promise.resolve();
        order.push('attack ends');
        return { outcomes: [] };
      },
      minimalEpsilon: () => {
        order.push('minimal epsilon');
        return Promise.resolve({ outcomes: [] });
      },
    });
    await Promise.all([request(1, 'attack'), request(2, 'minimalEpsilon')]);
    expect(order).toEqual(['attack begins', 'attack ends', 'minimal epsilon']);
  });

  it('cancels the running call by its signal, and a waiting one before it begins', async () => {
    let began = 0;
    const { request, send } = serve({
      attack: (_params, { signal }) => {
        began += 1;
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(new Error('stopped'));
          });
        });
      },
    });
    const calls = [request(1, 'attack'), request(2, 'attack')];
    await Promise.resolve();
    send({ type: 'cancel', id: 2 });
    send({ type: 'cancel', id: 1 });
    const [running, waiting] = await Promise.all(calls);
    expect(running).toMatchObject({ type: 'error', id: 1, error: { code: 'UNEXPECTED' } });
    expect(waiting).toMatchObject({ type: 'error', id: 2, error: { code: 'INTERRUPTED' } });
    expect(began).toBe(1);
  });

  it('goes on after a call that failed', async () => {
    const { request } = serve({
      attack: () => Promise.reject(new Error('broken')),
      minimalEpsilon: () => Promise.resolve({ outcomes: [] }),
    });
    expect(await request(1, 'attack')).toMatchObject({ type: 'error', id: 1 });
    expect(await request(2, 'minimalEpsilon')).toMatchObject({ type: 'result', id: 2 });
  });

  it('refuses a second call under the id of one that is still running', () => {
    const { request, replies } = serve({ attack: () => new Promise(() => undefined) });
    void request(1, 'attack');
    void request(1, 'attack');
    expect(replies).toMatchObject([{ type: 'error', id: -1, error: { code: 'ENGINE_REQUEST_INVALID' } }]);
  });
});
