import type { ImportReport } from '../../../shared/contract/app/importing.ts';
import type { ImageDecoder } from '../../imaging/index.ts';
import type { ImportDesk } from '../../services/importing/index.ts';
import type { Uploads } from '../../services/uploads/index.ts';
import type { WorkList } from '../../services/work/index.ts';
import type { Workspaces } from '../../services/workspaces/index.ts';
import type { NewsDesk } from '../news.ts';
import type { Answering } from '../router.ts';

export interface ImportingParts {
  readonly uploads: Uploads;
  readonly desk: ImportDesk;
  readonly decoder: ImageDecoder;
  readonly work: WorkList;
  readonly workspaces: Workspaces;
  readonly news: NewsDesk;
}

export const importingAnswers = (
  { importing }: Answering,
  { uploads, desk, decoder, work, workspaces, news }: ImportingParts,
) => ({
  beginUpload: importing.beginUpload.handler(({ input }) => ({ id: uploads.begin(input.names) })),
  dropUpload: importing.dropUpload.handler(({ input }) => {
    uploads.drop(input.id);
    return null;
  }),
  preview: importing.preview.handler(({ input, signal }) => desk.preview(input.source, input.labels, signal)),
  run: importing.run.handler(({ input }) => {
    const workspace = workspaces.current;
    return work.begin('import', desk.sizeOf(input.plan), async (control) => {
      const report = await desk.run(workspace, input.plan, decoder, control);
      news.tellSoon({ kind: 'library' });
      return report;
    });
  }),
  report: importing.report.handler(({ input }) => work.outcomeOf(input.work) as ImportReport),
});
