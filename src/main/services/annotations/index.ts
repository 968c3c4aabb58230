/** What reviewers say of cases: saved as revisions, none of which is ever changed. */
import type { CurrentAnnotation, OtherAnswer, Revision } from '../../../shared/contract/app/annotations.ts';
import { EMPTY_ANNOTATION, type Annotation } from '../../../shared/domain/annotation.ts';
import { badInput } from '../../../shared/kernel/errors.ts';
import {
  addRevision,
  allRevisions,
  canonicalJson,
  currentRevisions,
  findCase,
  firstAnswer,
  type AnnotationRevision,
  type ReadableDb,
  type Workspace,
} from '../../store/index.ts';
import { caseUnknown, isBlindTo, type Viewpoint } from '../library/index.ts';
import { noReviewer, reviewerOf } from '../reviewers/index.ts';

export { tagsInUse } from '../../store/index.ts';

const conflict = () =>
  badInput('ANNOTATION_CONFLICT', {
    happened: 'Another window has stored a newer answer of yours to this case.',
    kept: 'The newer answer, and every one before it. What you wrote here was not stored.',
    toDo: 'Load the case again, and make the change once more.',
  });

const reviewerChanged = () =>
  badInput('REVIEWER_CHANGED', {
    happened: 'Another reviewer is at work by now.',
    kept: 'All stored answers of both. What you wrote here was not stored, least of all under another name.',
    toDo: 'Choose your name again, and make the change once more.',
  });

const nothingSaid = (reviewerId: string | null): CurrentAnnotation => ({
  reviewerId,
  revision: 0,
  at: null,
  answeredBlind: null,
  content: EMPTY_ANNOTATION,
});

/** What this reviewer says of the case now. */
export function currentAnnotation(db: ReadableDb, reviewerId: string | null, caseId: string): CurrentAnnotation {
  if (reviewerId === null) return nothingSaid(reviewerId);
  const current = currentRevisions(db, caseId).find((each) => each.reviewerId === reviewerId);
  return current === undefined ? nothingSaid(reviewerId) : withAnswer(db, current);
}

function withAnswer(
  db: ReadableDb,
  { caseId, reviewerId, revision, at, content }: AnnotationRevision,
): CurrentAnnotation {
  const first = firstAnswer(db, caseId, reviewerId);
  return { reviewerId, revision, at, answeredBlind: first === undefined ? null : !first.seen, content };
}

export interface AnnotationToSave {
  readonly caseId: string;
  /** Whose answer it is: stored only while they are at work. */
  readonly reviewerId: string;
  /** The revision that was changed; 0: none. */
  readonly base: number;
  readonly content: Annotation;
}

/**
 * Stores what the reviewer says as their next revision; when this returns, it survives a loss of power. Where they say
 * this already, nothing is stored: a save that is sent again after its answer was lost is no second revision.
 *
 * @throws EpsiloscopeError `NO_REVIEWER`, `REVIEWER_CHANGED`, `CASE_UNKNOWN`, `ANNOTATION_CONFLICT`, `DISK_FULL`, ...
 */
export function saveAnnotation(
  { db }: Workspace,
  viewpoint: Viewpoint,
  { caseId, reviewerId, base, content }: AnnotationToSave,
): CurrentAnnotation {
  if (viewpoint.reviewerId === null) throw noReviewer();
  if (viewpoint.reviewerId !== reviewerId) throw reviewerChanged();
  if (findCase(db, caseId) === undefined) throw caseUnknown();
  const current = currentAnnotation(db, reviewerId, caseId);
  if (canonicalJson(current.content) === canonicalJson(content)) return current;
  if (current.revision !== base) throw conflict();
  const seen = !isBlindTo(db, viewpoint, caseId);
  return withAnswer(db, addRevision(db, { caseId, reviewerId, revision: base + 1, seen, content }));
}

/** What the other reviewers say of the case now. To be shown only where the case is not blind. */
export const othersAnswers = (db: ReadableDb, reviewerId: string | null, caseId: string): OtherAnswer[] =>
  currentRevisions(db, caseId)
    .filter((each) => each.reviewerId !== reviewerId)
    .map((each) => ({ reviewer: reviewerOf(db, each.reviewerId), at: each.at, content: each.content }));

/**
 * Every revision of the case, the newest first: the reviewer's own, and others' where the case is not blind.
 *
 * @throws EpsiloscopeError `CASE_UNKNOWN`
 */
export function annotationHistory(db: ReadableDb, viewpoint: Viewpoint, caseId: string): Revision[] {
  if (findCase(db, caseId) === undefined) throw caseUnknown();
  const blind = isBlindTo(db, viewpoint, caseId);
  return allRevisions(db, caseId)
    .filter((each) => !blind || each.reviewerId === viewpoint.reviewerId)
    .map(({ reviewerId, revision, at, content }) => ({ reviewer: reviewerOf(db, reviewerId), revision, at, content }))
    .reverse();
}
