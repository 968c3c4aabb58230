import { describe, expect, it } from 'vitest';
import {
  Library,
  listWorklists,
  removeSavedWorklist,
  renameSavedWorklist,
  saveWorklist,
} from '../../../../src/main/services/library/index.ts';
import { verifyLog } from '../../../../src/main/store/index.ts';
import { EVERYTHING, type LibraryQuery } from '../../../../src/shared/domain/library.ts';
import { FIRST_ENTRIES, openedWorkspace } from '../../../integration/store/support.ts';
import { addCases, caseByHand } from '../../../support/reviewLab.ts';
import { SEEING } from './anyLibrary.ts';

const code = (name: string) => expect.objectContaining({ code: name, kind: 'badInput' }) as Error;
const NOWHERE = '00000000-0000-4000-8000-000000000000';

async function workspaceOfThree() {
  const workspace = await openedWorkspace();
  const caseIds = addCases(
    workspace.db,
    ['a', 'b', 'c'].map((name) => caseByHand(name)),
  );
  const library = new Library(workspace);
  const save = (name: string, selection: Parameters<typeof saveWorklist>[4]) =>
    saveWorklist(workspace, library, SEEING, name, selection);
  return { workspace, library, caseIds, save };
}

describe('a worklist', () => {
  it('of chosen cases has each once, and a query finds these alone', async () => {
    const { library, caseIds, save, workspace } = await workspaceOfThree();
    const [a = '', , c = ''] = caseIds;
    const list = save('to discuss', { kind: 'cases', ids: [c, a, c] });
    expect(list).toMatchObject({ name: 'to discuss', kind: 'cases', cases: 2 });
    const query: LibraryQuery = { ...EVERYTHING, order: 'imported', worklist: list.id };
    expect(library.casesOf(SEEING, { kind: 'query', query })).toEqual([a, c]);
    expect(library.facetCounts(SEEING, query)).toMatchObject({ state: { open: 2 } });
    expect(library.neighbours(SEEING, query, a)).toEqual({ position: 1, total: 2, previous: null, next: c });
    expect(listWorklists(workspace.db)).toEqual([list]);
  });

  it('of a query keeps the query, not what it found', async () => {
    const { save, workspace } = await workspaceOfThree();
    const query: LibraryQuery = { ...EVERYTHING, search: 'a', facets: { state: ['open'] } };
    const list = save('open ones', { kind: 'query', query });
    expect(list).toEqual({ id: list.id, name: 'open ones', kind: 'query', query });
    expect(listWorklists(workspace.db)).toEqual([list]);
  });

  it('is renamed and removed; its cases stay', async () => {
    const { save, workspace, library, caseIds } = await workspaceOfThree();
    const list = save('one', { kind: 'cases', ids: caseIds });
    expect(renameSavedWorklist(workspace, list.id, 'another')).toEqual({ ...list, name: 'another' });
    removeSavedWorklist(workspace, list.id);
    expect(listWorklists(workspace.db)).toEqual([]);
    expect(library.page(SEEING, EVERYTHING, 0, 10).total).toBe(3);
  });

  it('that there is not can be neither asked, renamed nor removed; nor can a query be asked as if it were cases', async () => {
    const { save, workspace, library } = await workspaceOfThree();
    const unknown = code('WORKLIST_UNKNOWN');
    const ask = (worklist: string) => () => library.page(SEEING, { ...EVERYTHING, worklist }, 0, 10);
    expect(ask(NOWHERE)).toThrow(unknown);
    expect(ask(save('query', { kind: 'query', query: EVERYTHING }).id)).toThrow(unknown);
    expect(() => save('list', { kind: 'query', query: { ...EVERYTHING, worklist: NOWHERE } })).toThrow(unknown);
    expect(() => renameSavedWorklist(workspace, NOWHERE, 'name')).toThrow(unknown);
    expect(() => {
      removeSavedWorklist(workspace, NOWHERE);
    }).toThrow(unknown);
  });

  it('of a case that there is not is refused, and nothing is kept of it', async () => {
    const { save, workspace, caseIds } = await workspaceOfThree();
    expect(() => save('list', { kind: 'cases', ids: [...caseIds, NOWHERE] })).toThrow(code('CASE_UNKNOWN'));
    expect(listWorklists(workspace.db)).toEqual([]);
    expect(verifyLog(workspace.db)).toMatchObject({ intact: true, head: { seq: FIRST_ENTRIES.length + 1 } });
  });
});
