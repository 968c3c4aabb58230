/** An engine process whose methods go wrong on demand, behind the real port, server and exit rules. */
import type { EngineImplementation } from '../../src/main/engine/server.ts';
import { engineMethods } from '../../src/main/hosts/worker/methods.ts';
import { runEngineProcess } from '../../src/main/hosts/worker/process.ts';

const never = () => new Promise<never>(() => undefined);

const methods: EngineImplementation = {
  ...engineMethods(),
  selfTest: () => {
    void Promise.reject(new Error('a promise that nobody awaits'));
    return never();
  },
  train: (_params, { emit }) => {
    emit({ kind: 'resumed', epoch: 1, step: 1 });
    return never();
  },
  predict: () => Promise.resolve({ logits: () => 'a function cannot be sent' } as never),
};

runEngineProcess(methods);
