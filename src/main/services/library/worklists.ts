import type { Selection, Worklist } from '../../../shared/contract/app/library.ts';
import { addWorklist, findWorklist, removeWorklist, renameWorklist, type Workspace } from '../../store/index.ts';
import { allowed } from './allowed.ts';
import type { Library } from './library.ts';
import { worklistUnknown } from './refusals.ts';
import type { Viewpoint } from './viewpoint.ts';

/**
 * Saves a worklist: of chosen cases, or the query itself, which then finds what it finds.
 *
 * @throws EpsiloscopeError `CASE_UNKNOWN`, `LIBRARY_BLIND`, `WORKLIST_UNKNOWN`
 */
export function saveWorklist(
  { db }: Workspace,
  library: Library,
  viewpoint: Viewpoint,
  name: string,
  selection: Selection,
): Worklist {
  if (selection.kind === 'cases') {
    return addWorklist(db, name, { kind: 'cases', caseIds: library.casesOf(viewpoint, selection) });
  }
  allowed(db, viewpoint, selection.query);
  return addWorklist(db, name, { kind: 'query', query: selection.query });
}

/** @throws EpsiloscopeError `WORKLIST_UNKNOWN` */
export function renameSavedWorklist({ db }: Workspace, id: string, name: string): Worklist {
  renameWorklist(db, id, name);
  const renamed = findWorklist(db, id);
  if (renamed === undefined) throw worklistUnknown();
  return renamed;
}

/** @throws EpsiloscopeError `WORKLIST_UNKNOWN` */
export function removeSavedWorklist({ db }: Workspace, id: string): void {
  if (!removeWorklist(db, id)) throw worklistUnknown();
}
