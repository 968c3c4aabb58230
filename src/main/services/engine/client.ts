import type { Engine, EngineMethod, EngineMethods } from '../../../shared/contract/engine.ts';
import { type EpsiloscopeError, failed, interrupted } from '../../../shared/kernel/errors.ts';
import type { Sha256 } from '../../../shared/kernel/ids.ts';
import type { EngineExit, EngineLauncher } from './launcher.ts';
import { EngineSession } from './session.ts';

export interface EngineClientOptions {
  /** Monotonic milliseconds, for the bound on restarts. */
  readonly now?: () => number;
}

const MAX_RESTARTS = 3;
const RESTART_WINDOW_MS = 10 * 60 * 1000;

type CallOptions<M extends EngineMethod> = Parameters<Engine['call']>[2] & {
  onEvent?: (event: EngineMethods[M]['event']) => void;
};

/**
 * The engine in a process of its own. The process starts with the first call. When it dies, the calls under way are
 * refused with ENGINE_DIED, and the next call starts another one and loads the same models into it: at most three
 * times within ten minutes, then ENGINE_GIVES_UP. Whether to repeat the lost work is the caller's decision.
 * A host must `close` it: the open channel keeps the host's process alive.
 */
export function createEngineClient(launcher: EngineLauncher, options: EngineClientOptions = {}): Engine {
  return new EngineClient(launcher, options);
}

class EngineClient implements Engine {
  readonly width = 1;
  readonly #launcher: EngineLauncher;
  readonly #now: () => number;
  /** Folders of the models that the engine holds, by package hash. */
  readonly #models = new Map<Sha256, string>();
  #session: EngineSession | null = null;
  #restarts: number[] = [];
  #lastExit = '';
  #closed = false;

  constructor(launcher: EngineLauncher, { now = () => performance.now() }: EngineClientOptions) {
    this.#launcher = launcher;
    this.#now = now;
  }

  async call<M extends EngineMethod>(
    method: M,
    params: EngineMethods[M]['params'],
    options: CallOptions<M> = {},
  ): Promise<EngineMethods[M]['result']> {
    if (this.#closed) throw closed();
    if (options.signal?.aborted === true) throw interrupted('Everything that was stored before.', 'Start it again.');
    const result = (await this.#runningSession().call(method, params, options)) as EngineMethods[M]['result'];
    if (method === 'loadModel') {
      const { directory } = params as EngineMethods['loadModel']['params'];
      this.#models.set((result as EngineMethods['loadModel']['result']).sha256, directory);
    }
    return result;
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#session?.alive === true) await this.#session.kill(closed());
  }

  #runningSession(): EngineSession {
    if (this.#session?.alive === true) return this.#session;
    if (this.#session !== null) this.#countRestart();
    const session = new EngineSession(this.#launcher, (exit) => {
      this.#lastExit = describeExit(exit);
      return died(this.#lastExit);
    });
    this.#session = session;
    // The engine answers in order: the models are there before the call that follows.
    for (const [sha256, directory] of this.#models) void this.#reload(session, sha256, directory);
    return session;
  }

  /** A package that can no longer be loaded is forgotten: calls that need it are refused by the engine, with the reason. */
  async #reload(session: EngineSession, sha256: Sha256, directory: string): Promise<void> {
    try {
      await session.call('loadModel', { directory });
    } catch {
      if (session.alive) this.#models.delete(sha256);
    }
  }

  #countRestart(): void {
    const now = this.#now();
    this.#restarts = this.#restarts.filter((at) => now - at < RESTART_WINDOW_MS);
    if (this.#restarts.length >= MAX_RESTARTS) throw givesUp(this.#lastExit);
    this.#restarts.push(now);
  }
}

function describeExit({ code, signal, lastWords }: EngineExit): string {
  const how = signal === null ? `it ended with code ${String(code)}` : `it was ended by ${signal}`;
  const memory = signal === 'SIGKILL' ? ', as the system does when memory runs out' : '';
  return `${how}${memory}${lastWords === '' ? '' : `; its last words: ${lastWords}`}`;
}

const died = (how: string): EpsiloscopeError =>
  failed('ENGINE_DIED', {
    happened: `The engine process died in mid-work: ${how}.`,
    kept: 'Every result stored before.',
    toDo: 'Start the same work again: it goes on from the last stored result.',
  });

const givesUp = (how: string): EpsiloscopeError =>
  failed('ENGINE_GIVES_UP', {
    happened: `The engine process died ${MAX_RESTARTS + 1} times within ten minutes; the last time, ${how}.`,
    kept: 'Every result stored before.',
    toDo: 'Run "epsiloscope doctor". Free memory, or set EPSILOSCOPE_BACKEND=wasm to compute without libtensorflow.',
  });

const closed = (): EpsiloscopeError => interrupted('Every result stored before.', 'Start the same work again.');
