/** The workspace on disk: a folder with a database, content-addressed originals, and a log that shows tampering. */
export { openWorkspace, openWorkspaceToRead } from './workspace.ts';
export type { OpenOptions, ReadOnlyWorkspace, Workspace } from './workspace.ts';
export type { ReadableDb } from './db/connection.ts';
export type { WritableDb } from './db/writableDb.ts';
export { explainingAsync } from './db/errors.ts';
export { canonicalJson, hashOf } from './audit/chain.ts';
export type { ChainVerdict, LogHead } from './audit/chain.ts';
export { logHead, verifyLog } from './audit/log.ts';
export {
  addRevision,
  allRevisions,
  answeredCases,
  currentRevisions,
  firstAnswer,
  tagsInUse,
} from './repositories/annotations.ts';
export type { AnnotationRevision } from './repositories/annotations.ts';
export {
  caseCount,
  caseRow,
  casesOfLesion,
  findCase,
  findImage,
  imageCount,
  insertCases,
  insertImages,
  listCases,
  listImages,
  listOriginalNames,
} from './repositories/cases.ts';
export type { CaseRecord, ImageRecord, KnownCase, OriginalName } from './repositories/cases.ts';
export {
  casesAt,
  casesFound,
  casesNamed,
  countCases,
  facetCombinations,
  facetsOf,
  placeOf,
} from './repositories/listingQueries.ts';
export type {
  FacetCombination,
  FacetGroup,
  ListingFilter,
  ListingPlace,
  ListingQuery,
  ListingRow,
} from './repositories/listingQueries.ts';
export { listModels, registerModel } from './repositories/models.ts';
export type { ModelRecord } from './repositories/models.ts';
export {
  askedScreening,
  choosePair,
  chooseReviewerId,
  chosenPair,
  chosenReviewerId,
  noteScreening,
  readsBlind,
  setReadsBlind,
} from './repositories/preferences.ts';
export { addReviewer, findReviewer, listReviewers } from './repositories/reviewers.ts';
export {
  findRun,
  finishedUnits,
  finishRun,
  openRun,
  recordUnit,
  unitData,
  unitResult,
  unitResults,
} from './repositories/runs.ts';
export type { RunRecord, UnitResult } from './repositories/runs.ts';
export { recordVerdicts, screenedCounts, unscreened, verdictsOf } from './repositories/verdicts.ts';
export type { VerdictOfImage } from './repositories/verdicts.ts';
export { addWorklist, findWorklist, listWorklists, removeWorklist, renameWorklist } from './repositories/worklists.ts';
export type { WorklistContent } from './repositories/worklists.ts';
