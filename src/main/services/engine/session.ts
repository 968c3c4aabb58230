import { z } from 'zod';
import type { CancelSignal, EngineMethod } from '../../../shared/contract/engine.ts';
import { fromWireError } from '../../../shared/kernel/errors.ts';
import type { EngineExit, EngineLauncher, EngineProcess } from './launcher.ts';

/** How a call follows and stops its work; the types of method, event and result are the client's concern. */
export interface SessionCallOptions {
  readonly signal?: CancelSignal;
  readonly onEvent?: (event: never) => void;
}

interface PendingCall {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onEvent: ((event: never) => void) | undefined;
}

const replySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('event'), id: z.int(), event: z.unknown() }),
  z.object({ type: z.literal('result'), id: z.int(), result: z.unknown() }),
  z.object({
    type: z.literal('error'),
    id: z.int(),
    error: z.object({
      code: z.string(),
      kind: z.enum(['failed', 'badInput', 'interrupted']),
      explanation: z.object({ happened: z.string(), kept: z.string(), toDo: z.string() }),
    }),
  }),
]);

/** One engine process, from its start to its end, and the calls under way in it. */
export class EngineSession {
  /** Fulfilled when the process has ended. */
  readonly ended: Promise<void>;
  readonly #process: EngineProcess;
  readonly #calls = new Map<number, PendingCall>();
  #nextId = 0;
  #exit: Error | null = null;

  /** @param explainEnd makes the error that the calls under way get when the process ends */
  constructor(launcher: EngineLauncher, explainEnd: (exit: EngineExit) => Error) {
    this.#process = launcher.launch();
    this.#process.onReply((message) => {
      this.#receive(message);
    });
    this.ended = new Promise((resolve) => {
      this.#process.onExit((exit) => {
        this.#fail(explainEnd(exit));
        resolve();
      });
    });
  }

  get alive(): boolean {
    return this.#exit === null;
  }

  /** Sends a call. An abort asks the engine to stop; the call is settled by the engine's answer to that. */
  call(method: EngineMethod, params: unknown, { signal, onEvent }: SessionCallOptions = {}): Promise<unknown> {
    if (this.#exit !== null) return Promise.reject(this.#exit);
    const id = this.#nextId++;
    const cancel = () => {
      this.#process.send({ type: 'cancel', id });
    };
    signal?.addEventListener('abort', cancel, { once: true });
    return new Promise<unknown>((resolve, reject) => {
      this.#calls.set(id, { resolve, reject, onEvent });
      this.#process.send({ type: 'call', id, method, params });
    }).finally(() => {
      signal?.removeEventListener('abort', cancel);
    });
  }

  /** Ends the process at once; calls under way get `error`. */
  async kill(error: Error): Promise<void> {
    this.#fail(error);
    this.#process.kill();
    await this.ended;
  }

  #receive(message: unknown): void {
    const { data: reply } = replySchema.safeParse(message);
    const call = reply && this.#calls.get(reply.id);
    if (!call) return;
    if (reply.type === 'event') {
      call.onEvent?.(reply.event as never);
      return;
    }
    this.#calls.delete(reply.id);
    if (reply.type === 'result') call.resolve(reply.result);
    else call.reject(fromWireError(reply.error));
  }

  #fail(error: Error): void {
    this.#exit ??= error;
    for (const call of this.#calls.values()) call.reject(this.#exit);
    this.#calls.clear();
  }
}
