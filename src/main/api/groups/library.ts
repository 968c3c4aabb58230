import { listWorklists, removeSavedWorklist, renameSavedWorklist, saveWorklist } from '../../services/library/index.ts';
import type { SessionDesk } from '../../services/session/index.ts';
import type { Workspaces } from '../../services/workspaces/index.ts';
import type { NewsDesk } from '../news.ts';
import type { Answering } from '../router.ts';

export interface LibraryParts {
  readonly session: SessionDesk;
  readonly workspaces: Workspaces;
  readonly news: NewsDesk;
}

export function libraryAnswers({ library: ask }: Answering, { session, workspaces, news }: LibraryParts) {
  const changed = <T>(answer: T): T => {
    news.tellSoon({ kind: 'library' });
    return answer;
  };
  return {
    page: ask.page.handler(({ input: { query, offset, limit } }) =>
      session.library().page(session.viewpoint(), query, offset, limit),
    ),
    facets: ask.facets.handler(({ input }) => session.library().facetCounts(session.viewpoint(), input.query)),
    neighbours: ask.neighbours.handler(({ input: { query, caseId } }) =>
      session.library().neighbours(session.viewpoint(), query, caseId),
    ),
    worklists: ask.worklists.handler(() => listWorklists(workspaces.current.db)),
    saveWorklist: ask.saveWorklist.handler(({ input: { name, selection } }) =>
      changed(saveWorklist(workspaces.current, session.library(), session.viewpoint(), name, selection)),
    ),
    renameWorklist: ask.renameWorklist.handler(({ input: { id, name } }) =>
      changed(renameSavedWorklist(workspaces.current, id, name)),
    ),
    removeWorklist: ask.removeWorklist.handler(({ input }) => {
      removeSavedWorklist(workspaces.current, input.id);
      return changed(null);
    }),
  };
}
