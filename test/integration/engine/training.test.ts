/** Training through the engine process: stopped on request, taken up again, and its package loaded. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { randomStream } from '../../../src/main/engine/randomness.ts';
import type { DatasetIndex } from '../../../src/main/engine/training/dataset.ts';
import { nodeEngineLauncher } from '../../../src/main/hosts/node/launcher.ts';
import { createEngineClient } from '../../../src/main/services/engine/index.ts';
import type { TrainEvent, TrainRequest } from '../../../src/shared/contract/engine.ts';
import { CLASS_COUNT } from '../../../src/shared/domain/diagnosis.ts';

const ENGINE = fileURLToPath(new URL('../../../src/main/hosts/worker/engine.ts', import.meta.url));
const client = createEngineClient(nodeEngineLauncher(ENGINE));
let folder: string;

/** Two lesions of each class in each part, pictures of noise. */
async function writeDataset(directory: string): Promise<void> {
  const hash = (item: number) => item.toString(16).padStart(64, '0');
  const items = (from: number) =>
    Array.from({ length: 2 * CLASS_COUNT }, (_, item) => ({
      sha256: hash(from + item),
      lesion: `lesion ${from + item}`,
      label: item % CLASS_COUNT,
    }));
  const index: DatasetIndex = {
    format: 'epsiloscope.training-data',
    formatVersion: 1,
    name: 'noise',
    input: 16,
    sourceHeight: 20,
    sourceWidth: 26,
    train: items(0),
    validation: items(100),
    manifestSha256: hash(0),
  };
  const stream = randomStream('noise pictures');
  const length = 2 * CLASS_COUNT * (20 * 26 + 16 * 16) * 3;
  await mkdir(directory);
  await writeFile(join(directory, 'dataset.json'), JSON.stringify(index));
  await writeFile(
    join(directory, 'pixels.bin'),
    Uint8Array.from({ length }, () => stream.integer(256)),
  );
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engine-training-'));
  await writeDataset(join(folder, 'data'));
});
afterAll(async () => {
  await client.close();
  await rm(folder, { recursive: true });
});

it('stops on request, goes on from there, and leaves a package that loads', async () => {
  const request: TrainRequest = {
    dataFile: join(folder, 'data'),
    recipe: 'standard',
    epsilon: 0,
    seed: 1,
    // Long enough that the request to stop arrives in mid-work even on a busy machine.
    epochs: 40,
    out: join(folder, 'out'),
    modelId: 'noise-standard',
    title: 'Trained on noise',
  };
  const controller = new AbortController();
  const stopAtFirstStep = () => {
    controller.abort();
  };
  const stopped = await client.call('train', request, { signal: controller.signal, onEvent: stopAtFirstStep });
  expect(stopped).toEqual({ directory: request.out, stopped: true });

  const events: TrainEvent[] = [];
  const finished = await client.call('train', request, { onEvent: (event) => events.push(event) });
  expect(finished).toEqual({ directory: join(request.out, 'noise-standard'), stopped: false });
  expect(events[0]).toMatchObject({ kind: 'resumed' });
  expect(events.filter(({ kind }) => kind === 'epoch').at(-1)).toMatchObject({ epoch: 40 });
  // The checkpoint has served; only the package stays.
  expect(await readdir(request.out)).toEqual(['noise-standard']);
  const { card } = await client.call('loadModel', { directory: finished.directory });
  expect(card).toMatchObject({ id: 'noise-standard', training: { recipe: 'standard' } });
});
