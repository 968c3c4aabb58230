/** Composition root of the app under Electron: builds the program's parts and hands them to the host. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { runElectronApp } from './hosts/electron/app.ts';
import { electronImagingLauncher } from './hosts/electron/imagingLauncher.ts';
import { electronEngineLauncher } from './hosts/electron/launcher.ts';
import { enginesForAudits } from './hosts/node/engines.ts';
import { runtimeVersions } from './hosts/node/runtime.ts';
import { openingIn, START } from './hosts/node/start.ts';
import { userFolder } from './hosts/node/userFolder.ts';
import { createProgram } from './program.ts';

// Built, this file lies in out/main, beside the entries of the other processes.
const here = import.meta.dirname;
const appFolder = resolve(here, '..', '..');
const environment = process.env;
const ownFolder = userFolder(environment, process.platform, homedir());

runElectronApp({
  createProgram: (host) =>
    createProgram({
      host,
      engineLauncher: (added) => electronEngineLauncher(join(here, 'engine.cjs'), added),
      imagingLauncher: electronImagingLauncher(join(here, 'imaging.cjs')),
      engines: enginesForAudits(environment),
      appFolder,
      userFolder: ownFolder,
      runtime: runtimeVersions(process.versions),
    }),
  opening: openingIn(environment),
  page: join(appFolder, 'out', 'renderer'),
  preload: join(appFolder, 'out', 'preload', 'index.cjs'),
  icon: join(appFolder, 'resources', 'icons', 'icon-512.png'),
  userFolder: ownFolder,
  why: environment[START.why] ?? '',
  devTools: environment[START.devTools] === '1',
  onShown: () => {
    process.send?.(START.shown);
  },
});
