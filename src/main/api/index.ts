/** Answers the contract's questions by calling the services. Knows no transport and no host. */
import { type EventEmitter, on } from 'node:events';
import { basename } from 'node:path';
import { implement } from '@orpc/server';
import { apiContract, type CheckedModel, type EngineEnded } from '../../shared/contract/api.ts';
import type { Engine } from '../../shared/contract/engine.ts';
import { EXPLAINED_ERROR } from '../../shared/contract/handover.ts';
import { toWireError } from '../../shared/kernel/errors.ts';
import { judgePackages, packagesIn, type JudgedPackage } from '../services/models/index.ts';

/** What happens in the program without being asked for. */
export interface ProgramNews {
  engineEnded: [EngineEnded];
}

export interface ApiParts {
  readonly engine: Engine;
  readonly news: EventEmitter<ProgramNews>;
  /** Folder of the model packages that came with the program. */
  readonly bundledModels: string;
}

export type Api = ReturnType<typeof createApi>;

/** The router of the contract; every error reaches the page as a WireError. */
export function createApi({ engine, news, bundledModels }: ApiParts) {
  const api = implement(apiContract).use(async ({ next, errors, signal }) => {
    try {
      return await next();
    } catch (error) {
      if (signal?.aborted === true) throw error;
      throw errors[EXPLAINED_ERROR]({ data: toWireError(error) });
    }
  });
  return api.router({
    engine: {
      describe: api.engine.describe.handler(({ signal }) =>
        engine.call('describe', undefined, signal ? { signal } : {}),
      ),
      endings: api.engine.endings.handler(async function* ({ signal }) {
        for await (const [ended] of on(news, 'engineEnded', signal ? { signal } : {})) yield ended as EngineEnded;
      }),
    },
    models: {
      bundled: api.models.bundled.handler(async () =>
        (await judgePackages(engine, packagesIn(bundledModels))).map(checkedModel),
      ),
    },
  });
}

function checkedModel(judged: JudgedPackage): CheckedModel {
  if ('refused' in judged) {
    return { status: 'refused', folder: basename(judged.folder), explanation: judged.refused.explanation };
  }
  const { id, title, training } = judged.model.card;
  return { status: 'verified', id, title, recipe: training.recipe, epsilon: training.epsilon };
}
