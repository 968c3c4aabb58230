import { annotationHistory, saveAnnotation, tagsInUse } from '../../services/annotations/index.ts';
import type { SessionDesk } from '../../services/session/index.ts';
import type { Workspaces } from '../../services/workspaces/index.ts';
import type { NewsDesk } from '../news.ts';
import type { Answering } from '../router.ts';

export interface AnnotationsParts {
  readonly session: SessionDesk;
  readonly workspaces: Workspaces;
  readonly news: NewsDesk;
}

export const annotationsAnswers = ({ annotations }: Answering, { session, workspaces, news }: AnnotationsParts) => ({
  save: annotations.save.handler(({ input }) => {
    const saved = saveAnnotation(workspaces.current, session.viewpoint(), input);
    news.tellSoon({ kind: 'library' });
    return saved;
  }),
  history: annotations.history.handler(({ input }) =>
    annotationHistory(workspaces.current.db, session.viewpoint(), input.caseId),
  ),
  tags: annotations.tags.handler(() => tagsInUse(workspaces.current.db)),
});
