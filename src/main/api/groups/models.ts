import { sha256 } from '../../../shared/kernel/ids.ts';
import type { ModelDesk } from '../../services/models/desk.ts';
import type { ModelRegistry } from '../../services/models/registry.ts';
import type { NewsDesk } from '../news.ts';
import type { Answering } from '../router.ts';

export interface ModelsParts {
  readonly registry: ModelRegistry;
  readonly desk: ModelDesk;
  readonly news: NewsDesk;
}

export const modelsAnswers = ({ models }: Answering, { registry, desk, news }: ModelsParts) => ({
  list: models.list.handler(() => registry.list()),
  check: models.check.handler(() => registry.check()),
  preview: models.preview.handler(({ input }) => desk.preview(input.source)),
  import: models.import.handler(async ({ input }) => {
    const model = await desk.import(input.plan, input.description);
    news.tellSoon({ kind: 'models' });
    return model;
  }),
  remove: models.remove.handler(async ({ input }) => {
    await registry.remove(sha256(input.sha256));
    news.tellSoon({ kind: 'models' });
    return null;
  }),
});
