/** The program behind any host: builds the services, answers the contract with them, and ends them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../shared/kernel/clock.ts';
import type { Bytes, HostCapabilities, Program } from './api/host.ts';
import { createApi } from './api/index.ts';
import { NewsDesk } from './api/news.ts';
import { createImageDecoder, type ImagingLauncher } from './imaging/index.ts';
import { readAbout } from './services/about/index.ts';
import { createEngineClient, createEnginePool, type EngineLauncher } from './services/engine/index.ts';
import { ArrayStore } from './services/examine/index.ts';
import { FolderGrants } from './services/grants/index.ts';
import { ImportDesk } from './services/importing/index.ts';
import { ModelDesk } from './services/models/desk.ts';
import { ModelRegistry } from './services/models/registry.ts';
import { ModelInputs, Pictures } from './services/pictures/index.ts';
import { ScreeningDesk } from './services/screening/desk.ts';
import { SessionDesk } from './services/session/index.ts';
import { SettingsFile } from './services/settings/index.ts';
import { Uploads } from './services/uploads/index.ts';
import { WorkList } from './services/work/index.ts';
import { Workspaces } from './services/workspaces/index.ts';

export interface ProgramParts {
  readonly host: HostCapabilities;
  /** Starts engine processes with these variables added to their environment. */
  readonly engineLauncher: (environment: NodeJS.ProcessEnv) => EngineLauncher;
  readonly imagingLauncher: ImagingLauncher;
  /** How a screening spreads over the cores. */
  readonly engines: { readonly processes: number; readonly threads: string };
  /** Holds package.json, node_modules and resources. */
  readonly appFolder: string;
  /** The person's own files of the program: settings, the list of workspaces, workspaces without a folder of their own. */
  readonly userFolder: string;
  /** Versions of what the host runs on. */
  readonly runtime: Readonly<Record<string, string>>;
}

/** Nothing starts before it is needed: the engine with the first question about models, decoders with the first image. */
export function createProgram(parts: ProgramParts): Program {
  const { host, appFolder, userFolder } = parts;
  mkdirSync(userFolder, { recursive: true, mode: 0o700 });
  const news = new NewsDesk();
  const tellLibrary = () => {
    news.tellSoon({ kind: 'library' });
  };
  const bundledModels = join(appFolder, 'resources', 'models');
  const demo = join(appFolder, 'resources', 'demo');
  const engine = createEngineClient(
    watched(parts.engineLauncher({}), (code) => {
      news.tell({ kind: 'engineEnded', code });
    }),
  );
  const decoder = createImageDecoder(parts.imagingLauncher);
  const work = new WorkList({
    clock: systemClock,
    onChange: (changed) => {
      news.tell({ kind: 'work', work: changed });
    },
  });
  const settings = new SettingsFile(join(userFolder, 'settings.json'), systemClock);
  const grants = new FolderGrants();
  const uploads = new Uploads(join(userFolder, 'incoming'));
  const workspaces = new Workspaces({ clock: systemClock, userFolder });
  const registry = new ModelRegistry(engine, bundledModels);
  const inputs = new ModelInputs(decoder);
  const arrays = new ArrayStore();
  const screening = new ScreeningDesk({
    work,
    registry,
    inputs,
    workspace: () => workspaces.current,
    engines: () =>
      createEnginePool(parts.engineLauncher({ EPSILOSCOPE_THREADS: parts.engines.threads }), parts.engines.processes),
    onStored: tellLibrary,
  });
  const session = new SessionDesk({
    workspaces,
    registry,
    work,
    decoder,
    bundledModels,
    demo: { images: join(demo, 'images'), labels: join(demo, 'labels.csv') },
    screening,
    onLibraryChange: tellLibrary,
  });
  const modelDesk = new ModelDesk({
    grants,
    uploads,
    registry,
    throwAwayEngine: () => createEngineClient(parts.engineLauncher({})),
    workspaceFolder: () => workspaces.current.folder,
  });
  const examining = {
    engine,
    inputs,
    arrays,
    modelOf: async (sha256: string) => {
      const usable = await registry.usable();
      return usable.find(({ model }) => model.sha256 === sha256)?.model ?? null;
    },
  };
  const about = readAbout(appFolder, parts.runtime);
  const api = createApi({
    program: { host, about, engine, settings, grants, workspaces, news },
    session: { session, workspaces, grants, registry, news },
    library: { session, workspaces, news },
    cases: { session, workspaces, examining },
    annotations: { session, workspaces, news },
    importing: { uploads, desk: new ImportDesk(grants, uploads), decoder, work, workspaces, news },
    work: { work, session, screening },
    models: { registry, desk: modelDesk, news },
  });
  return {
    api,
    bytes: bytesOf({ workspaces, pictures: new Pictures(decoder), arrays, uploads }),
    open: async (opening) => {
      await (opening.kind === 'demo' ? session.openDemo() : session.open(opening.folder));
      news.tellSoon({ kind: 'session' });
    },
    menu: (command) => {
      news.tell({ kind: 'menu', command });
    },
    get busy() {
      return work.busy;
    },
    close: async () => {
      await work.pauseAll();
      decoder.close();
      await engine.close();
      uploads.dropAll();
      workspaces.close();
      news.close();
    },
  };
}

interface BytesParts {
  readonly workspaces: Workspaces;
  readonly pictures: Pictures;
  readonly arrays: ArrayStore;
  readonly uploads: Uploads;
}

const bytesOf = ({ workspaces, pictures, arrays, uploads }: BytesParts): Bytes => ({
  get: async (kind, sha256, signal) => {
    if (kind === 'array') {
      const bytes = arrays.get(sha256);
      return bytes === undefined ? null : { type: 'application/octet-stream', bytes };
    }
    return pictures[kind](workspaces.current, sha256, signal);
  },
  put: (upload, index, body) => uploads.put(upload, index, body),
});

/** Tells how each engine process ended, as it happens. */
const watched = (launcher: EngineLauncher, onEnd: (code: number) => void): EngineLauncher => ({
  launch: () => {
    const engine = launcher.launch();
    engine.onExit(({ code }) => {
      onEnd(code ?? -1);
    });
    return engine;
  },
});
