/** Lays the app out in a folder of its own, with two models that compute at once and few images. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ModelCard, modelCardSchema } from '../../../../src/shared/contract/modelCard.ts';
import { writeTinyModel } from '../../../support/modelPackages.ts';
import { buildApp, layOutDemo, ROOT } from '../../support/build.ts';

/** The app as laid out on disk, with a person's folder of its own. */
export interface Installation {
  readonly folder: string;
  /** The person's own folder of the program. */
  readonly home: string;
  remove(): void;
}

/** Its sources are a copy, so that it finds its own models; two untrained ones, `standard` and `pgd`. */
export async function installApp(): Promise<Installation> {
  const folder = mkdtempSync(join(tmpdir(), 'epsiloscope-web-'));
  await buildApp();
  // With their times: the built page is of these sources. Where one changed meanwhile, the program builds its own.
  for (const part of ['src', 'out', join('resources', 'icons')]) {
    cpSync(join(ROOT, part), join(folder, part), { recursive: true, preserveTimestamps: true });
  }
  for (const file of ['package.json', 'package-lock.json', 'electron.vite.config.ts', 'tsconfig.base.json']) {
    cpSync(join(ROOT, file), join(folder, file), { preserveTimestamps: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const [seed, id] of ['standard', 'pgd'].entries()) {
    // All that a card of the bundled models shows.
    const { training, metrics, limits } = bundledCard(id);
    const card = { id, title: `Untrained, in place of ${id}`, training, metrics, limits };
    await writeTinyModel(join(folder, 'resources', 'models', id), seed + 1, card);
  }
  layOutDemo(join(folder, 'resources', 'demo'));
  const home = join(folder, 'home');
  mkdirSync(home);
  return {
    folder,
    home,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const bundledCard = (id: string): ModelCard =>
  modelCardSchema.parse(JSON.parse(readFileSync(join(ROOT, 'resources', 'models', id, 'card.json'), 'utf8')));
