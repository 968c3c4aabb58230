import type { Engine, EngineMethod, EngineMethods } from '../../../shared/contract/engine.ts';
import { createEngineClient, type EngineClientOptions } from './client.ts';
import type { EngineLauncher } from './launcher.ts';

/**
 * Several engine processes behind one engine. They must be launched alike, so that it makes no difference which of them a
 * call goes to: the one with the fewest calls under way. Each starts when it is first needed, and dies and starts again by
 * itself. On a GPU, which one process fills, it is one engine whatever its size.
 *
 * @param size number of processes, 1 or more
 */
export function createEnginePool(launcher: EngineLauncher, size: number, options: EngineClientOptions = {}): Engine {
  return new EnginePool(Array.from({ length: size }, () => createEngineClient(launcher, options)));
}

class EnginePool implements Engine {
  #members: readonly { readonly engine: Engine; calls: number }[];
  readonly #all: readonly Engine[];

  constructor(engines: readonly Engine[]) {
    this.#all = engines;
    this.#members = engines.map((engine) => ({ engine, calls: 0 }));
  }

  get width(): number {
    return this.#members.length;
  }

  async call<M extends EngineMethod>(
    method: M,
    params: EngineMethods[M]['params'],
    options: Parameters<Engine['call']>[2] = {},
  ): Promise<EngineMethods[M]['result']> {
    if (method === 'loadModel') return this.#callAll(method, params, options);
    const result = await this.#callOne(method, params, options);
    if (method === 'describe') this.#keepToDevice(result as EngineMethods['describe']['result']);
    return result;
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((engine) => engine.close()));
  }

  async #callOne<M extends EngineMethod>(
    method: M,
    params: EngineMethods[M]['params'],
    options: Parameters<Engine['call']>[2],
  ): Promise<EngineMethods[M]['result']> {
    const [first, ...others] = this.#members;
    if (!first) throw new Error('A pool of no engines was asked.');
    const member = others.reduce((least, other) => (other.calls < least.calls ? other : least), first);
    member.calls += 1;
    try {
      return await member.engine.call(method, params, options);
    } finally {
      member.calls -= 1;
    }
  }

  /** What every engine must know, each is told; they give the same answer. */
  async #callAll<M extends EngineMethod>(
    method: M,
    params: EngineMethods[M]['params'],
    options: Parameters<Engine['call']>[2],
  ): Promise<EngineMethods[M]['result']> {
    const [result] = await Promise.all(this.#members.map(({ engine }) => engine.call(method, params, options)));
    return result as EngineMethods[M]['result'];
  }

  #keepToDevice({ device }: EngineMethods['describe']['result']): void {
    if (device === 'GPU') this.#members = this.#members.slice(0, 1);
  }
}
