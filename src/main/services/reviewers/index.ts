/** Who reviews, which two models they compare, and whether they read blind. */
import type { Reviewer } from '../../../shared/contract/app/session.ts';
import { badInput } from '../../../shared/kernel/errors.ts';
import {
  addReviewer,
  chooseReviewerId,
  chosenPair,
  chosenReviewerId,
  findReviewer,
  readsBlind,
  setReadsBlind,
  type ReadableDb,
  type Workspace,
} from '../../store/index.ts';
import type { Viewpoint } from '../library/index.ts';

export { choosePair, chosenPair, listReviewers } from '../../store/index.ts';

const reviewerUnknown = () =>
  badInput('REVIEWER_UNKNOWN', {
    happened: 'This reviewer is not in the workspace.',
    kept: 'Nothing was changed.',
    toDo: 'Choose a reviewer of the list, or add yourself to it.',
  });

export const noReviewer = () =>
  badInput('NO_REVIEWER', {
    happened: 'Nobody is chosen as the reviewer.',
    kept: 'What you wrote stays on the page; it was not stored.',
    toDo: 'Choose your name, or add it; it is then stored under your name.',
  });

/** @throws EpsiloscopeError `REVIEWER_UNKNOWN` */
export function reviewerOf(db: ReadableDb, id: string): Reviewer {
  const reviewer = findReviewer(db, id);
  if (reviewer === undefined) throw reviewerUnknown();
  return reviewer;
}

/** The reviewer at work; null: nobody was chosen yet. */
export function reviewerAtWork(db: ReadableDb): Reviewer | null {
  const id = chosenReviewerId(db);
  return id === null ? null : reviewerOf(db, id);
}

/** Adds a reviewer, who is at work from then on. */
export function addReviewerToWork({ db }: Workspace, person: Omit<Reviewer, 'id'>): Reviewer {
  const reviewer = addReviewer(db, person);
  chooseReviewerId(db, reviewer.id);
  return reviewer;
}

/** @throws EpsiloscopeError `REVIEWER_UNKNOWN` */
export function chooseReviewer({ db }: Workspace, id: string): Reviewer {
  const reviewer = reviewerOf(db, id);
  chooseReviewerId(db, id);
  return reviewer;
}

/**
 * Whether the reviewer at work reads blind. Each change stands in the log.
 *
 * @throws EpsiloscopeError `NO_REVIEWER`
 */
export function setBlind({ db }: Workspace, blind: boolean): void {
  const id = chosenReviewerId(db);
  if (id === null) throw noReviewer();
  setReadsBlind(db, id, blind);
}

/** The viewpoint of the reviewer at work. */
export function viewpointOf({ db }: Pick<Workspace, 'db'>): Viewpoint {
  const reviewerId = chosenReviewerId(db);
  return { reviewerId, blind: reviewerId !== null && readsBlind(db, reviewerId), pair: chosenPair(db) };
}
