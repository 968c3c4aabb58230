import type { ScreeningDesk } from '../../services/screening/desk.ts';
import type { SessionDesk } from '../../services/session/index.ts';
import type { WorkList } from '../../services/work/index.ts';
import type { Answering } from '../router.ts';

export interface WorkParts {
  readonly work: WorkList;
  readonly session: SessionDesk;
  readonly screening: ScreeningDesk;
}

export const workAnswers = ({ work: ask }: Answering, { work, session, screening }: WorkParts) => ({
  list: ask.list.handler(() => work.list()),
  cancel: ask.cancel.handler(async ({ input }) => {
    await work.cancel(input.id);
    return null;
  }),
  screening: ask.screening.handler(() => screening.state()),
  screen: ask.screen.handler(({ input: { selection, models } }) =>
    screening.begin(selection, session.library().imagesOf(session.viewpoint(), selection), models),
  ),
});
