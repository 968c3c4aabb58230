/**
 * What a page may ask of the program: the only description of that interface, served over any transport.
 * Plain data only. Outputs come from the program itself and are typed, not validated; inputs will be validated.
 */
import { type ContractRouterClient, eventIterator, oc, type } from '@orpc/contract';
import type { Explanation, WireError } from '../kernel/errors.ts';
import type { EngineFacts } from './engine.ts';
import { EXPLAINED_ERROR } from './handover.ts';
import type { ModelCard } from './modelCard.ts';

/** A model package as the engine judged it just now: hashes, shapes and finite weights agree with its card, or not. */
export type CheckedModel =
  | {
      readonly status: 'verified';
      readonly id: string;
      readonly title: string;
      readonly recipe: ModelCard['training']['recipe'];
      /** L-inf radius of the training attack in [0, 1]; null for models trained on clean images only. */
      readonly epsilon: number | null;
    }
  | { readonly status: 'refused'; readonly folder: string; readonly explanation: Explanation };

/** The engine process ended. The next question that needs it starts another one. */
export interface EngineEnded {
  readonly code: number;
}

const question = oc.errors({ [EXPLAINED_ERROR]: { data: type<WireError>() } });

export const apiContract = {
  engine: {
    describe: question.output(type<EngineFacts>()),
    /** One event each time that the engine process ends. */
    endings: question.output(eventIterator(type<EngineEnded>())),
  },
  models: {
    /** Checks the models that came with the program, by name. */
    bundled: question.output(type<readonly CheckedModel[]>()),
  },
};

export type ApiClient = ContractRouterClient<typeof apiContract>;
