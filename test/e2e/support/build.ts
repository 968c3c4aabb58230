/** What the tests of the window and those of the page in a browser share: the built app, and few images to open. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from '../../../src/main/hosts/cli/open/build.ts';
import { withLock } from '../../../tools/bootstrap/lock.mjs';

/** The folder that holds package.json. */
export const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Images of the demonstration that a program of tiny models gets. */
export const DEMO_IMAGES = ['ISIC_0001769', 'ISIC_0001852', 'ISIC_0001871'];

/** Builds `out/` where it is not of the sources as they are now. Tests beside each other build once. */
export async function buildApp(): Promise<void> {
  const cache = join(ROOT, 'node_modules', '.cache', 'epsiloscope');
  mkdirSync(cache, { recursive: true });
  await withLock(
    join(cache, 'build.lock'),
    () => undefined,
    () => ensureBuilt({ appFolder: ROOT, signal: new AbortController().signal, say: () => undefined }),
  );
}

/** Copies an image of the demonstration into a folder. */
export const copyDemoImage = (id: string, folder: string): void => {
  copyFileSync(join(ROOT, 'resources', 'demo', 'images', `${id}.jpg`), join(folder, `${id}.jpg`));
};

/** Makes the folder `demo` of an app: few images, all of them of nevi. */
export function layOutDemo(demo: string): void {
  mkdirSync(join(demo, 'images'), { recursive: true });
  for (const id of DEMO_IMAGES) copyDemoImage(id, join(demo, 'images'));
  writeFileSync(join(demo, 'labels.csv'), `image_id,dx\n${DEMO_IMAGES.map((id) => `${id},nv\n`).join('')}`);
}
