/** The whole program with small models and few images, asked as a page asks it. */
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { onTestFinished } from 'vitest';
import type { Program } from '../../../src/main/api/host.ts';
import { nodeImagingLauncher } from '../../../src/main/hosts/node/imagingLauncher.ts';
import { nodeEngineLauncher } from '../../../src/main/hosts/node/launcher.ts';
import { createProgram } from '../../../src/main/program.ts';
import type { ApiClient } from '../../../src/shared/contract/api.ts';
import type { News } from '../../../src/shared/contract/app/program.ts';
import { writeTinyModel } from '../../support/modelPackages.ts';
import { temporaryFolder } from '../store/support.ts';

const ROOT = join(import.meta.dirname, '../../..');
const WORKERS = join(ROOT, 'src/main/hosts/worker');
export const DEMO_IMAGES = ['ISIC_0001769', 'ISIC_0001852', 'ISIC_0001871'];

export interface AskedProgram {
  readonly ask: ApiClient;
  readonly program: Program;
  readonly userFolder: string;
  /** What the dialog of the host answers next. */
  readonly choose: (folder: string | null) => void;
  /** Resolves with the first news for which this holds. */
  readonly heard: (holds: (news: News) => boolean) => Promise<News>;
}

/** Makes an app's folder with two tiny models, `pgd` and `standard`, and three demo images. */
export async function smallApp(folder: string): Promise<string> {
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const [seed, id] of ['standard', 'pgd'].entries()) {
    await writeTinyModel(join(folder, 'resources', 'models', id), seed + 1, { id, title: id });
  }
  const demo = join(folder, 'resources', 'demo');
  mkdirSync(join(demo, 'images'), { recursive: true });
  for (const id of DEMO_IMAGES) {
    copyFileSync(join(ROOT, 'resources/demo/images', `${id}.jpg`), join(demo, 'images', `${id}.jpg`));
  }
  writeFileSync(join(demo, 'labels.csv'), `image_id,dx\n${DEMO_IMAGES.map((id) => `${id},nv`).join('\n')}\n`);
  return folder;
}

export function askedProgram(appFolder: string, userFolder = temporaryFolder()): AskedProgram {
  let chosen: string | null = null;
  const program = createProgram({
    host: {
      facts: { kind: 'electron', platform: 'test', dialogs: true, why: '' },
      chooseFolder: () => Promise.resolve(chosen),
      reveal: () => undefined,
    },
    engineLauncher: (environment) => nodeEngineLauncher(join(WORKERS, 'engine.ts'), environment),
    imagingLauncher: nodeImagingLauncher(join(WORKERS, 'imaging.ts')),
    engines: { processes: 1, threads: '1' },
    appFolder,
    userFolder,
    runtime: { node: process.versions.node },
  });
  const ask: ApiClient = createRouterClient(program.api);
  onTestFinished(() => program.close());
  return {
    ask,
    program,
    userFolder,
    choose: (folder) => {
      chosen = folder;
    },
    heard: async (holds) => {
      const stop = new AbortController();
      for await (const news of await ask.program.news(undefined, { signal: stop.signal })) {
        if (!holds(news)) continue;
        stop.abort();
        return news;
      }
      throw new Error('The news ended.');
    },
  };
}

/** Opens the demo and waits until it is imported and screened. */
export async function demoReady({ ask }: AskedProgram): Promise<void> {
  await ask.session.openDemo();
  for (;;) {
    const works = await ask.work.list();
    const failed = works.find(({ state }) => state === 'failed');
    if (failed) throw new Error(failed.error?.explanation.happened);
    if (works.length === 2 && works.every(({ state }) => state === 'done')) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
