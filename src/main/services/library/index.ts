/** The cases of a workspace: found, ordered, counted and kept in worklists, as a viewpoint may see them. */
export { Library } from './library.ts';
export { caseUnknown } from './refusals.ts';
export { isBlindTo, NOBODY } from './viewpoint.ts';
export type { Viewpoint } from './viewpoint.ts';
export { removeSavedWorklist, renameSavedWorklist, saveWorklist } from './worklists.ts';
export { listWorklists } from '../../store/index.ts';
