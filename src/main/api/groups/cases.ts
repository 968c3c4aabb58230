import { EXPLAINED_ERROR } from '../../../shared/contract/handover.ts';
import { badInput, toWireError } from '../../../shared/kernel/errors.ts';
import { sha256 } from '../../../shared/kernel/ids.ts';
import type { ExaminationEvent } from '../../../shared/contract/app/cases.ts';
import { isBlindTo, openCase } from '../../services/cases/index.ts';
import { examine, explainCase, type ExamineDependencies } from '../../services/examine/index.ts';
import type { SessionDesk } from '../../services/session/index.ts';
import type { Workspaces } from '../../services/workspaces/index.ts';
import { following } from '../following.ts';
import type { Answering } from '../router.ts';

interface Progress {
  readonly done: number;
  readonly total: number;
}

export interface CasesParts {
  readonly session: SessionDesk;
  readonly workspaces: Workspaces;
  readonly examining: Omit<ExamineDependencies, 'workspace'>;
}

export function casesAnswers({ cases: ask }: Answering, { session, workspaces, examining }: CasesParts) {
  const dependencies = (): ExamineDependencies => ({ ...examining, workspace: workspaces.current });
  /** @throws EpsiloscopeError `CASE_BLIND` */
  const refuseBlind = (caseId: string) => {
    if (isBlindTo(workspaces.current.db, session.viewpoint(), caseId)) throw caseBlind();
  };
  return {
    open: ask.open.handler(({ input }) => openCase(workspaces.current, session.viewpoint(), input.caseId)),
    // What goes wrong on the way reaches the page as every other error does.
    examine: ask.examine.handler(async function* ({ input, signal, errors }): AsyncGenerator<ExaminationEvent, void> {
      try {
        refuseBlind(input.caseId);
        const task = { ...input, modelSha256: sha256(input.modelSha256) };
        const perform = (onProgress: (progress: Progress) => void, stop: AbortSignal) =>
          examine(dependencies(), task, { signal: stop, onProgress });
        for await (const event of following(perform, signal)) {
          yield event.kind === 'progress'
            ? { kind: 'progress', ...event.progress }
            : { kind: 'done', examination: event.result };
        }
      } catch (error) {
        if (signal?.aborted === true) throw error;
        throw errors[EXPLAINED_ERROR]({ data: toWireError(error) });
      }
    }),
    explain: ask.explain.handler(({ input, signal }) => {
      refuseBlind(input.caseId);
      const attackedArray = input.attackedArray === null ? null : sha256(input.attackedArray);
      const task = { ...input, modelSha256: sha256(input.modelSha256), attackedArray };
      return explainCase(dependencies(), task, signal ? { signal } : {});
    }),
  };
}

const caseBlind = () =>
  badInput('CASE_BLIND', {
    happened: 'The reading is blind, and this case is not answered yet.',
    kept: 'Everything.',
    toDo: 'Save your own answer first; what the models say is shown after it.',
  });
