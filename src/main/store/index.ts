/** The workspace on disk: a folder with a database, content-addressed originals, and a log that shows tampering. */
export { openWorkspace, openWorkspaceToRead } from './workspace.ts';
export type { OpenOptions, ReadOnlyWorkspace, Workspace } from './workspace.ts';
export type { ReadableDb } from './db/connection.ts';
export type { WritableDb } from './db/writableDb.ts';
export { canonicalJson, hashOf } from './audit/chain.ts';
export type { ChainVerdict, LogHead } from './audit/chain.ts';
export { verifyLog } from './audit/log.ts';
export { caseRow, insertCases, insertImages, listCases, listImages, listOriginalNames } from './repositories/cases.ts';
export type { CaseRecord, ImageRecord, OriginalName } from './repositories/cases.ts';
export { listModels, registerModel } from './repositories/models.ts';
export type { ModelRecord } from './repositories/models.ts';
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
