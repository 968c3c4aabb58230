import type { ModelRegistry } from '../../services/models/registry.ts';
import {
  addReviewerToWork,
  choosePair,
  chooseReviewer,
  listReviewers,
  setBlind,
} from '../../services/reviewers/index.ts';
import type { FolderGrants } from '../../services/grants/index.ts';
import type { SessionDesk } from '../../services/session/index.ts';
import type { Workspaces } from '../../services/workspaces/index.ts';
import { sha256 } from '../../../shared/kernel/ids.ts';
import type { NewsDesk } from '../news.ts';
import type { Answering } from '../router.ts';

export interface SessionParts {
  readonly session: SessionDesk;
  readonly workspaces: Workspaces;
  readonly grants: FolderGrants;
  readonly registry: ModelRegistry;
  readonly news: NewsDesk;
}

export function sessionAnswers(
  { session: ask }: Answering,
  { session, workspaces, grants, registry, news }: SessionParts,
) {
  /** The other pages of the program see the change too. */
  const changed = () => {
    news.tellSoon({ kind: 'session' });
    return session.get();
  };
  const opened = async (path: string) => {
    await session.open(path);
    return changed();
  };
  return {
    get: ask.get.handler(() => session.get()),
    recent: ask.recent.handler(() => workspaces.recent()),
    openDemo: ask.openDemo.handler(async () => {
      await session.openDemo();
      return changed();
    }),
    openRecent: ask.openRecent.handler(({ input }) => opened(workspaces.folderOfRecent(input.id))),
    openFolder: ask.openFolder.handler(({ input }) => opened(grants.folderOf(input.grant))),
    create: ask.create.handler(({ input }) => opened(workspaces.folderOfOwn(input.name))),
    close: ask.close.handler(async () => {
      await session.close();
      return changed();
    }),
    reviewers: ask.reviewers.handler(() => listReviewers(workspaces.current.db)),
    addReviewer: ask.addReviewer.handler(({ input }) => {
      addReviewerToWork(workspaces.current, input);
      return changed();
    }),
    chooseReviewer: ask.chooseReviewer.handler(({ input }) => {
      chooseReviewer(workspaces.current, input.id);
      return changed();
    }),
    setBlind: ask.setBlind.handler(({ input }) => {
      setBlind(workspaces.current, input.blind);
      return changed();
    }),
    choosePair: ask.choosePair.handler(async ({ input }) => {
      await Promise.all([registry.find(input.first), registry.find(input.second)]);
      choosePair(workspaces.current.db, { first: sha256(input.first), second: sha256(input.second) });
      return changed();
    }),
  };
}
