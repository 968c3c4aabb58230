/**
 * Serves the engine's methods over a port: requests in, events, results and errors out. Knows neither which process
 * it runs in nor what the methods do.
 */
import { z } from 'zod';
import type { CancelSignal, EngineMethod, EngineMethods, EngineReply } from '../../shared/contract/engine.ts';
import { failed, interrupted, toWireError } from '../../shared/kernel/errors.ts';

/** One end of a channel to the process that uses the engine. */
export interface EnginePort {
  send(reply: EngineReply): void;
  /** Messages may be anything: they are checked here. */
  onMessage(listener: (message: unknown) => void): void;
}

export interface CallContext<Event> {
  /** Aborted when the caller cancels. A method looks at it before each step, after letting messages in. */
  readonly signal: CancelSignal;
  /** Reports progress. Called as often as the method likes: the server thins the events out. */
  readonly emit: (event: Event) => void;
}

export type EngineImplementation = {
  readonly [M in EngineMethod]: (
    params: EngineMethods[M]['params'],
    context: CallContext<EngineMethods[M]['event']>,
  ) => Promise<EngineMethods[M]['result']>;
};

const requestSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), id: z.int().nonnegative(), method: z.string(), params: z.unknown().optional() }),
  z.object({ type: z.literal('cancel'), id: z.int().nonnegative() }),
]);

/** The id of an answer to a message that cannot be attributed to a call. */
const NO_CALL = -1;

/** The least time between two events of one call. */
const EVENT_INTERVAL_MS = 100;

/**
 * Answers requests until the process ends. One call runs at a time, in order of arrival: tfjs keeps one tape and one
 * stack of scopes for all, and two calls would only share the same cores. Cancels are heard at once.
 *
 * @param now monotonic milliseconds, for the spacing of events
 */
export function serveEngine(port: EnginePort, methods: EngineImplementation, now = () => performance.now()): void {
  const pending = new Map<number, AbortController>();
  let previous: Promise<void> = Promise.resolve();

  port.onMessage((message) => {
    const request = requestSchema.safeParse(message);
    if (!request.success) {
      sendError(port, NO_CALL, notUnderstood('it is neither a call nor a cancel'));
      return;
    }
    const { data } = request;
    if (data.type === 'cancel') {
      pending.get(data.id)?.abort();
    } else if (!isMethod(methods, data.method)) {
      sendError(port, data.id, notUnderstood(`it has no method "${data.method.slice(0, 40)}"`));
    } else if (pending.has(data.id)) {
      sendError(port, NO_CALL, notUnderstood(`call ${data.id} is still running`));
    } else {
      const { id, method, params } = data;
      const controller = new AbortController();
      pending.set(id, controller);
      previous = previous.then(async () => {
        await answer(port, id, methods[method], params, controller.signal, now);
        pending.delete(id);
      });
    }
  });
}

type AnyMethod = (params: never, context: CallContext<unknown>) => Promise<unknown>;

async function answer(
  port: EnginePort,
  id: number,
  method: AnyMethod,
  params: unknown,
  signal: AbortSignal,
  now: () => number,
): Promise<void> {
  const events = new ThinnedEvents((event) => {
    port.send({ type: 'event', id, event });
  }, now);
  try {
    if (signal.aborted) throw interrupted('Every result stored before.', 'Start the same work again.');
    // The caller's types stand for the parameters; each method checks what it cannot rely on.
    const result = await method(params as never, {
      signal,
      emit: (event) => {
        events.emit(event);
      },
    });
    events.flush();
    port.send({ type: 'result', id, result });
  } catch (error) {
    events.flush();
    sendError(port, id, error);
  }
}

/**
 * Progress at most ten times a second, but always its last word. Other news (an event of another kind than `step`)
 * is never dropped, and never overtaken by progress made before it.
 */
class ThinnedEvents {
  #held: { readonly event: unknown } | null = null;
  #lastSent = Number.NEGATIVE_INFINITY;
  readonly #send: (event: unknown) => void;
  readonly #now: () => number;

  constructor(send: (event: unknown) => void, now: () => number) {
    this.#send = send;
    this.#now = now;
  }

  emit(event: unknown): void {
    if (!isProgress(event)) {
      this.flush();
      this.#send(event);
    } else if (this.#now() - this.#lastSent >= EVENT_INTERVAL_MS) {
      this.#held = null;
      this.#sendProgress(event);
    } else {
      this.#held = { event };
    }
  }

  flush(): void {
    if (this.#held === null) return;
    const { event } = this.#held;
    this.#held = null;
    this.#sendProgress(event);
  }

  #sendProgress(event: unknown): void {
    this.#lastSent = this.#now();
    this.#send(event);
  }
}

/** Progress replaces the progress before it: an event of kind `step`, or without a kind. */
const isProgress = (event: unknown): boolean =>
  typeof event !== 'object' || event === null || !('kind' in event) || event.kind === 'step';

const isMethod = (methods: EngineImplementation, name: string): name is EngineMethod => Object.hasOwn(methods, name);

const notUnderstood = (why: string) =>
  failed('ENGINE_REQUEST_INVALID', {
    happened: `The engine did not understand a request: ${why}.`,
    kept: 'Everything; the engine goes on.',
    toDo: 'This is a defect of the program. Please report it with this text.',
  });

function sendError(port: EnginePort, id: number, error: unknown): void {
  port.send({ type: 'error', id, error: toWireError(error) });
}
