/** Composition root of the app under Electron: builds the services and hands them to the host. */
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { createApi, type ProgramNews } from './api/index.ts';
import { runElectronApp } from './hosts/electron/app.ts';
import { electronEngineLauncher } from './hosts/electron/launcher.ts';
import { createEngineClient } from './services/engine/index.ts';

// Built, this file lies in out/main, beside the engine's entry.
const here = import.meta.dirname;
const out = join(here, '..');

const news = new EventEmitter<ProgramNews>();
const engine = createEngineClient(
  electronEngineLauncher(join(here, 'engine.cjs'), (code) => {
    news.emit('engineEnded', { code });
  }),
);

runElectronApp({
  api: createApi({ engine, news, bundledModels: join(out, '..', 'resources', 'models') }),
  page: join(out, 'renderer'),
  preload: join(out, 'preload', 'index.cjs'),
  onQuit: () => {
    void engine.close();
  },
});
