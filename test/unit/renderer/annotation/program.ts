/** The program's own storing of answers, over a real workspace, as an answer of the page reaches it. */
import { ORPCError } from '@orpc/client';
import type { AnswerStore } from '../../../../src/renderer/src/features/annotation/draft/autosave.ts';
import {
  annotationHistory,
  currentAnnotation,
  saveAnnotation,
} from '../../../../src/main/services/annotations/index.ts';
import { addReviewer } from '../../../../src/main/store/index.ts';
import { EXPLAINED_ERROR } from '../../../../src/shared/contract/handover.ts';
import type { Annotation } from '../../../../src/shared/domain/annotation.ts';
import { failed, toWireError } from '../../../../src/shared/kernel/errors.ts';
import { openedWorkspace } from '../../../integration/store/support.ts';
import { addCases, caseByHand } from '../../../support/reviewLab.ts';

/** An error as the page receives it. */
export const explained = (error: unknown) => new ORPCError(EXPLAINED_ERROR, { data: toWireError(error) });

export const diskFull = () =>
  failed('DISK_FULL', { happened: 'The disk is full.', kept: 'All that was stored.', toDo: 'Make room on the disk.' });

/** One case and one reviewer; any number of windows may store answers, which is held up or refused on demand. */
export async function programWithOneCase() {
  const workspace = await openedWorkspace();
  const { db } = workspace;
  const [caseId = ''] = addCases(db, [caseByHand('a')]);
  const reviewer = addReviewer(db, { name: 'Ada', role: '' });
  const [reviewerId, viewpoint] = [reviewer.id, { reviewerId: reviewer.id, blind: false, pair: null }];
  const sent: { readonly base: number; readonly content: Annotation }[] = [];
  let refusal: (() => Error) | null = null;
  let doors: Promise<void> = Promise.resolve();
  const store: AnswerStore = {
    save: async (base, content) => {
      sent.push({ base, content });
      await doors;
      if (refusal !== null) throw explained(refusal());
      try {
        return saveAnnotation(workspace, viewpoint, { caseId, reviewerId, base, content });
      } catch (error) {
        throw explained(error);
      }
    },
    current: () => Promise.resolve(currentAnnotation(db, reviewerId, caseId)),
  };
  return {
    caseId,
    reviewerId,
    store,
    /** Everything that was sent, in order. */
    sent,
    current: () => currentAnnotation(db, reviewerId, caseId),
    history: () => annotationHistory(db, viewpoint, caseId),
    refuse: (error: (() => Error) | null) => {
      refusal = error;
    },
    /** Nothing is answered until the function returned is called. */
    holdUp: (): (() => void) => {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      doors = promise.then(() => undefined);
      return () => {
        resolve(undefined);
      };
    },
  };
}
