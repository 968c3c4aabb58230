import type { ModelPair } from '../../../shared/contract/app/session.ts';
import { answeredCases, type ReadableDb } from '../../store/index.ts';

/** Who looks, and what they may see. */
export interface Viewpoint {
  /** Null: nobody is chosen. */
  readonly reviewerId: string | null;
  /** Verdicts, references and others' answers of a case are withheld until this reviewer has answered it. */
  readonly blind: boolean;
  readonly pair: ModelPair | null;
}

/** The program itself, which lists cases for work. */
export const NOBODY: Viewpoint = { reviewerId: null, blind: false, pair: null };

/** Those of the cases that this viewpoint must not see verdicts of. Who has answered once is blind no more. */
export function blindCases(db: ReadableDb, { blind, reviewerId }: Viewpoint, caseIds: readonly string[]): Set<string> {
  if (!blind) return new Set();
  const answered = reviewerId === null ? new Set<string>() : answeredCases(db, reviewerId, caseIds);
  return new Set(caseIds.filter((caseId) => !answered.has(caseId)));
}

/** Whether verdicts, reference and others' answers of the case are to be withheld. */
export const isBlindTo = (db: ReadableDb, viewpoint: Viewpoint, caseId: string): boolean =>
  blindCases(db, viewpoint, [caseId]).has(caseId);
