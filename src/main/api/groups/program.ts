import type { About } from '../../../shared/contract/app/program.ts';
import type { Engine } from '../../../shared/contract/engine.ts';
import type { FolderGrants } from '../../services/grants/index.ts';
import type { SettingsFile } from '../../services/settings/index.ts';
import type { Workspaces } from '../../services/workspaces/index.ts';
import type { HostCapabilities } from '../capabilities.ts';
import type { NewsDesk } from '../news.ts';
import type { Answering } from '../router.ts';

export interface ProgramParts {
  readonly host: HostCapabilities;
  readonly about: About;
  readonly engine: Engine;
  readonly settings: SettingsFile;
  readonly grants: FolderGrants;
  readonly workspaces: Workspaces;
  readonly news: NewsDesk;
}

export const programAnswers = (
  { program }: Answering,
  { host, about, engine, settings, grants, workspaces, news }: ProgramParts,
) => ({
  host: program.host.handler(() => host.facts),
  about: program.about.handler(() => about),
  engine: program.engine.handler(({ signal }) => engine.call('describe', undefined, signal ? { signal } : {})),
  settings: program.settings.handler(() => settings.read()),
  saveSettings: program.saveSettings.handler(({ input }) => settings.save(input)),
  chooseFolder: program.chooseFolder.handler(async ({ input }) => {
    const folder = host.facts.dialogs ? await host.chooseFolder(input.purpose) : null;
    return folder === null ? null : grants.grant(folder);
  }),
  revealWorkspace: program.revealWorkspace.handler(() => {
    host.reveal(workspaces.current.folder);
    return null;
  }),
  news: program.news.handler(async function* ({ signal }) {
    yield* news.follow(signal);
  }),
});
